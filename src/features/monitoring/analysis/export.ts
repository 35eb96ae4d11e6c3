import { type CsvColumn, csvOf } from '../../../core/spreadsheet'
import { query } from '../../../core/verb'
import { noteExport } from '../../audit'
import { analysisNotCounted } from './errors'
import { ExportAnalysisInput } from './schemas'
import { analyse } from './service'

interface Row {
  dimension: string
  subject: string | null
  value: string
  terminals: number
  share: number
  countedAt: string
}

const COLUMNS: readonly CsvColumn<Row>[] = [
  { heading: { en: 'Told apart by', ru: 'Признак' }, cell: (row) => row.dimension },
  { heading: { en: 'Component', ru: 'Компонент' }, cell: (row) => row.subject },
  { heading: { en: 'Value', ru: 'Значение' }, cell: (row) => row.value },
  { heading: { en: 'Terminals', ru: 'Терминалов' }, cell: (row) => String(row.terminals) },
  { heading: { en: 'Share, %', ru: 'Доля, %' }, cell: (row) => row.share.toFixed(2) },
  { heading: { en: 'Counted (UTC)', ru: 'Подсчитано (UTC)' }, cell: (row) => row.countedAt },
]

const WORDS = {
  unreported: { en: '(not reported)', ru: '(не сообщено)' },
  rest: { en: '(all others)', ru: '(все остальные)' },
} as const

/** All charts as CSV, a row for each value; codes are those of the API. `analysis_not_counted`. */
export const exportAnalysis = query(
  { permission: 'analysis:read', input: ExportAnalysisInput },
  async (ctx, { lang, ...places }) => {
    const { countedAt, charts } = await analyse(ctx, places)
    if (countedAt === null) throw analysisNotCounted({ retryAfterSeconds: 60 })
    async function* rows(): AsyncGenerator<Row> {
      for (const { dimension, subject, terminals: whole, slices, rest } of charts) {
        const row = (value: string, terminals: number) => {
          const share = whole === 0 ? 0 : (terminals / whole) * 100
          return { dimension, subject, value, terminals, share, countedAt: countedAt ?? '' }
        }
        for (const { value, terminals } of slices) yield row(value ?? WORDS.unreported[lang], terminals)
        if (rest.terminals > 0) yield row(WORDS.rest[lang], rest.terminals)
      }
    }
    const fileName = `analysis-${countedAt.slice(0, 10)}.csv`
    await noteExport(ctx, { action: 'analysis_export.made', fileName, after: places })
    return { fileName, ...csvOf(rows(), COLUMNS, lang) }
  },
)
