import { type Columns, cellOf, columnsOf, SPREADSHEET_NUMBER } from './csv'
import { readHeader, readRecords, textsOf } from './csv-records'
import { csvTooLong, csvWithoutNames } from './errors'
import { Acquirer, Serial, Tid } from './schemas'

export interface NamedTid {
  tid: string
  /** Null: of whatever acquirer. */
  acquirer: string | null
}

/** A line that names a terminal twice. */
export interface NamedTwice {
  line: number
  tid: string
  serial: string
}

export interface CsvNames {
  tids: NamedTid[]
  serials: string[]
  /** Lines with a TID and a serial number: the TID counts, whoever has it. */
  twice: NamedTwice[]
  /** Lines whose name cannot be one, such as a number that a spreadsheet has cut off. */
  unreadable: { line: number; value: string }[]
}

/**
 * Reads which terminals a list names, whatever spreadsheet wrote it: by TID where a line has one, with its acquirer where
 * there is such a column, else by serial number.
 * @throws Failure `csv_without_names`, `csv_quote_open`, `csv_unreadable`, `csv_too_long` from more than `most` lines on
 */
export async function readNamesCsv(csv: string | Uint8Array, most: number): Promise<CsvNames> {
  const { text, columns } = await findHeader(csv)
  const names: CsvNames = { tids: [], serials: [], twice: [], unreadable: [] }
  let count = -1
  for await (const { line, cells } of readRecords(text)) {
    if (++count > most) throw csvTooLong({ values: { maxRows: most } })
    if (count === 0) continue
    const cell = (at: number | undefined) => cellOf(cells, at)
    const written = cell(columns.tid) || cell(columns.serial)
    const isTid = cell(columns.tid) !== ''
    const name = (isTid ? Tid : Serial).safeParse(written)
    const acquirer = Acquirer.safeParse(cell(columns.acquirer))
    if (!name.success || !acquirer.success || SPREADSHEET_NUMBER.test(written))
      names.unreadable.push({ line, value: written.slice(0, SHOWN_CHARACTERS) })
    else if (isTid) {
      names.tids.push({ tid: name.data, acquirer: acquirer.data || null })
      const serial = cell(columns.serial).slice(0, SHOWN_CHARACTERS)
      if (serial !== '') names.twice.push({ line, tid: name.data, serial })
    } else names.serials.push(name.data)
  }
  return names
}

const SHOWN_CHARACTERS = 100

async function findHeader(csv: string | Uint8Array): Promise<{ text: string; columns: Columns }> {
  for (const text of textsOf(csv)) {
    const columns = columnsOf((await readHeader(text))?.cells ?? [])
    if (columns.tid !== undefined || columns.serial !== undefined) return { text, columns }
  }
  throw csvWithoutNames()
}
