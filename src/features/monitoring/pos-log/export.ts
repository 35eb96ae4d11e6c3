import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { LANGUAGES } from '../../../core/languages'
import { decodeCursor } from '../../../core/paging'
import { type CsvColumn, csvOf } from '../../../core/spreadsheet'
import { query } from '../../../core/verb'
import { noteExport } from '../../audit'
import { Cursor, findEntries } from './find'
import { EXPORT_MAX_ROWS } from './lists'
import { type PosLogEntry, PosLogFilter } from './schemas'
import { viewOf } from './views'

const CHUNK = 1_000

export const ExportPosLogInput = z.strictObject({
  ...PosLogFilter.shape,
  lang: z.enum(LANGUAGES).default('en'),
})

const COLUMNS: readonly CsvColumn<PosLogEntry>[] = [
  { heading: { en: 'Time (UTC)', ru: 'Время (UTC)' }, cell: ({ at }) => at },
  { heading: { en: 'Last time (UTC)', ru: 'Последнее время (UTC)' }, cell: ({ lastAt }) => lastAt },
  { heading: { en: 'Requests', ru: 'Запросов' }, cell: ({ count }) => String(count) },
  { heading: { en: 'Serial number', ru: 'Серийный номер' }, cell: ({ serial }) => serial },
  { heading: { en: 'Message', ru: 'Сообщение' }, cell: ({ kind }) => kind },
  { heading: { en: 'Items', ru: 'Элементов' }, cell: ({ items }) => items?.toString() ?? null },
  { heading: { en: 'About', ru: 'Подробности' }, cell: ({ about }) => about },
  { heading: { en: 'Status', ru: 'Статус' }, cell: ({ status }) => String(status) },
  { heading: { en: 'Code', ru: 'Код' }, cell: ({ code }) => code },
  { heading: { en: 'Request, bytes', ru: 'Запрос, байт' }, cell: ({ requestBytes }) => String(requestBytes) },
  { heading: { en: 'Answer, bytes', ru: 'Ответ, байт' }, cell: ({ answerBytes }) => String(answerBytes) },
  { heading: { en: 'Duration, ms', ru: 'Длительность, мс' }, cell: ({ durationMs }) => String(durationMs) },
  { heading: { en: 'Address', ru: 'Адрес' }, cell: ({ address }) => address },
  { heading: { en: 'Broken off', ru: 'Оборвано' }, cell: ({ isBrokenOff }) => String(isBrokenOff) },
]

/**
 * The entries of a filter as CSV, the newest first, read in parts as they are taken: a part is a statement of its own, so that
 * a slow reader holds neither memory nor a transaction.
 */
export const exportPosLog = query(
  { permission: 'pos-log:read', input: ExportPosLogInput },
  async (ctx, { lang, ...filter }) => {
    const fileName = `pos-log-${ctx.clock.now().toISOString().slice(0, 10)}.csv`
    await noteExport(ctx, { action: 'pos_log_export.made', fileName, after: filter })
    return { fileName, ...csvOf(entriesOf(ctx, filter), COLUMNS, lang) }
  },
)

async function* entriesOf(ctx: Ctx, filter: PosLogFilter): AsyncGenerator<PosLogEntry> {
  let cursor: string | null = null
  let left = EXPORT_MAX_ROWS
  do {
    const [atMs = 0, id = 0] = cursor === null ? [] : decodeCursor(cursor, Cursor)
    const after = cursor === null ? undefined : { atMs, id }
    const page = await findEntries(ctx, filter, { after, limit: Math.min(CHUNK, left) })
    yield* page.rows.map(viewOf)
    left -= page.rows.length
    cursor = page.nextCursor
  } while (cursor !== null && left > 0)
}
