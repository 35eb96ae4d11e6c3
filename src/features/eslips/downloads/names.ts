import type { SlipView } from '../search/schemas'
import type { ReceiptFormat } from './lists'

type Named = Pick<SlipView, 'id' | 'filedAt' | 'localDateTime' | 'timeMark' | 'tid' | 'receiptNo'>

/** The name of a slip's file: day, TID, number of the receipt, id. Sorts by day, and no file system minds it. */
export function receiptFileName(slip: Named, format: ReceiptFormat): string {
  const day = (slip.timeMark === null ? slip.localDateTime : slip.filedAt).slice(0, 10)
  const parts = [day, slip.tid, slip.receiptNo, slip.id].filter((part) => part !== null)
  return `${parts.map((part) => part.replace(/[^\p{L}\p{N}-]+/gu, '-')).join('_')}.${format}`
}
