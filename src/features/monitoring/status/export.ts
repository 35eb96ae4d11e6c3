import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { query } from '../../../core/verb'
import { findTerminals } from './find'
import { StatusFilter, type StatusView } from './schemas'
import { loadViews } from './views'

const CHUNK = 1_000

const LANGUAGES = ['en', 'ru'] as const
type Language = (typeof LANGUAGES)[number]

export const ExportStatusInput = StatusFilter.extend({ lang: z.enum(LANGUAGES).default('en') })

const HEADINGS: Record<keyof typeof CELLS, Record<Language, string>> = {
  serial: { en: 'Serial number', ru: 'Серийный номер' },
  platform: { en: 'Platform', ru: 'Платформа' },
  model: { en: 'Model', ru: 'Модель' },
  state: { en: 'State', ru: 'Состояние' },
  connectivity: { en: 'Connectivity', ru: 'Связь' },
  lastSeenAt: { en: 'Last seen (UTC)', ru: 'Последняя связь (UTC)' },
  tids: { en: 'TID', ru: 'TID' },
  mids: { en: 'MID', ru: 'MID' },
  merchant: { en: 'Merchant', ru: 'Торговец' },
  groups: { en: 'Groups', ru: 'Группы' },
  appName: { en: 'Application', ru: 'Приложение' },
  appVersion: { en: 'Application version', ru: 'Версия приложения' },
  os: { en: 'Operating system', ru: 'Операционная система' },
  mismatches: { en: 'Contradicts the registry', ru: 'Расхождения с реестром' },
}

const CELLS = {
  serial: (view: StatusView) => view.serial,
  platform: (view: StatusView) => view.platform,
  model: (view: StatusView) => view.model,
  state: (view: StatusView) => view.state,
  connectivity: (view: StatusView) => view.connectivity,
  lastSeenAt: (view: StatusView) => view.lastSeenAt,
  tids: (view: StatusView) => view.tids.map((one) => one.tid).join(' '),
  mids: (view: StatusView) => [...new Set(view.tids.map((one) => one.mid))].join(' '),
  merchant: (view: StatusView) => view.merchantName,
  groups: (view: StatusView) => view.groups.map((one) => one.name).join('; '),
  appName: (view: StatusView) => view.appName,
  appVersion: (view: StatusView) => view.appVersion,
  os: (view: StatusView) => view.os,
  mismatches: (view: StatusView) => view.mismatches.join(' '),
}

/** As spreadsheets of that language part cells: Russian Windows by semicolons. */
const DELIMITERS: Record<Language, string> = { en: ',', ru: ';' }

/**
 * A spreadsheet of the other language parts cells where this one does not, also within quotes: what would begin a cell
 * there must be no formula either. Terminals say what they like.
 */
function harmless(cell: string | null): string | null {
  return cell?.replace(/([;,\t\r\n])(?="*[-+\uFF0B\uFF0D]|["\s]*[=@\uFF1D\uFF20])/g, "$1'") ?? null
}

/**
 * The list as CSV, read in parts as it is taken: a part is a statement of its own, so that a slow reader holds neither
 * memory nor a transaction. Text that a spreadsheet would run as a formula is made harmless.
 */
export const exportStatus = query(
  { permission: 'status:read', input: ExportStatusInput },
  async (ctx, { lang, ...filter }) => {
    const columns = Object.entries(HEADINGS).map(([key, names]) => ({ key, header: names[lang] }))
    const source = Readable.from(rowsOf(ctx, filter), { highWaterMark: 1 })
    const delimiter = DELIMITERS[lang]
    const csv = stringify({ bom: true, header: true, columns, delimiter, escape_formulas: true })
    return { fileName: `terminals-${ctx.clock.now().toISOString().slice(0, 10)}.csv`, source, csv }
  },
)

async function* rowsOf(ctx: Ctx, filter: z.output<typeof StatusFilter>) {
  let cursor: string | undefined
  do {
    const page = { cursor, limit: CHUNK, isFull: false }
    const { ids, nextCursor } = await findTerminals(ctx, filter, { sort: 'serial', direction: 'asc' }, page)
    for (const view of await loadViews(ctx, ids))
      yield Object.fromEntries(Object.entries(CELLS).map(([key, cell]) => [key, harmless(cell(view))]))
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
}
