import { Readable } from 'node:stream'
import { and, asc, gt, sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import { type CsvColumn, csvOf } from '../../core/spreadsheet'
import { query } from '../../core/verb'
import { conditionsFor } from './find'
import { noteExport } from './handovers'
import { type AuditFilter, ExportAuditInput } from './schemas'
import { auditEntries } from './tables'

const CHUNK = 500
const hex = (column: unknown) => sql<string>`encode(${column}, 'hex')`

/** Everything that is hashed, as it is hashed: who has the file verifies it without psManager. */
const columns = {
  seq: auditEntries.seq,
  at: sql<string>`to_char(${auditEntries.at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  actorKind: auditEntries.actorKind,
  actorId: auditEntries.actorId,
  actorName: auditEntries.actorName,
  action: auditEntries.action,
  subjectKind: auditEntries.subjectKind,
  subjectId: auditEntries.subjectId,
  subjectLabel: auditEntries.subjectLabel,
  changes: sql<string>`${auditEntries.changes}::text`,
  requestId: auditEntries.requestId,
  address: auditEntries.address,
  prevHash: hex(auditEntries.prevHash),
  hash: hex(auditEntries.hash),
}

type Row = { [Name in Exclude<keyof typeof columns, 'seq' | 'actorId' | 'address'>]: string } & {
  seq: number
  actorId: string | null
  address: string | null
}

const CSV: readonly CsvColumn<Row>[] = [
  { heading: { en: 'Number', ru: 'Номер' }, cell: ({ seq }) => String(seq) },
  { heading: { en: 'Time (UTC)', ru: 'Время (UTC)' }, cell: ({ at }) => at },
  { heading: { en: 'Kind of caller', ru: 'Кто: вид' }, cell: ({ actorKind }) => actorKind },
  { heading: { en: 'Caller', ru: 'Кто' }, cell: ({ actorName }) => actorName },
  { heading: { en: 'Id of the caller', ru: 'Кто: идентификатор' }, cell: ({ actorId }) => actorId },
  { heading: { en: 'Action', ru: 'Действие' }, cell: ({ action }) => action },
  { heading: { en: 'Kind of subject', ru: 'Объект: вид' }, cell: ({ subjectKind }) => subjectKind },
  { heading: { en: 'Subject', ru: 'Объект' }, cell: ({ subjectLabel }) => subjectLabel },
  { heading: { en: 'Id of the subject', ru: 'Объект: идентификатор' }, cell: ({ subjectId }) => subjectId },
  { heading: { en: 'Changes (JSON)', ru: 'Изменения (JSON)' }, cell: ({ changes }) => changes },
  { heading: { en: 'Request', ru: 'Запрос' }, cell: ({ requestId }) => requestId },
  { heading: { en: 'Address', ru: 'Адрес' }, cell: ({ address }) => address },
  { heading: { en: 'Hash before', ru: 'Предыдущий хеш' }, cell: ({ prevHash }) => prevHash },
  { heading: { en: 'Hash', ru: 'Хеш' }, cell: ({ hash }) => hash },
]

/**
 * The entries of a filter as a file, the oldest first, up to the one that says so: CSV for spreadsheets, or a line of JSON for
 * each, with the hashes. Read in parts as they are taken. The log says that it began before it does.
 */
export const exportAudit = query(
  { permission: 'audit:read', input: ExportAuditInput },
  async (ctx, { format, lang, ...filter }) => {
    const fileName = `audit-${ctx.clock.now().toISOString().slice(0, 10)}.${format}`
    await noteExport(ctx, { action: 'audit_export.made', fileName, after: { format, ...filter } })
    const rows = rowsOf(ctx, filter)
    return {
      fileName,
      ...(format === 'csv' ? csvOf(rows, CSV, lang) : { source: Readable.from(linesOf(rows)) }),
    }
  },
)

async function* linesOf(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  for await (const { changes, ...row } of rows)
    yield `${JSON.stringify({ ...row, changes: JSON.parse(changes), changesText: changes })}\n`
}

async function* rowsOf(ctx: Ctx, filter: AuditFilter): AsyncGenerator<Row> {
  for (let after = 0; ; ) {
    const rows: Row[] = await ctx.db
      .select(columns)
      .from(auditEntries)
      .where(and(...conditionsFor(ctx, filter), gt(auditEntries.seq, after)))
      .orderBy(asc(auditEntries.seq))
      .limit(CHUNK)
    yield* rows
    after = rows.at(-1)?.seq ?? 0
    if (rows.length < CHUNK) return
  }
}
