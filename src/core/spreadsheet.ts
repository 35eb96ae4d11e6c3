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

/**
 * A spreadsheet of the other language parts cells where this one does not, also within quotes: what would begin a cell
 * there must be no formula either. Terminals say what they like.
 */
function harmless(cell: string | null): string | null {
  return cell?.replace(/([;,\t\r\n])(?="*[-+\uFF0B\uFF0D]|["\s]*[=@\uFF1D\uFF20])/g, "$1'") ?? null
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
