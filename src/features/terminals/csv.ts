import { parse } from 'csv-parse/sync'
import { PLATFORMS, type PlatformId } from '../../core/platforms'
import { csvUnreadable } from './errors'
import { RegisterTerminalInput } from './schemas'

/** Columns by what people call them, in English and Russian; letters and digits only count. */
const COLUMNS = {
  serial: ['serial', 'serialnumber', 'sn', 'серийныйномер', 'заводскойномер', 'сн'],
  platform: ['platform', 'платформа'],
  model: ['model', 'модель'],
  tid: ['tid', 'terminalid', 'идтерминала', 'тид'],
  mid: ['mid', 'merchantid', 'мид'],
  acquirer: ['acquirer', 'bank', 'эквайер', 'эквайрер', 'банк'],
  merchant: ['merchant', 'merchantname', 'мерчант', 'предприятие', 'торговец', 'тсп'],
  address: ['address', 'адрес'],
  groups: ['groups', 'group', 'группы', 'группа'],
  notes: ['notes', 'note', 'comment', 'примечание', 'примечания', 'комментарий'],
} as const
type Column = keyof typeof COLUMNS

export interface CsvTerminal {
  /** Line of the file; 1 is the header. The first of several lines of one serial number. */
  line: number
  serial: string
  platform: PlatformId
  model: string
  tids: { acquirer: string; tid: string; mid: string }[]
  merchant: string
  address: string
  groups: string[]
  notes: string
}

export interface CsvRow {
  line: number
  serial: string
  terminal: CsvTerminal | null
  issues: string[]
}

export const CSV_MAX_BYTES = 64 * 1024 * 1024

/**
 * Reads a list of terminals: UTF-8 or Windows-1251, parted by commas, semicolons or tabs. Several lines of one serial
 * number are its TIDs, one per acquirer. Nothing in a cell is ever a formula here. A bad line stops no other.
 * @throws Failure `csv_unreadable` where there is no header with a serial number
 */
export function readTerminalsCsv(csv: string | Uint8Array): CsvRow[] {
  const text = typeof csv === 'string' ? csv : decode(csv)
  const [header, ...records] = parseRecords(text)
  const columns = columnsOf(header ?? [])
  if (columns.serial === undefined) throw csvUnreadable()
  const rows = new Map<string, CsvRow>()
  records.forEach((cells, index) => {
    if (cells.every((cell) => cell.trim() === '')) return
    const line = index + 2
    const read = readLine(cells, columns, line)
    const before = rows.get(read.serial)
    if (before === undefined || read.serial === '') rows.set(read.serial || `line ${line}`, read)
    else merge(before, read)
  })
  return [...rows.values()]
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1251').decode(bytes)
  }
}

function parseRecords(text: string): string[][] {
  const head = text.slice(0, text.indexOf('\n') + 1 || undefined)
  const delimiter = [';', '\t', ','].find((one) => head.includes(one)) ?? ','
  try {
    return parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
    })
  } catch (error) {
    throw csvUnreadable(undefined, { cause: error })
  }
}

function columnsOf(header: readonly string[]): Partial<Record<Column, number>> {
  const columns: Partial<Record<Column, number>> = {}
  header.forEach((cell, index) => {
    const name = cell.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
    for (const [column, names] of Object.entries(COLUMNS) as [Column, readonly string[]][])
      if (names.includes(name)) columns[column] ??= index
  })
  return columns
}

function readLine(cells: readonly string[], columns: Partial<Record<Column, number>>, line: number): CsvRow {
  const cell = (column: Column) => {
    const at = columns[column]
    return at === undefined ? '' : (cells[at] ?? '').trim()
  }
  const serial = cell('serial')
  const platform = platformOf(cell('platform'))
  const tid = cell('tid')
  const parsed = RegisterTerminalInput.safeParse({
    serial,
    platform,
    model: cell('model'),
    address: cell('address'),
    notes: cell('notes'),
    tids: tid === '' ? [] : [{ acquirer: cell('acquirer'), tid, mid: cell('mid') }],
  })
  if (!parsed.success)
    return {
      line,
      serial,
      terminal: null,
      issues: parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`),
    }
  const { tids, model, address, notes } = parsed.data
  const groups = cell('groups')
    .split(/[,|]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return {
    line,
    serial,
    issues: [],
    terminal: {
      line,
      serial: parsed.data.serial,
      platform: parsed.data.platform,
      model,
      address,
      notes,
      tids,
      merchant: cell('merchant'),
      groups,
    },
  }
}

function platformOf(text: string): string {
  const wanted = text.toLowerCase()
  const found = PLATFORMS.find(
    ({ id, label, aliases }) =>
      id === wanted || label.toLowerCase() === wanted || (aliases as readonly string[]).includes(wanted),
  )
  return found?.id ?? text
}

/** Further lines of a serial number add TIDs and groups. */
function merge(into: CsvRow, more: CsvRow): void {
  into.issues.push(...more.issues.map((issue) => `line ${more.line}: ${issue}`))
  if (into.terminal === null || more.terminal === null) {
    into.terminal = null
    return
  }
  for (const tid of more.terminal.tids) {
    if (into.terminal.tids.some((one) => one.acquirer === tid.acquirer)) {
      into.issues.push(`line ${more.line}: a second TID for the same acquirer`)
      into.terminal = null
      return
    }
    into.terminal.tids.push(tid)
  }
  into.terminal.groups = [...new Set([...into.terminal.groups, ...more.terminal.groups])]
}
