import { z } from 'zod'
import type { Ctx } from '../../core/context'
import { LANGUAGES } from '../../core/languages'
import { type CsvColumn, csvOf } from '../../core/spreadsheet'
import { query } from '../../core/verb'
import { noteExport } from '../audit'
import { findAlerts } from './queries'
import { AlertFilter, type AlertView } from './schemas'

const CHUNK = 500

export const ExportAlertsInput = z.strictObject({
  ...AlertFilter.shape,
  lang: z.enum(LANGUAGES).default('en'),
})

const COLUMNS: readonly CsvColumn<AlertView>[] = [
  { heading: { en: 'Kind', ru: 'Вид' }, cell: ({ kind }) => kind },
  { heading: { en: 'Severity', ru: 'Важность' }, cell: ({ severity }) => severity },
  { heading: { en: 'State', ru: 'Состояние' }, cell: ({ state }) => state },
  { heading: { en: 'About', ru: 'О чём' }, cell: ({ subject }) => subject.label },
  { heading: { en: 'Terminals now', ru: 'Терминалов сейчас' }, cell: ({ count }) => String(count) },
  { heading: { en: 'Terminals at most', ru: 'Терминалов всего' }, cell: ({ peak }) => String(peak) },
  { heading: { en: 'Times raised', ru: 'Сколько раз возникло' }, cell: ({ times }) => String(times) },
  {
    heading: { en: 'First raised (UTC)', ru: 'Впервые возникло (UTC)' },
    cell: ({ firstRaisedAt }) => firstRaisedAt,
  },
  { heading: { en: 'Raised (UTC)', ru: 'Возникло (UTC)' }, cell: ({ raisedAt }) => raisedAt },
  { heading: { en: 'Looked after by', ru: 'Кто занимается' }, cell: ({ acknowledgedBy }) => acknowledgedBy },
  { heading: { en: 'Note', ru: 'Комментарий' }, cell: ({ note }) => note },
  { heading: { en: 'Cleared (UTC)', ru: 'Снято (UTC)' }, cell: ({ clearedAt }) => clearedAt },
  { heading: { en: 'Alert', ru: 'Оповещение' }, cell: ({ id }) => id },
]

/** The alerts of a filter as CSV, those raised last before the others, read in parts as they are taken. */
export const exportAlerts = query(
  { permission: 'alerts:read', input: ExportAlertsInput },
  async (ctx, { lang, ...filter }) => {
    const fileName = `alerts-${ctx.clock.now().toISOString().slice(0, 10)}.csv`
    await noteExport(ctx, { action: 'alert_export.made', fileName, after: filter })
    return { fileName, ...csvOf(alertsOf(ctx, filter), COLUMNS, lang) }
  },
)

async function* alertsOf(ctx: Ctx, filter: AlertFilter): AsyncGenerator<AlertView> {
  let cursor: string | undefined
  do {
    const page = await findAlerts(ctx, filter, { cursor, limit: CHUNK })
    yield* page.items
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
