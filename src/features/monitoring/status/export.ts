import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { LANGUAGES } from '../../../core/languages'
import { type CsvColumn, csvOf } from '../../../core/spreadsheet'
import { query } from '../../../core/verb'
import { noteExport } from '../../audit'
import { findTerminals } from './find'
import { StatusFilter, type StatusView } from './schemas'
import { loadViews } from './views'

const CHUNK = 1_000

export const ExportStatusInput = StatusFilter.extend({ lang: z.enum(LANGUAGES).default('en') })

const COLUMNS: readonly CsvColumn<StatusView>[] = [
  { heading: { en: 'Serial number', ru: 'Серийный номер' }, cell: (view) => view.serial },
  { heading: { en: 'Platform', ru: 'Платформа' }, cell: (view) => view.platform },
  { heading: { en: 'Model', ru: 'Модель' }, cell: (view) => view.model },
  { heading: { en: 'State', ru: 'Состояние' }, cell: (view) => view.state },
  { heading: { en: 'Connectivity', ru: 'Связь' }, cell: (view) => view.connectivity },
  { heading: { en: 'Last seen (UTC)', ru: 'Последняя связь (UTC)' }, cell: (view) => view.lastSeenAt },
  { heading: { en: 'TID', ru: 'TID' }, cell: (view) => view.tids.map((one) => one.tid).join(' ') },
  {
    heading: { en: 'MID', ru: 'MID' },
    cell: (view) => [...new Set(view.tids.map((one) => one.mid))].join(' '),
  },
  { heading: { en: 'Merchant', ru: 'Торговец' }, cell: (view) => view.merchantName },
  {
    heading: { en: 'Groups', ru: 'Группы' },
    cell: (view) => view.groups.map((one) => one.name).join('; '),
  },
  { heading: { en: 'Application', ru: 'Приложение' }, cell: (view) => view.appName },
  { heading: { en: 'Application version', ru: 'Версия приложения' }, cell: (view) => view.appVersion },
  { heading: { en: 'Operating system', ru: 'Операционная система' }, cell: (view) => view.os },
  {
    heading: { en: 'Contradicts the registry', ru: 'Расхождения с реестром' },
    cell: (view) => view.mismatches.join(' '),
  },
]

/**
 * The list as CSV, read in parts as it is taken: a part is a statement of its own, so that a slow reader holds neither
 * memory nor a transaction.
 */
export const exportStatus = query(
  { permission: 'status:read', input: ExportStatusInput },
  async (ctx, { lang, ...filter }) => {
    const fileName = `terminals-${ctx.clock.now().toISOString().slice(0, 10)}.csv`
    await noteExport(ctx, { action: 'status_export.made', fileName, after: filter })
    return { fileName, ...csvOf(viewsOf(ctx, filter), COLUMNS, lang) }
  },
)

async function* viewsOf(ctx: Ctx, filter: z.output<typeof StatusFilter>) {
  let cursor: string | undefined
  do {
    const page = { cursor, limit: CHUNK, isFull: false }
    const { ids, nextCursor } = await findTerminals(ctx, filter, { sort: 'serial', direction: 'asc' }, page)
    yield* await loadViews(ctx, ids)
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
}
