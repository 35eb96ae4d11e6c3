import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { makeZip } from 'client-zip'
import type { WholeSlip } from '../search'
import type { ReceiptFormat } from './lists'
import { receiptFileName } from './names'
import type { ReceiptPrinter } from './receipts'

/** A ZIP with one file for each slip; each is made when the reader has taken the one before. */
export function zipOf(
  slips: AsyncIterable<WholeSlip>,
  print: ReceiptPrinter,
  format: ReceiptFormat,
): Readable {
  async function* files() {
    for await (const slip of slips)
      yield {
        name: receiptFileName(slip, format),
        lastModified: new Date(slip.filedAt),
        input: await print(slip),
      }
  }
  return Readable.fromWeb(makeZip(files()) as ReadableStream)
}
