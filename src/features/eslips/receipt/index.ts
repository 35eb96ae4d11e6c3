import type { Language } from '../../../core/languages'
import type { Copy } from '../ingest/lists'
import type { Slip } from '../ingest/schemas'
import { layOut, timeText } from './layout'
import { COLUMNS, centred, columnsOf, cut, MOST_COLUMNS, type ReceiptLine, visibleOf } from './paper'

export { amountText, decimalOf, minorOf } from './amount'
export { SLIP_WORDS, type SlipFieldName, schemeName, wordOf } from './words'
export type { ReceiptLine }
export { timeText }

/** A slip on paper, in a type of one width. */
export interface Receipt {
  /** How many characters a line has at most. */
  columns: number
  /** True for the very lines that the terminal has printed, false for lines laid out from the fields. */
  isPrinted: boolean
  lines: readonly ReceiptLine[]
}

/**
 * A slip as a paper receipt. Pure, and the same everywhere: on pages, as text and as PDF.
 * @param language of what is laid out; printed lines are what they are
 */
export function renderReceipt(slip: Slip, copy: Copy, language: Language): Receipt {
  const printed = slip.text?.[copy] ?? []
  if (printed.length === 0) return { columns: COLUMNS, isPrinted: false, lines: layOut(slip, copy, language) }
  const lines = printed.flatMap((line) => line.split(/\r\n|\r|\n/)).map((line) => visibleOf(line).trimEnd())
  const widest = Math.max(...lines.map(columnsOf))
  const columns = Math.min(MOST_COLUMNS, Math.max(COLUMNS, widest))
  return {
    columns,
    isPrinted: true,
    lines: lines.flatMap((line) => cut(line, columns)).map((text) => ({ text, look: 'plain' })),
  }
}

/** A receipt as text, line by line. */
export function receiptLines({ lines, columns }: Receipt): string[] {
  return lines.map(({ text, look }) => (look === 'large' ? centred(text, columns) : text))
}
