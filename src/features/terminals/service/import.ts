import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, requirePermission, visibilityOf } from '../../../core/context'
import { newId } from '../../../core/ids'
import { Turnstile } from '../../../core/turnstile'
import { inMutation, type MutationScope, mutations, query } from '../../../core/verb'
import { finishUpload, openUpload } from '../../uploads'
import { CSV_MAX_BYTES, type CsvRow, type CsvTerminal, readTerminalsCsv } from '../csv'
import { importBusy, importHasErrors, importOutdated, outsideYourLimits } from '../errors'
import { isDangling, isDuplicate } from '../queries'
import { IssueCodeInput, IssuedCode } from '../schemas'
import { merchants, terminalGroups } from '../tables'
import { grantCode } from './codes'
import { chunks, type Judgement, judge, nameKey, type Places } from './judge'

const source = {
  csv: z
    .union([z.string().max(CSV_MAX_BYTES), z.custom<Uint8Array>((value) => value instanceof Uint8Array)])
    .optional(),
  uploadId: z.uuid().optional().describe('An upload that holds the CSV, instead of `csv`.'),
  createMissing: z
    .boolean()
    .default(false)
    .describe('Makes groups and merchants that the file names and that do not exist.'),
}
const hasOneSource = (input: { csv?: unknown; uploadId?: unknown }) =>
  (input.csv === undefined) !== (input.uploadId === undefined)
const oneSource = 'give either csv or uploadId'

export const PreviewImportInput = z.object(source).refine(hasOneSource, oneSource)
export const ApplyImportInput = z
  .object({
    ...source,
    skipBad: z.boolean().default(false).describe('Leaves bad rows out instead of refusing the whole file.'),
    issueCode: z
      .boolean()
      .default(false)
      .describe('Makes one enrolment code for exactly the new terminals. Needs `terminals:enroll` too.'),
    expiresInHours: IssueCodeInput.shape.expiresInHours,
  })
  .refine(hasOneSource, oneSource)

const REPORTED = 1_000

export const ImportRow = z.object({
  /** Line of the file at which it begins; 1 is the first. */
  line: z.number().int(),
  serial: z.string(),
  outcome: z.enum(['new', 'registered', 'error']),
  issues: z.array(
    z.object({
      line: z.number().int(),
      code: z.string(),
      field: z.string(),
      value: z.string(),
      message: z.string(),
    }),
  ),
})
export const TerminalImportReport = z.object({
  /** Errors first, each in the order of the file; at most 1,000 of them. */
  rows: z.array(ImportRow),
  /** Of the whole file. */
  counts: z.object({ new: z.number().int(), registered: z.number().int(), error: z.number().int() }),
  /** Rows that are counted and not listed. */
  omitted: z.number().int(),
  missingGroups: z.array(z.string()),
  missingMerchants: z.array(z.string()),
})
export const TerminalImportResult = TerminalImportReport.extend({
  /** The new terminals, at most 1,000 of them; `counts.new` says how many there are. */
  terminals: z.array(z.object({ id: z.uuid(), serial: z.string() })),
  /** Opens enrolment for all of them; shown this once. */
  enrollment: IssuedCode.nullable(),
})
type Report = z.infer<typeof TerminalImportReport>

/** What an import would do, row by row; nothing is saved. Rows of registered serial numbers change nothing. */
export const previewTerminalImport = query(
  { permission: 'terminals:write', input: PreviewImportInput },
  async (ctx, input) => {
    requireNoLimits(ctx)
    return inTurn(ctx, input, async (rows) => reportOf(await judge(ctx, rows, input.createMissing)))
  },
)

/**
 * Registers what the preview calls new, all in one transaction, and with `issueCode` makes a code for exactly these.
 * `import_has_errors` unless bad rows may be left out; `import_outdated` where another import came first;
 * `import_busy`.
 */
export const applyTerminalImport = mutations(
  { permission: 'terminals:write', input: ApplyImportInput },
  async (ctx, input): Promise<z.infer<typeof TerminalImportResult>> => {
    if (input.issueCode) requirePermission(ctx.actor, 'terminals:enroll')
    requireNoLimits(ctx)
    return inTurn(ctx, input, (rows) => inMutation(ctx, (scope) => apply(scope, input, rows)))
  },
)

async function apply(
  scope: MutationScope,
  input: z.output<typeof ApplyImportInput>,
  rows: readonly CsvRow[],
): Promise<z.infer<typeof TerminalImportResult>> {
  const judgement = await judge(scope, rows, input.createMissing)
  const report = reportOf(judgement)
  if (report.counts.error > 0 && !input.skipBad)
    throw importHasErrors({
      issues: report.rows
        .filter((row) => row.outcome === 'error')
        .slice(0, 50)
        .map((row) => ({
          path: `line ${row.line}`,
          message: row.issues.map((issue) => issue.message).join('; '),
        })),
    })
  if (input.uploadId !== undefined) await finishUpload(scope, input.uploadId)
  const { fresh, places } = judgement
  if (fresh.length === 0) {
    scope.nothingChanged()
    return { ...report, terminals: [], enrollment: null }
  }
  const { saved, ...made } = await save(scope, judgement, places)
  scope.audit({
    action: 'terminals.imported',
    subject: { kind: 'import', id: scope.requestId, label: `${fresh.length} terminals` },
    after: { terminals: fresh.length, ...made },
  })
  const label = saved
    .slice(0, 3)
    .map((one) => one.serial)
    .join(', ')
  const enrollment = input.issueCode
    ? await grantCode(scope, {
        terminalIds: saved.map((one) => one.id),
        label,
        expiresInHours: input.expiresInHours,
      })
    : null
  return { ...report, terminals: saved.slice(0, REPORTED), enrollment }
}

/** The report tells which serial numbers and TIDs are taken, whoever's they are. */
function requireNoLimits(ctx: Pick<Ctx, 'actor'>): void {
  if (visibilityOf(ctx.actor).kind === 'limited') throw outsideYourLimits()
}

/** A list of 64 MiB takes close to a gigabyte while it is judged, and seconds of all there is of the processor. */
const LONG_BYTES = 2 * 1024 * 1024
const LONG_ONES = { atOnce: 1, waiting: 4, busy: () => importBusy({ retryAfterSeconds: 30 }) }
const turnstile = new Turnstile(LONG_ONES)

/** Reads the rows, before anything is held in the database, and uses them: long lists one after the other. */
async function inTurn<Output>(
  ctx: Ctx,
  { csv = '', uploadId }: z.output<typeof PreviewImportInput>,
  use: (rows: CsvRow[]) => Promise<Output>,
): Promise<Output> {
  const upload = uploadId === undefined ? undefined : await openUpload(ctx, uploadId, 'terminals')
  const run = async () => use(await readTerminalsCsv((await upload?.read(0, upload.sizeBytes)) ?? csv))
  return (upload?.sizeBytes ?? csv.length) > LONG_BYTES ? turnstile.pass(run) : run()
}

function reportOf({ rows, missingGroups, missingMerchants }: Judgement): Report {
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length
  const listed = [
    ...rows.filter((row) => row.outcome === 'error'),
    ...rows.filter((row) => row.outcome !== 'error'),
  ].slice(0, REPORTED)
  return {
    rows: listed,
    counts: { new: count('new'), registered: count('registered'), error: count('error') },
    omitted: rows.length - listed.length,
    missingGroups: missingGroups.slice(0, REPORTED),
    missingMerchants: missingMerchants.slice(0, REPORTED),
  }
}

const RACES = ['terminals_serial', 'terminal_tids_live', 'terminal_groups_name']

/** The judgement was made a moment ago: where somebody was faster since, an index or a key says so. */
async function save(scope: MutationScope, judgement: Judgement, places: Places) {
  try {
    const created = await createPlaces(scope, judgement, places)
    return { ...created, saved: await insertAll(scope, judgement.fresh, places) }
  } catch (error) {
    const isOutdated = isDangling(error) || RACES.some((index) => isDuplicate(error, index))
    throw isOutdated ? importOutdated(undefined, { cause: error }) : error
  }
}

/** Makes the groups and merchants that the fresh rows name and that are missing. */
async function createPlaces(scope: MutationScope, judgement: Judgement, places: Places) {
  const { fresh, missingGroups, missingMerchants } = judgement
  const named = {
    groups: new Set(fresh.flatMap((terminal) => terminal.groups.map(nameKey))),
    merchants: new Set(fresh.map((terminal) => nameKey(terminal.merchant))),
  }
  const groups = missingGroups.filter((name) => named.groups.has(nameKey(name)))
  for (const name of groups) {
    const id = newId()
    await scope.db.insert(terminalGroups).values({ id, name })
    places.groups.set(nameKey(name), id)
  }
  const made = missingMerchants.filter((name) => named.merchants.has(nameKey(name)))
  for (const name of made) {
    const id = newId()
    await scope.db.insert(merchants).values({ id, name })
    places.merchants.set(nameKey(name), id)
  }
  return { groups, merchants: made }
}

async function insertAll(
  scope: MutationScope,
  fresh: readonly CsvTerminal[],
  places: Places,
): Promise<{ id: string; serial: string }[]> {
  const now = scope.clock.now()
  const saved: { id: string; serial: string }[] = []
  // In one order: of two imports of the same terminals one waits for the other, and never each for the other.
  const sorted = [...fresh].sort((a, b) => (a.serial < b.serial ? -1 : 1))
  for (const chunk of chunks(sorted)) {
    const rows = chunk.map((terminal) => toRow(terminal, newId(now.getTime()), places))
    const json = JSON.stringify(rows)
    await scope.db.execute(sql`
      insert into terminals (id, serial, platform, model, address, notes, merchant_id, transport_key_kcv, registered_at, updated_at)
      select id, serial, platform, model, address, notes, merchant_id, transport_key_kcv, ${now.toISOString()}, ${now.toISOString()}
      from jsonb_to_recordset(${json}::text::jsonb) as r(id uuid, serial text, platform text, model text, address text,
        notes text, merchant_id uuid, transport_key_kcv text)`)
    await scope.db.execute(sql`
      insert into terminal_tids (terminal_id, acquirer, tid, mid)
      select r.id, t.acquirer, t.tid, t.mid from jsonb_to_recordset(${json}::text::jsonb) as r(id uuid, tids jsonb),
        jsonb_to_recordset(r.tids) as t(acquirer text, tid text, mid text)`)
    await scope.db.execute(sql`
      insert into terminal_group_members (terminal_id, group_id)
      select r.id, g.id::uuid from jsonb_to_recordset(${json}::text::jsonb) as r(id uuid, group_ids jsonb),
        jsonb_array_elements_text(r.group_ids) as g(id)`)
    saved.push(...rows.map(({ id, serial }) => ({ id, serial })))
  }
  return saved
}

/** As the statements above read it. */
function toRow(terminal: CsvTerminal, id: string, places: Places) {
  const { serial, platform, model, address, notes, tids, transportKeyKcv } = terminal
  const groupIds = terminal.groups.flatMap((name) => places.groups.get(nameKey(name)) ?? [])
  return {
    id,
    serial,
    platform,
    model,
    address,
    notes,
    tids,
    transport_key_kcv: transportKeyKcv,
    merchant_id: places.merchants.get(nameKey(terminal.merchant)) ?? null,
    group_ids: [...new Set(groupIds)],
  }
}
