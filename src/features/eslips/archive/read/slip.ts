import type { Slip } from '../../ingest'
import type { SlipResult, SlipType, TimeMark } from '../../ingest/lists'
import { type Cell, COLUMN_NAMES } from '../format/columns'

/** A slip out of an archive, as a search gives one out of the database, and where it lies. */
export interface ArchivedSlip {
  id: string
  /** RFC 3339 with milliseconds. */
  filedAt: string
  seq: number
  terminalId: string
  /** As it was when the day was archived. */
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
  archiveNumber: number
  /** Its place in the file. */
  row: number
}

const FIELDS = COLUMN_NAMES.map((name) => ({ name, field: camelCase(name) }))

/** All but the name of its merchant, which is no part of the file. @param cellOf the cell of a column of that row */
export function toSlip(
  cellOf: (column: string) => Cell,
  place: Pick<ArchivedSlip, 'archiveNumber' | 'row'>,
): ArchivedSlip {
  const fields = Object.fromEntries(FIELDS.map(({ name, field }) => [field, cellOf(name)]))
  return {
    ...fields,
    filedAt: new Date(Number(fields.filedAt)).toISOString(),
    receivedAt: new Date(Number(fields.receivedAt)).toISOString(),
    content: JSON.parse(String(fields.content)) as Slip,
    merchantName: null,
    ...place,
  } as ArchivedSlip
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())
}
