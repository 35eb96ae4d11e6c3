import type { Language } from '../../../core/languages'
import type { Copy } from '../ingest/lists'
import type { Slip } from '../ingest/schemas'
import { receiptLines, renderReceipt } from '../receipt'
import { type ReceiptFonts, readFonts } from './fonts'
import type { ReceiptFormat } from './lists'
import { receiptPdf } from './pdf'

interface Printable {
  id: string
  receivedAt: string
  slip: Slip
}

export type ReceiptPrinter = (slip: Printable) => Promise<Buffer>

/** What makes files of slips, in one format, copy and language. What all of them need is read once. */
export async function openPrinter(
  format: ReceiptFormat,
  copy: Copy,
  language: Language,
): Promise<ReceiptPrinter> {
  const fonts = format === 'pdf' ? await readFonts() : undefined
  return (one) => print(one, copy, language, fonts)
}

async function print(
  { id, slip, receivedAt }: Printable,
  copy: Copy,
  language: Language,
  fonts: ReceiptFonts | undefined,
): Promise<Buffer> {
  const receipt = renderReceipt(slip, copy, language)
  if (fonts !== undefined) return receiptPdf(receipt, fonts, { title: id, at: new Date(receivedAt) })
  // Text that says it is UTF-8, with ends of lines that every editor knows.
  return Buffer.from(`\uFEFF${receiptLines(receipt).join('\r\n')}\r\n`)
}
