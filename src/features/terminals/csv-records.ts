import { Readable } from 'node:stream'
import { setImmediate as breathe } from 'node:timers/promises'
import { parse } from 'csv-parse'
import { decodeText } from '../../core/decode-text'
import { csvQuoteOpen, csvTooLong, csvUnreadable } from './errors'

export interface CsvRecord {
  /** Where it begins in the file; 1 is the first line. */
  line: number
  cells: string[]
}

const DELIMITERS = [';', '\t', ',']
const MOST_RECORDS = 500_000
/** Far more than any list has. What is longer has lost a quote, or is no list: it is not gathered to its end. */
const MOST_CELLS = 500
const MOST_CHARACTERS = 100_000
/** The parser does not count cells that are empty. More than is read ahead of it. */
const MOST_WITHOUT_RECORD = 4 * 1024 * 1024
const SLICE_CHARACTERS = 64 * 1024
const BREATHE_EVERY = 500

/**
 * The texts a file may be, the likeliest first: spreadsheets write UTF-8, UTF-16, or a code page, and do not say which.
 */
export function textsOf(csv: string | Uint8Array): string[] {
  if (typeof csv === 'string') return [csv.replace(/^\uFEFF/, '')]
  const texts = [decodeText(csv), decodeText(csv, 'ibm866')].filter((text) => text !== undefined)
  return [...new Set(texts)]
}

/** The first record alone. */
export async function readHeader(text: string): Promise<CsvRecord | undefined> {
  for await (const record of readRecords(text)) return record
  return undefined
}

/**
 * The records of a CSV (RFC 4180) with the line each begins at; lines without any text are passed over. The delimiter
 * is the one most often in the header, unless the file names it by `sep=`. Others are served in between.
 * @throws Failure `csv_quote_open` with the line, `csv_unreadable`, `csv_too_long`
 */
export async function* readRecords(text: string): AsyncGenerator<CsvRecord, void> {
  // One kind of line end, also within quotes: the parser knows one for records and counts CR LF in cells twice.
  const lines = text.replace(/\r\n?/g, '\n')
  const announced = /^sep=(.)\n/i.exec(lines)
  const body = announced ? lines.slice(announced[0].length) : lines
  // As far as it has parsed, which is ahead of what was asked for.
  let parsedLines = 0
  const parser = parse({
    delimiter: announced?.[1] ?? delimiterOf(body),
    info: true,
    max_record_size: MOST_CHARACTERS,
    on_record: (record: string[], { lines }) => {
      parsedLines = lines
      return record
    },
    record_delimiter: '\n',
    relax_column_count: true,
    relax_quotes: true,
  })
  const source = Readable.from(slicesOf(body, () => parser.info.records))
  source.on('error', (error) => parser.destroy(error)).pipe(parser)
  const skipped = announced ? 1 : 0
  let endedAt = 0
  let count = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      const line = endedAt + 1 + skipped
      endedAt = info.lines
      if (++count > MOST_RECORDS) throw csvTooLong({ values: { maxRows: MOST_RECORDS } })
      if (record.length > MOST_CELLS) throw csvUnreadable()
      if (record.some((cell) => cell.trim() !== '')) yield { line, cells: record }
      if (count % BREATHE_EVERY === 0) await breathe()
    }
  } catch (error) {
    const { code, lines } = error as { code?: string; lines?: number }
    if (!code?.startsWith('CSV_')) throw error
    const line = parsedLines + 1
    // Only within quotes does a record go over several lines.
    const isOpen = code === 'CSV_QUOTE_NOT_CLOSED' || (lines ?? 0) > line
    throw isOpen
      ? csvQuoteOpen({ values: { line: line + skipped } }, { cause: error })
      : csvUnreadable(undefined, { cause: error })
  }
}

function* slicesOf(text: string, recordCount: () => number): Generator<string> {
  let known = 0
  let knownAt = 0
  for (let at = 0; at < text.length; at += SLICE_CHARACTERS) {
    const count = recordCount()
    if (count > known) [known, knownAt] = [count, at]
    if (at - knownAt > MOST_WITHOUT_RECORD) throw csvUnreadable()
    yield text.slice(at, at + SLICE_CHARACTERS)
  }
}

function delimiterOf(text: string): string {
  const header = /[^\n]+/.exec(text.slice(0, MOST_CHARACTERS))?.[0] ?? ''
  const counted = DELIMITERS.map((sign) => ({ sign, count: header.split(sign).length }))
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).sign
}
