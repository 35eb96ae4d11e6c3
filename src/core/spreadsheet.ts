import { Readable } from 'node:stream'
import { type Stringifier, stringify } from 'csv-stringify'
import type { Language } from './languages'

/** One column: its heading in every language, and what it says of a row. */
export interface CsvColumn<Row> {
  heading: Record<Language, string>
  cell(row: Row): string | null
}

export interface Csv {
  /** To be piped through `csv`; rows are read as they are taken. */
  source: Readable
  csv: Stringifier
}

/** As spreadsheets of that language part cells: Russian Windows by semicolons. */
const DELIMITERS: Record<Language, string> = { en: ',', ru: ';' }

/** What spreadsheets pass over before a formula: quotes, blanks of every width, controls, characters without width. */
const PASSED = String.raw`["\s\p{Z}\p{Cc}\p{Cf}]*`
const FORMULA = String.raw`[=@\uFF1D\uFF20]`
const SIGN = String.raw`[-+\uFF0B\uFF0D]`
const AT_START = new RegExp(`^(?=${PASSED}(?:${FORMULA}|${SIGN}))`, 'u')
const WITHIN = new RegExp(`([;,\\t\\r\\n])(?="*${SIGN}|${PASSED}${FORMULA})`, 'gu')

/**
 * Makes text no formula, also where a spreadsheet of the other language parts cells and this one does not, even within
 * quotes. Terminals say what they like.
 */
function harmless(cell: string | null): string | null {
  return cell?.replace(AT_START, "'").replace(WITHIN, "$1'") ?? null
}

/**
 * Rows as CSV for spreadsheets: UTF-8 with a byte order mark, cells parted as spreadsheets of that language do, and text
 * that one would run as a formula made harmless.
 */
export function csvOf<Row>(
  rows: AsyncIterable<Row>,
  columns: readonly CsvColumn<Row>[],
  language: Language,
): Csv {
  async function* cells() {
    for await (const row of rows) yield columns.map(({ cell }) => harmless(cell(row)))
  }
  return {
    source: Readable.from(cells(), { highWaterMark: 1 }),
    csv: stringify({
      bom: true,
      header: true,
      columns: columns.map(({ heading }) => heading[language]),
      delimiter: DELIMITERS[language],
      escape_formulas: true,
    }),
  }
}
