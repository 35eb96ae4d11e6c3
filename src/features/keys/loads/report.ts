import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { escapeLike } from '../../../core/like'
import { decodeCursor, type Page, toPage } from '../../../core/paging'
import { type CsvColumn, csvOf } from '../../../core/spreadsheet'
import { query } from '../../../core/verb'
import { noteExport } from '../../audit'
import { visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { keyFiles } from '../tables'
import { ExportKeyBatchInput, type KeyBatchView, type KeyFileView, ListKeyBatchesInput } from './schemas'
import { toFileView } from './views'

const CHUNK = 1_000
const ByName = z.tuple([z.string()])

/**
 * Batches as depositors name them, in the order of their names: of each, how many files are at what. Every file is in one
 * column, so the columns add up to `deposited` (PCI PIN 30-3: all devices accounted for).
 */
export const listKeyBatches = query(
  { permission: 'keys:read', input: ListKeyBatchesInput },
  async (ctx, { cursor, limit, search }): Promise<Page<KeyBatchView>> => {
    const start = `${escapeLike(search ?? '')}%`
    const rows = await ctx.db.execute<
      Omit<KeyBatchView, 'firstAt' | 'lastAt'> & { first: string; last: string }
    >(sql`
      select f.batch, to_json(min(f.deposited_at)) #>> '{}' as first, to_json(max(f.deposited_at)) #>> '{}' as last,
        count(*)::int as deposited,
        count(*) filter (where f.state = 'unapproved')::int as unapproved,
        count(*) filter (where f.state in ('available', 'offered'))::int as waiting,
        count(*) filter (where f.state = 'delivered')::int as delivered,
        count(*) filter (where f.state = 'installed')::int as installed,
        count(*) filter (where f.state = 'failed')::int as failed,
        count(*) filter (where f.state in ('expired', 'superseded', 'revoked'))::int as ended
      from key_files f join terminals on terminals.id = f.terminal_id
      where f.batch is not null and f.batch like ${start} and ${visibleTerminals(ctx)}
        ${cursor === undefined ? sql`` : sql`and f.batch > ${decodeCursor(cursor, ByName)[0]}`}
      group by f.batch order by f.batch limit ${limit + 1}`)
    return toPage(
      rows,
      limit,
      (row) => [row.batch],
      ({ first, last, ...row }) => ({
        ...row,
        firstAt: new Date(first).toISOString(),
        lastAt: new Date(last).toISOString(),
      }),
    )
  },
)

const COLUMNS: readonly CsvColumn<KeyFileView>[] = [
  { heading: { en: 'Serial number', ru: 'Серийный номер' }, cell: ({ serial }) => serial },
  { heading: { en: 'Sequence', ru: 'Порядковый номер' }, cell: ({ sequence }) => String(sequence) },
  { heading: { en: 'State', ru: 'Состояние' }, cell: ({ state }) => state },
  { heading: { en: 'Since (UTC)', ru: 'С (UTC)' }, cell: ({ stateAt }) => stateAt },
  { heading: { en: 'Reason', ru: 'Причина' }, cell: ({ reason }) => reason },
  { heading: { en: 'Deposited (UTC)', ru: 'Принят (UTC)' }, cell: ({ depositedAt }) => depositedAt },
  { heading: { en: 'Deposited by', ru: 'От кого принят' }, cell: ({ depositor }) => depositor },
  { heading: { en: 'Approved by', ru: 'Кем одобрен' }, cell: ({ approvedBy }) => approvedBy },
  { heading: { en: 'Valid until (UTC)', ru: 'Действителен до (UTC)' }, cell: ({ notAfter }) => notAfter },
  { heading: { en: 'SHA-256', ru: 'SHA-256' }, cell: ({ sha256 }) => sha256 },
  { heading: { en: 'KCVs', ru: 'KCV' }, cell: ({ slots }) => kcvsOf(slots) },
  {
    heading: { en: 'KCVs by the terminal', ru: 'KCV по данным терминала' },
    cell: (row) => kcvsOf(row.reportedKcvs),
  },
  { heading: { en: 'Bytes destroyed', ru: 'Байты уничтожены' }, cell: ({ isPurged }) => String(isPurged) },
]

const kcvsOf = (slots: readonly { slot: string; kcv: string | null }[] | null) =>
  slots?.flatMap(({ slot, kcv }) => (kcv === null ? [] : [`${slot} ${kcv}`])).join('; ') ?? null

/** Each file of a batch as a line of CSV, read in parts as it is taken. */
export const exportKeyBatch = query(
  { permission: 'keys:read', input: ExportKeyBatchInput },
  async (ctx, { batch, lang }) => {
    const fileName = `keys-${ctx.clock.now().toISOString().slice(0, 10)}.csv`
    await noteExport(ctx, { action: 'key_batch_export.made', fileName, after: { batch } })
    return { fileName, ...csvOf(filesOf(ctx, batch), COLUMNS, lang) }
  },
)

async function* filesOf(ctx: Ctx, batch: string): AsyncGenerator<KeyFileView> {
  let after: string | undefined
  for (;;) {
    const rows = await ctx.db
      .select({ file: keyFiles, serial: terminals.serial })
      .from(keyFiles)
      .innerJoin(terminals, eq(terminals.id, keyFiles.terminalId))
      .where(
        and(
          eq(keyFiles.batch, batch),
          visibleTerminals(ctx),
          after === undefined ? undefined : gt(keyFiles.id, after),
        ),
      )
      .orderBy(asc(keyFiles.id))
      .limit(CHUNK)
    for (const { file, serial } of rows) yield toFileView(file, serial)
    after = rows.at(-1)?.file.id
    if (rows.length < CHUNK) return
  }
}
