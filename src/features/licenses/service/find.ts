import { and, asc, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import { checkKey } from '../../../blobs/keys'
import { type Ctx, visibilityOf } from '../../../core/context'
import { escapeLike } from '../../../core/like'
import { decodeCursor, invalidCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { noteHandover } from '../../audit'
import { visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { licenceNotFound } from '../errors'
import { LicenceRef, ListLicencesInput } from '../schemas'
import { licenseDeliveries, licenses } from '../tables'
import { toView } from '../view'

/** Licences of terminals the caller sees; who sees all also sees those whose terminal is not registered yet. */
export function visibleLicences(ctx: Pick<Ctx, 'actor'>): SQL {
  if (visibilityOf(ctx.actor).kind === 'all') return sql`true`
  return sql`exists (select from ${terminals} where ${terminals.serial} = ${licenses.serial} and ${visibleTerminals(ctx)})`
}

/** Any part of the text, by the trigram index. */
export function contains(column: SQL | AnyPgColumn, search: string): SQL {
  return sql`${column} ilike ${`%${escapeLike(search)}%`}`
}

const Position = z.tuple([z.string(), z.uuid()])
const FOR_EVER = 'infinity'
/** As the index has it: a licence without an end ends after all others. */
const endOf = sql`coalesce(${licenses.validUntil}, 'infinity'::timestamptz)`

/** Licences by the time of their import, or of their end. */
export const listLicences = query(
  { permission: 'licenses:read', input: ListLicencesInput },
  async (ctx, input) => {
    const byEnd = input.sort === 'validUntil'
    const conditions: (SQL | undefined)[] = [
      visibleLicences(ctx),
      input.state === 'any' ? undefined : eq(licenses.state, input.state),
      input.platform === undefined ? undefined : eq(licenses.platform, input.platform),
      input.product === undefined ? undefined : eq(licenses.product, input.product),
      input.importedBy === undefined ? undefined : eq(licenses.importedBy, input.importedBy),
      input.expiresFrom === undefined ? undefined : gte(licenses.validUntil, new Date(input.expiresFrom)),
      input.expiresBefore === undefined ? undefined : lt(licenses.validUntil, new Date(input.expiresBefore)),
      input.search === undefined || input.search === ''
        ? undefined
        : or(contains(licenses.serial, input.search), contains(licenses.licId, input.search)),
      input.cursor === undefined ? undefined : isAfter(decodeCursor(input.cursor, Position), input),
    ]
    const order = input.direction === 'asc' ? asc : desc
    const rows = await ctx.db
      .select()
      .from(licenses)
      .where(and(...conditions))
      .orderBy(...(byEnd ? [order(endOf), order(licenses.id)] : [order(licenses.id)]))
      .limit(input.limit + 1)
    const terminalIds = await terminalsOf(ctx, rows)
    return toPage(
      rows,
      input.limit,
      (row) => [row.validUntil?.toISOString() ?? FOR_EVER, row.id],
      (row) => ({ ...toView(row), terminalId: terminalIds.get(row.serial) ?? null }),
    )
  },
)

/** The visible terminals that licences are for, by serial number. */
async function terminalsOf(ctx: Ctx, rows: readonly { serial: string }[]): Promise<Map<string, string>> {
  const serials = [...new Set(rows.map((row) => row.serial))]
  if (serials.length === 0) return new Map()
  const found = await ctx.db
    .select({ id: terminals.id, serial: terminals.serial })
    .from(terminals)
    .where(and(inArray(terminals.serial, serials), visibleTerminals(ctx)))
  return new Map(found.map(({ id, serial }) => [serial, id]))
}

/** Ids are made in the order of time: the time of the import is theirs. */
function isAfter([end, id]: z.infer<typeof Position>, input: z.output<typeof ListLicencesInput>): SQL {
  const sign = input.direction === 'asc' ? sql`>` : sql`<`
  if (input.sort === 'importedAt') return sql`${licenses.id} ${sign} ${id}`
  if (end !== FOR_EVER && Number.isNaN(Date.parse(end))) throw invalidCursor()
  return sql`(${endOf}, ${licenses.id}) ${sign} (${end}::timestamptz, ${id}::uuid)`
}

export async function findLicence(ctx: Ctx, licenseId: string) {
  const [row] = await ctx.db
    .select()
    .from(licenses)
    .where(and(eq(licenses.id, licenseId), visibleLicences(ctx)))
  if (row === undefined) throw licenceNotFound()
  return row
}

const HISTORY = 50

/** One licence with its terminal and its way there, what it replaced and what has replaced it. */
export const getLicence = query({ permission: 'licenses:read', input: LicenceRef }, async (ctx, input) => {
  const row = await findLicence(ctx, input.licenseId)
  const deliveries = await ctx.db
    .select({ delivery: licenseDeliveries, serial: terminals.serial })
    .from(licenseDeliveries)
    .innerJoin(terminals, eq(terminals.id, licenseDeliveries.terminalId))
    .where(and(eq(licenseDeliveries.licenseId, row.id), visibleTerminals(ctx)))
  const history = await ctx.db
    .select()
    .from(licenses)
    .where(
      and(
        eq(licenses.serial, row.serial),
        eq(licenses.platform, row.platform),
        eq(licenses.product, row.product),
        lt(licenses.id, row.id),
      ),
    )
    .orderBy(desc(licenses.id))
    .limit(HISTORY)
  const [replacedBy] = await ctx.db
    .select()
    .from(licenses)
    .where(and(eq(licenses.replacesId, row.id), visibleLicences(ctx)))
    .orderBy(desc(licenses.id))
    .limit(1)
  const [terminal] = await ctx.db
    .select({
      id: terminals.id,
      serial: terminals.serial,
      platform: terminals.platform,
      state: terminals.state,
    })
    .from(terminals)
    .where(and(eq(terminals.serial, row.serial), visibleTerminals(ctx)))
  return {
    ...toView(row),
    terminal: terminal ?? null,
    replacesId: row.replacesId,
    replacedBy: replacedBy === undefined ? null : toView(replacedBy),
    sources: row.sources,
    warnings: row.warnings,
    deliveries: deliveries.map(({ delivery, serial }) => ({
      terminalId: delivery.terminalId,
      serial,
      offeredAt: delivery.offeredAt?.toISOString() ?? null,
      fetchedAt: delivery.fetchedAt?.toISOString() ?? null,
      fetchedCount: delivery.fetchedCount,
      acceptedAt: delivery.acceptedAt?.toISOString() ?? null,
    })),
    history: history.map(toView),
  }
})

/** The file itself, for a download: opened when its bytes are wanted, of which the audit log tells. */
export const openLicenceContent = query(
  { permission: 'licenses:read', input: LicenceRef },
  async (ctx, input) => {
    const row = await findLicence(ctx, input.licenseId)
    return {
      fileName: row.fileName,
      sha256: row.sha256,
      sizeBytes: row.sizeBytes,
      open: async () => {
        await noteHandover(ctx, {
          action: 'license.downloaded',
          subject: { kind: 'license', id: row.id, label: row.fileName },
          after: { serial: row.serial },
        })
        return (await ctx.blobs.open(checkKey(row.blobKey))).stream
      },
    }
  },
)

const PREVIEW_BYTES = 4096
const HEX_BYTES_PER_LINE = 16

/** The beginning of the file: as text where it is text, else as a hex dump. The audit log tells who saw it. */
export const previewLicence = query(
  { permission: 'licenses:read', input: LicenceRef },
  async (ctx, input) => {
    const row = await findLicence(ctx, input.licenseId)
    const { stream } = await ctx.blobs.open(checkKey(row.blobKey), { endInclusive: PREVIEW_BYTES - 1 })
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const head = Buffer.concat(chunks)
    await noteHandover(ctx, {
      action: 'license.viewed',
      subject: { kind: 'license', id: row.id, label: row.fileName },
      after: { serial: row.serial },
    })
    const isCut = row.sizeBytes > PREVIEW_BYTES
    const text = readText(head, isCut)
    if (text !== undefined) return { kind: 'text' as const, text, isCut }
    return { kind: 'hex' as const, text: hexDump(head), isCut }
  },
)

function readText(head: Buffer, isCut: boolean): string | undefined {
  try {
    // A cut in the middle of a letter is no reason to show hex.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: isCut })
    return /[^\P{Cc}\t\n\r]/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

function hexDump(head: Buffer): string {
  const lines: string[] = []
  for (let at = 0; at < head.length; at += HEX_BYTES_PER_LINE) {
    const line = head.subarray(at, at + HEX_BYTES_PER_LINE)
    const hex = [...line].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const ascii = [...line]
      .map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.'))
      .join('')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${ascii}`)
  }
  return lines.join('\n')
}
