import type { SlipResult, SlipType, TimeMark } from './lists'
import type { Slip } from './schemas'

/** A slip as it is kept, all of it, whether in the database or in an archive. Times are RFC 3339 with milliseconds. */
export interface FiledSlip {
  id: string
  filedAt: string
  seq: number
  terminalId: string
  /** In an archive: as it was when the day was archived. */
  serial: string | null
  merchantId: string | null
  /** As it is now. */
  merchantName: string | null
  identity: string
  contentDigest: string
  receivedAt: string
  timeMark: TimeMark | null
  hadPan: boolean
  hasOtherTid: boolean
  type: SlipType
  result: SlipResult
  /** In minor units. */
  amount: number
  currency: string
  tid: string | null
  mid: string | null
  rrn: string | null
  authCode: string | null
  receiptNo: string | null
  last4: string | null
  scheme: string | null
  content: Slip
}
