import { digestId } from '../../../core/ids'
import { clean } from './clean'
import { momentOf } from './filing'
import { type HandOverResult, Slip } from './schemas'

/** A slip ready to be stored. Its id is made when it is filed. */
export interface PreparedSlip {
  terminalId: string
  receivedAtMs: number
  /** When the terminal says it happened; undefined for a time that does not exist. */
  occurredMs: number | undefined
  /** As sent, for the answer; made of the content where none was. */
  slipUid: string
  identity: string
  contentDigest: string
  hadPan: boolean
  slip: Slip
  /** The slip as JSON, once: it is hashed and stored. */
  content: string
}

export type Prepared =
  | { isFit: true; slip: PreparedSlip }
  | { isFit: false; rejection: Omit<HandOverResult, 'index'> }

/** Of one slip as JSON, so that a thousand of them fit into an answer; printed on both copies it has some kilobytes. */
const MOST_BYTES = 64 * 1024

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Makes of one slip of a request what is stored, or says what does not fit. */
export function prepareSlip(
  raw: unknown,
  from: { terminalId: string; receivedAtMs: number; assumedOffset: string },
): Prepared {
  const { value, hadPan } = clean(raw)
  const parsed = Slip.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
    const detail = `${at}${issue?.message ?? 'invalid'}`
    return {
      isFit: false,
      rejection: { slipUid: uidOf(value), status: 'rejected', code: 'slip_invalid', detail },
    }
  }
  const sentUid = parsed.data.slipUid
  const slip =
    sentUid !== undefined && UUID.test(sentUid)
      ? { ...parsed.data, slipUid: sentUid.toLowerCase() }
      : parsed.data
  // The schema puts the fields into one order, so the same slip is the same text however a terminal orders them.
  const content = JSON.stringify(slip)
  if (Buffer.byteLength(content) > MOST_BYTES)
    return {
      isFit: false,
      rejection: {
        slipUid: uidOf(value),
        status: 'rejected',
        code: 'slip_invalid',
        detail: `more than ${MOST_BYTES / 1024} KiB as JSON`,
      },
    }
  const contentDigest = digestId(content)
  const identity = identityOf(slip.slipUid) ?? contentDigest
  return {
    isFit: true,
    slip: {
      terminalId: from.terminalId,
      receivedAtMs: from.receivedAtMs,
      occurredMs: momentOf(slip.localDateTime, from.assumedOffset),
      slipUid: sentUid ?? identity,
      identity,
      contentDigest,
      hadPan,
      slip,
      content,
    },
  }
}

/** What the slip is called, as far as it can be told of one that does not fit. */
function uidOf(value: unknown): string | null {
  const uid = (value as { slipUid?: unknown } | undefined)?.slipUid
  return typeof uid === 'string' && uid.length <= 64 ? uid : null
}

/** A UUID, in small letters, is its own identity; any other name is hashed to one. */
function identityOf(slipUid: string | undefined): string | undefined {
  if (slipUid === undefined) return undefined
  return UUID.test(slipUid) ? slipUid : digestId(`uid ${slipUid}`)
}
