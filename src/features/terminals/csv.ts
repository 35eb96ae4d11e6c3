import { nameText } from '../../core/names'
import { PLATFORMS, type PlatformId } from '../../core/platforms'
import { type CsvRecord, readHeader, readRecords, textsOf } from './csv-records'
import { csvUnreadable } from './errors'
import { RegisterTerminalInput } from './schemas'

/** Columns by what people call them, in English and Russian; letters and digits only count. */
const COLUMNS = {
  serial: `serial, serial number, serial no, serialnum, sn, terminal sn, terminal serial, terminal serial number,
    серийный номер, серийный №, серийный, сер номер, сер №, заводской номер, заводской №, зав номер, зав №, сн, с/н,
    sn терминала, серийный номер терминала, заводской номер терминала, номер терминала`,
  platform: 'platform, terminal platform, terminal type, платформа, платформа терминала, тип, тип терминала',
  model: 'model, terminal model, модель, модель терминала',
  tid: 'tid, terminal id, ид терминала, id терминала, идентификатор терминала, тид',
  mid: 'mid, merchant id, мид, ид мерчанта, id мерчанта, идентификатор мерчанта, ид торговца',
  acquirer: 'acquirer, bank, acquirer bank, эквайер, эквайрер, банк, банк эквайер',
  merchant: `merchant, merchant name, мерчант, предприятие, торговец, тсп, название тсп, клиент, организация,
    наименование тсп`,
  address: 'address, location, адрес, адрес установки',
  groups: 'groups, group, группы, группа',
  transportKeyKcv: `transport key kcv, transport kcv, kcv, ktk kcv, kcv транспортного ключа,
    контрольное значение транспортного ключа`,
  notes: 'notes, note, comment, comments, примечание, примечания, комментарий',
} as const
export type Column = keyof typeof COLUMNS

const COLUMN_OF = new Map(
  Object.entries(COLUMNS).flatMap(([column, names]) =>
    names.split(',').map((name) => [squeeze(name), column as Column] as const),
  ),
)

/**
 * What is wrong with a line: `invalid_value` of a field; `unknown_platform`; `spreadsheet_number`, a number whose digits
 * a spreadsheet has lost; `second_tid_of_acquirer` for one serial number.
 */
export type CsvIssueCode =
  | 'invalid_value'
  | 'unknown_platform'
  | 'spreadsheet_number'
  | 'second_tid_of_acquirer'

export interface CsvIssue<Code extends string = CsvIssueCode> {
  line: number
  code: Code
  field: Column
  value: string
  /** The same in English, for who reads no codes. */
  message: string
}

export interface CsvTerminal {
  /** Line of the file; 1 is the first. The first of several lines of one serial number. */
  line: number
  serial: string
  platform: PlatformId
  model: string
  tids: { acquirer: string; tid: string; mid: string }[]
  merchant: string
  address: string
  groups: string[]
  notes: string
  transportKeyKcv: string | null
}

export interface CsvRow {
  line: number
  serial: string
  terminal: CsvTerminal | null
  issues: CsvIssue[]
}

export const CSV_MAX_BYTES = 64 * 1024 * 1024

/**
 * Reads a list of terminals, whatever spreadsheet wrote it. Several lines of one serial number are its TIDs, one per
 * acquirer. Nothing in a cell is ever a formula here. A bad line stops no other.
 * @throws Failure `csv_unreadable` where there is no header with a serial number, `csv_quote_open`, `csv_too_long`
 */
export async function readTerminalsCsv(csv: string | Uint8Array): Promise<CsvRow[]> {
  const { text, columns } = await findHeader(csv)
  const rows = new Map<string, CsvRow>()
  let isHeader = true
  for await (const record of readRecords(text)) {
    if (!isHeader) {
      const read = readLine(record, columns)
      const before = rows.get(read.serial)
      if (before === undefined || read.serial === '') rows.set(read.serial || `line ${record.line}`, read)
      else merge(before, read)
    }
    isHeader = false
  }
  return [...rows.values()]
}

export type Columns = Partial<Record<Column, number>>

/** The text whose header makes sense: a wrong code page shows there. */
async function findHeader(csv: string | Uint8Array): Promise<{ text: string; columns: Columns }> {
  for (const text of textsOf(csv)) {
    const columns = columnsOf((await readHeader(text))?.cells ?? [])
    if (columns.serial !== undefined) return { text, columns }
  }
  throw csvUnreadable()
}

/** Which cell of a header holds what. */
export function columnsOf(header: readonly string[]): Columns {
  const columns: Columns = {}
  header.forEach((cell, index) => {
    const column = COLUMN_OF.get(squeeze(cell))
    if (column !== undefined) columns[column] ??= index
  })
  return columns
}

function squeeze(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** What a spreadsheet makes of a long number; its last digits are lost. */
export const SPREADSHEET_NUMBER = /^\d[.,]\d+E\+\d+$/i
/** `="00123"` and `'00123` are how people keep a spreadsheet from eating leading zeros. */
const SPREADSHEET_TEXT = /^="([^"]*)"$|^'([^']*)$/

/** The text of a cell; empty where the column is missing. */
export function cellOf(cells: readonly string[], at: number | undefined): string {
  const text = at === undefined ? '' : (cells[at] ?? '').trim()
  const quoted = SPREADSHEET_TEXT.exec(text)
  return quoted === null ? text : (quoted[1] ?? quoted[2] ?? '').trim()
}

const SHOWN_CHARACTERS = 100
/** As one terminal is registered. */
const MOST_TIDS = 20
const MOST_GROUPS = 50
/** Of one serial number, however many lines it has. */
const MOST_ISSUES = 20

function readLine({ cells, line }: CsvRecord, columns: Columns): CsvRow {
  const cell = (column: Column) => cellOf(cells, columns[column])
  const serial = cell('serial')
  const tid = cell('tid')
  const parsed = RegisterTerminalInput.safeParse({
    serial,
    platform: platformOf(cell('platform')),
    model: cell('model'),
    address: cell('address'),
    notes: cell('notes'),
    transportKeyKcv: cell('transportKeyKcv') || null,
    tids: tid === '' ? [] : [{ acquirer: cell('acquirer'), tid, mid: cell('mid') }],
  })
  const groups = groupsOf(cell('groups'))
  const places = [
    { field: 'merchant' as const, value: cell('merchant'), most: 200 },
    ...groups.map((value) => ({ field: 'groups' as const, value, most: 100 })),
  ]
  const spoiled = (['serial', 'tid', 'mid', 'transportKeyKcv'] as const).filter((column) =>
    SPREADSHEET_NUMBER.test(cell(column)),
  )
  const issues: CsvIssue[] = spoiled.map((field) => ({
    line,
    code: 'spreadsheet_number',
    field,
    value: cell(field),
    message: `${field}: a spreadsheet has cut off its last digits`,
  }))
  if (groups.length > MOST_GROUPS) issues.push(tooMany(line, 'groups', MOST_GROUPS))
  for (const { field, value, most } of places) {
    const wrong = value === '' ? undefined : nameText(most).safeParse(value).error?.issues[0]
    if (wrong !== undefined)
      issues.push({
        line,
        code: 'invalid_value',
        field,
        value: value.slice(0, SHOWN_CHARACTERS),
        message: `${field}: ${wrong.code === 'too_big' ? `a name has at most ${most} characters` : wrong.message}`,
      })
  }
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = (path[0] === 'tids' ? (path[2] ?? 'tid') : path[0]) as Column
    if (spoiled.some((one) => one === field)) continue
    const code = field === 'platform' ? 'unknown_platform' : 'invalid_value'
    issues.push({
      line,
      code,
      field,
      value: cell(field).slice(0, SHOWN_CHARACTERS),
      message: `${field}: ${message}`,
    })
  }
  if (!parsed.success || issues.length > 0)
    return { line, serial, terminal: null, issues: issues.slice(0, MOST_ISSUES) }
  const { tids, model, address, notes, platform, transportKeyKcv } = parsed.data
  const known = { line, serial: parsed.data.serial, platform, model, address, notes, tids, transportKeyKcv }
  return {
    line,
    serial,
    issues,
    terminal: { ...known, merchant: cell('merchant'), groups },
  }
}

function groupsOf(cell: string): string[] {
  const names = cell.split(/[,|]/).map((name) => name.trim())
  return [...new Set(names.filter((name) => name !== ''))]
}

const PLATFORM_OF = new Map<string, string>(
  PLATFORMS.flatMap(({ id, label, aliases }) =>
    [id, label, ...aliases].map((name) => [squeeze(name), id] as const),
  ),
)

function platformOf(text: string): string {
  return PLATFORM_OF.get(squeeze(text)) ?? text
}

/** Further lines of a serial number add TIDs and groups, and the KCV where the first has none. */
function merge(into: CsvRow, more: CsvRow): void {
  into.issues.push(...more.issues.slice(0, MOST_ISSUES - into.issues.length))
  if (into.terminal === null || more.terminal === null) {
    into.terminal = null
    return
  }
  for (const tid of more.terminal.tids) {
    if (into.terminal.tids.some((one) => one.acquirer === tid.acquirer)) {
      into.issues.push({
        line: more.line,
        code: 'second_tid_of_acquirer',
        field: 'tid',
        value: tid.tid,
        message: 'tid: a second TID for the same acquirer',
      })
      into.terminal = null
      return
    }
    into.terminal.tids.push(tid)
  }
  into.terminal.transportKeyKcv ??= more.terminal.transportKeyKcv
  into.terminal.groups = [...new Set([...into.terminal.groups, ...more.terminal.groups])]
  const isOver = into.terminal.tids.length > MOST_TIDS
  if (!isOver && into.terminal.groups.length <= MOST_GROUPS) return
  into.issues.push(isOver ? tooMany(more.line, 'tid', MOST_TIDS) : tooMany(more.line, 'groups', MOST_GROUPS))
  into.terminal = null
}

function tooMany(line: number, field: 'tid' | 'groups', most: number): CsvIssue {
  const message = `${field}: one terminal has at most ${most}`
  return { line, code: 'invalid_value', field, value: '', message }
}
