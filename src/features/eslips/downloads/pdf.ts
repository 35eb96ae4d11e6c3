import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import type { Receipt } from '../receipt'
import type { ReceiptFonts } from './fonts'

/** Points of a millimetre: PDF measures in 72nds of an inch. */
const MM = 72 / 25.4
const ROLL = 80 * MM
const MARGIN = 5 * MM
/** Width of every character of DejaVu Sans Mono at size 1. */
const CHARACTER = 0.602
const LINE_HEIGHT = 1.25

/**
 * A receipt as PDF: one page as long as the paper. The same slip gives the same bytes each time.
 * @param about.at when the slip was received, the document's date
 */
export async function receiptPdf(
  receipt: Receipt,
  fonts: ReceiptFonts,
  about: { title: string; at: Date },
): Promise<Buffer> {
  const width = ROLL - 2 * MARGIN
  const size = width / receipt.columns / CHARACTER
  const lines = receipt.lines.map((line) => ({ ...line, size: line.look === 'large' ? size * 2 : size }))
  const height = lines.reduce((sum, line) => sum + line.size * LINE_HEIGHT, 2 * MARGIN)
  const document = new PDFDocument({
    size: [ROLL, height],
    margin: 0,
    // A text such as the default would make it load a font that is not there.
    font: fonts.plain as unknown as string,
    info: { Title: about.title, Producer: 'psManager', Creator: 'psManager', CreationDate: about.at },
    displayTitle: true,
  })
  document.registerFont('plain', fonts.plain)
  document.registerFont('strong', fonts.strong)
  let y = MARGIN
  for (const { text, look, size } of lines) {
    const isLarge = look === 'large'
    const x = isLarge ? MARGIN + (width - [...text].length * CHARACTER * size) / 2 : MARGIN
    if (text !== '')
      document
        .font(look === 'plain' ? 'plain' : 'strong')
        .fontSize(size)
        .text(text, x, y, { lineBreak: false })
    y += size * LINE_HEIGHT
  }
  document.end()
  return buffer(document)
}
