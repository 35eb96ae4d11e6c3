import { inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { newId } from '../../../core/ids'
import { type MutationScope, mutation, query } from '../../../core/verb'
import { CSV_MAX_BYTES, type CsvRow, type CsvTerminal, readTerminalsCsv } from '../csv'
import { importHasErrors, outsideYourLimits } from '../errors'
import { merchants, terminalGroupMembers, terminalGroups, terminals, terminalTids } from '../tables'

const csv = z.union([
  z.string().max(CSV_MAX_BYTES),
  z.custom<Uint8Array>((value) => value instanceof Uint8Array),
])

export const PreviewImportInput = z.object({ csv })
export const ApplyImportInput = z.object({
  csv,
  /** Leaves bad rows out instead of refusing the whole file. */
  skipBad: z.boolean().default(false),
  /** Makes groups and merchants that the file names and that do not exist. */
  createMissing: z.boolean().default(false),
})

export const ImportRow = z.object({
  line: z.number().int(),
  serial: z.string(),
  outcome: z.enum(['new', 'registered', 'error']),
  issues: z.array(z.string()),
})
export const TerminalImportReport = z.object({
  rows: z.array(ImportRow),
  counts: z.object({ new: z.number().int(), registered: z.number().int(), error: z.number().int() }),
  missingGroups: z.array(z.string()),
  missingMerchants: z.array(z.string()),
})
type Report = z.infer<typeof TerminalImportReport>

const CHUNK = 2_000

/** What an import would do, row by row; nothing is saved. Rows of registered serial numbers change nothing. */
export const previewTerminalImport = query(
  { permission: 'terminals:write', input: PreviewImportInput },
  async (ctx, input) => {
    requireNoLimits(ctx)
    return (await judge(ctx, readTerminalsCsv(input.csv))).report
  },
)

/** Registers what the preview calls new, all in one transaction. `import_has_errors` unless bad rows may be left out. */
export const applyTerminalImport = mutation(
  { permission: 'terminals:write', input: ApplyImportInput },
  async (scope, input) => {
    requireNoLimits(scope)
    const { report, fresh, places } = await judge(scope, readTerminalsCsv(input.csv), input.createMissing)
    if (report.counts.error > 0 && !input.skipBad)
      throw importHasErrors({
        issues: report.rows
          .filter((row) => row.outcome === 'error')
          .slice(0, 50)
          .map((row) => ({ path: `line ${row.line}`, message: row.issues.join('; ') })),
      })
    if (fresh.length === 0) {
      scope.nothingChanged()
      return report
    }
    if (input.createMissing) await createPlaces(scope, report, places)
    await insertAll(scope, fresh, places)
    scope.audit({
      action: 'terminals.imported',
      subject: { kind: 'import', id: scope.requestId, label: `${fresh.length} terminals` },
      after: {
        terminals: fresh.length,
        groups: input.createMissing ? report.missingGroups : [],
        merchants: input.createMissing ? report.missingMerchants : [],
      },
    })
    return report
  },
)

/** The report tells which serial numbers and TIDs are taken, whoever's they are. */
function requireNoLimits(ctx: Pick<Ctx, 'actor'>): void {
  if (visibilityOf(ctx.actor).kind === 'limited') throw outsideYourLimits()
}

interface Places {
  groups: Map<string, string>
  merchants: Map<string, string>
}

/** Reads the rows against the registry: the same for the preview and the import. */
async function judge(ctx: Ctx, rows: readonly CsvRow[], mayCreate = false) {
  const known = await knownSerials(ctx, rows)
  const taken = await takenTids(ctx, rows)
  const places = await knownPlaces(ctx)
  const missingGroups = new Set<string>()
  const missingMerchants = new Set<string>()
  const seenTids = new Map<string, string>()
  const fresh: CsvTerminal[] = []
  const report: Report['rows'] = rows.map(({ line, serial, terminal, issues: found }) => {
    const issues = [...found]
    if (terminal === null) return { line, serial, outcome: 'error', issues }
    if (known.has(terminal.serial)) return { line, serial, outcome: 'registered', issues }
    for (const { acquirer, tid } of terminal.tids) {
      const key = `${acquirer} ${tid}`
      const other = seenTids.get(key)
      if (taken.has(key)) issues.push(`tid ${tid} belongs to another terminal`)
      else if (other !== undefined) issues.push(`tid ${tid} is in this file twice (${other})`)
      seenTids.set(key, serial)
    }
    for (const name of terminal.groups) if (!places.groups.has(name.toLowerCase())) missingGroups.add(name)
    if (terminal.merchant !== '' && !places.merchants.has(terminal.merchant.toLowerCase()))
      missingMerchants.add(terminal.merchant)
    if (!mayCreate) {
      for (const name of terminal.groups)
        if (missingGroups.has(name)) issues.push(`there is no group ${name}`)
      if (missingMerchants.has(terminal.merchant)) issues.push(`there is no merchant ${terminal.merchant}`)
    }
    if (issues.length > 0) return { line, serial, outcome: 'error', issues }
    fresh.push(terminal)
    return { line, serial, outcome: 'new', issues }
  })
  const count = (outcome: string) => report.filter((row) => row.outcome === outcome).length
  const result: Report = {
    rows: report,
    counts: { new: count('new'), registered: count('registered'), error: count('error') },
    missingGroups: [...missingGroups],
    missingMerchants: [...missingMerchants],
  }
  return { report: result, fresh, places }
}

async function knownSerials(ctx: Ctx, rows: readonly CsvRow[]): Promise<Set<string>> {
  const known = new Set<string>()
  for (const chunk of chunks(rows.flatMap(({ terminal }) => terminal?.serial ?? [])))
    for (const row of await ctx.db
      .select({ serial: terminals.serial })
      .from(terminals)
      .where(inArray(terminals.serial, chunk)))
      known.add(row.serial)
  return known
}

async function takenTids(ctx: Ctx, rows: readonly CsvRow[]): Promise<Set<string>> {
  const taken = new Set<string>()
  for (const chunk of chunks(rows.flatMap(({ terminal }) => terminal?.tids.map((one) => one.tid) ?? [])))
    for (const row of await ctx.db
      .select({ acquirer: terminalTids.acquirer, tid: terminalTids.tid })
      .from(terminalTids)
      .where(sql`${inArray(terminalTids.tid, chunk)} and ${terminalTids.isLive}`))
      taken.add(`${row.acquirer} ${row.tid}`)
  return taken
}

async function knownPlaces(ctx: Ctx): Promise<Places> {
  const groups = await ctx.db
    .select({ id: terminalGroups.id, name: terminalGroups.name })
    .from(terminalGroups)
  const found = await ctx.db.select({ id: merchants.id, name: merchants.name }).from(merchants)
  return {
    groups: new Map(groups.map((one) => [one.name.toLowerCase(), one.id])),
    merchants: new Map(found.map((one) => [one.name.toLowerCase(), one.id])),
  }
}

async function createPlaces(scope: MutationScope, report: Report, places: Places): Promise<void> {
  for (const name of report.missingGroups) {
    const id = newId()
    await scope.db.insert(terminalGroups).values({ id, name })
    places.groups.set(name.toLowerCase(), id)
  }
  for (const name of report.missingMerchants) {
    const id = newId()
    await scope.db.insert(merchants).values({ id, name })
    places.merchants.set(name.toLowerCase(), id)
  }
}

async function insertAll(scope: MutationScope, fresh: readonly CsvTerminal[], places: Places): Promise<void> {
  const now = scope.clock.now()
  for (const chunk of chunks(fresh)) {
    const rows = chunk.map((terminal) => ({ terminal, id: newId(now.getTime()) }))
    await scope.db.insert(terminals).values(
      rows.map(({ id, terminal }) => ({
        id,
        serial: terminal.serial,
        platform: terminal.platform,
        model: terminal.model,
        address: terminal.address,
        notes: terminal.notes,
        merchantId: places.merchants.get(terminal.merchant.toLowerCase()) ?? null,
        registeredAt: now,
        updatedAt: now,
      })),
    )
    const tids = rows.flatMap(({ id, terminal }) => terminal.tids.map((tid) => ({ terminalId: id, ...tid })))
    if (tids.length > 0) await scope.db.insert(terminalTids).values(tids)
    const members = rows.flatMap(({ id, terminal }) =>
      terminal.groups.flatMap((name) => {
        const groupId = places.groups.get(name.toLowerCase())
        return groupId === undefined ? [] : [{ groupId, terminalId: id }]
      }),
    )
    if (members.length > 0) await scope.db.insert(terminalGroupMembers).values(members)
  }
}

function* chunks<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let at = 0; at < items.length; at += CHUNK) yield items.slice(at, at + CHUNK)
}
