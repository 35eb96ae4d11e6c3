import {
  DELIVERABLE,
  type KeyAlarm,
  type KeyFailure,
  type KeyFileState,
  LEASE_MS,
  MOST_FAILURES,
  MOST_FETCHES,
  MOST_REOFFERS,
} from './lists'

/**
 * The life of a key file.
 *
 *   unapproved → available → offered → delivered → installed
 *        (approval, if it is asked for)      ↘ failed → available    (by itself for a passing reason, else by an officer)
 *   offered, delivered → available           (the lease ended without a word; twice, then failed)
 *   failed → installed                       (check values show it all the same)
 *   unapproved … failed → expired | superseded | revoked
 *
 * `offered`: the terminal was told. `delivered`: the last byte went to the terminal it is for. A terminal may fetch without
 * being told, so `available` becomes `delivered` too. Installed, expired, superseded and revoked are ends: the bytes are
 * destroyed in the same transaction. Invariants: only `available`, `offered` and `delivered` are ever sent; only inside a
 * lease; never to another terminal; at most `MOST_FETCHES` times in one lease.
 */
export interface KeyFile {
  state: KeyFileState
  /** Of what failed: why. */
  reason: string | null
  sequence: number
  notAfter: Date | null
  reoffers: number
  /** When the terminal first had the bytes, under whichever offer. */
  firstFetchedAt: Date | null
  leaseUntil: Date | null
  leaseFetches: number
  retryAt: Date | null
  /** The terminal says that it has installed it, and check values have to show that until then. */
  confirmBy: Date | null
}

export interface KeyLoad {
  failures: number
  suspendedAt: Date | null
  installedSequence: number | null
}

const HOUR_MS = 3_600_000

/** Reasons that pass by themselves: the file is offered again after an hour. */
const PASSING = new Set([
  'battery_low',
  'busy_with_payment',
  'unsettled_batch',
  'network_lost',
  'cancelled_by_cashier',
])

/** Whether the terminal is to be told of the file, or may have it by asking. */
export function isOnOffer(file: KeyFile, load: KeyLoad, now: Date): boolean {
  const isExpired = file.notAfter !== null && file.notAfter <= now
  return DELIVERABLE.includes(file.state) && !isExpired && load.suspendedAt === null
}

/** Whether the terminal is to be told of the file: on offer, and a fetch would not be refused. */
export function isToBeTold(file: KeyFile, load: KeyLoad, now: Date): boolean {
  return isOnOffer(file, load, now) && (file.leaseUntil === null || !isLeaseOver(file, file.leaseUntil, now))
}

export type FetchVerdict =
  /** `isNew`: a lease begins with this fetch. */
  { may: true; isNew: boolean; leaseUntil: Date } | { may: false }

/** Whether the terminal may have the bytes now. A lease that has ended begins anew only after `afterLease`. */
export function judgeFetch(file: KeyFile, load: KeyLoad, now: Date): FetchVerdict {
  if (!isOnOffer(file, load, now)) return { may: false }
  if (file.leaseUntil === null)
    return { may: true, isNew: true, leaseUntil: new Date(now.getTime() + LEASE_MS) }
  const { leaseUntil } = file
  return isLeaseOver(file, leaseUntil, now) ? { may: false } : { may: true, isNew: false, leaseUntil }
}

const isLeaseOver = (file: KeyFile, leaseUntil: Date, now: Date) =>
  leaseUntil <= now || file.leaseFetches >= MOST_FETCHES

export type Outcome =
  | { state: 'installed'; failures: 0 }
  /** Offered again under a new offer id, without a lease. */
  | { state: 'available'; reoffers: number; failures: number }
  | {
      state: 'failed'
      reason: string
      failures: number
      retryAt: Date | null
      suspends: boolean
      alarm: KeyAlarm | null
    }

/**
 * What follows from a lease that ended without a result, or from a proof that did not come in time. `null`: neither has
 * ended. Who says that it has installed the file is waited for, whatever its lease.
 * @param hasOthers its status shows other check values than the deposited ones
 */
export function afterLease(file: KeyFile, load: KeyLoad, now: Date, hasOthers = false): Outcome | null {
  if (!DELIVERABLE.includes(file.state)) return null
  if (file.confirmBy !== null)
    return file.confirmBy > now ? null : failed(hasOthers ? 'kcv_mismatch' : 'not_proved', file, load, now)
  if (file.leaseUntil === null || file.leaseUntil > now) return null
  if (file.reoffers < MOST_REOFFERS)
    return { state: 'available', reoffers: file.reoffers + 1, failures: load.failures }
  return failed('not_installed_in_time', file, load, now)
}

/** What follows from a terminal's failure, or from KCVs that are not the deposited ones. */
export function failed(reason: KeyFailure | string, file: KeyFile, load: KeyLoad, now: Date): Outcome {
  const failures = load.failures + 1
  const suspends = failures >= MOST_FAILURES
  const mayRetry = PASSING.has(reason) && file.reoffers < MOST_REOFFERS && !suspends
  const alarm = reason === 'kcv_mismatch' ? 'kcv_mismatch' : suspends ? 'delivery_suspended' : null
  return {
    state: 'failed',
    reason,
    failures,
    retryAt: mayRetry ? new Date(now.getTime() + HOUR_MS) : null,
    suspends,
    alarm,
  }
}

/** What a terminal says of a file. */
export type Said =
  | { state: 'failed'; reason: string }
  /**
   * `shown`: its check values are the deposited ones. `differing`: one of them is not. `open`: some were deposited and it
   * named none of them, or not all. `nothing`: none was deposited, its word is all there can be.
   */
  | { state: 'installed'; proof: 'shown' | 'differing' | 'open' | 'nothing' }

export type ResultVerdict =
  | { do: 'move'; outcome: Outcome }
  /** Its status has to show the check values. */
  | { do: 'wait' }
  /** Said before: nothing changes. */
  | { do: 'repeat' }
  /** Kept, and moves nothing: the file has ended, or the word is about an offer that is over. */
  | { do: 'late'; alarm: KeyAlarm | null }

/**
 * What follows from a terminal's word. Every word is taken and answered alike, also after the lease; what is installed
 * stays installed (a step back is late), and what failed may still turn out to be installed where check values show it.
 */
export function judgeResult(file: KeyFile, word: Said, load: KeyLoad, now: Date): ResultVerdict {
  const said = asMeant(word, file)
  if (DELIVERABLE.includes(file.state)) return judgeAwaited(file, said, load, now)
  if (said.state === 'failed') return file.state === 'failed' ? { do: 'repeat' } : { do: 'late', alarm: null }
  const isShown = said.proof === 'shown' || said.proof === 'nothing'
  if (file.state === 'failed') {
    if (isShown) return { do: 'move', outcome: { state: 'installed', failures: 0 } }
    if (said.proof === 'open') return { do: 'late', alarm: null }
    return file.reason === 'kcv_mismatch'
      ? { do: 'repeat' }
      : { do: 'move', outcome: failed('kcv_mismatch', file, load, now) }
  }
  if (file.state === 'installed' && said.proof !== 'differing') return { do: 'repeat' }
  if (file.state === 'installed') return { do: 'late', alarm: 'kcv_mismatch' }
  return { do: 'late', alarm: file.state === 'revoked' ? 'revoked_key_installed' : null }
}

/** The bare word does where nothing else can be had, but not for bytes that never went out: it would end the file unread. */
const asMeant = (said: Said, { firstFetchedAt }: KeyFile): Said =>
  said.state === 'installed' && said.proof === 'nothing' && firstFetchedAt === null
    ? { state: 'installed', proof: 'open' }
    : said

function judgeAwaited(file: KeyFile, said: Said, load: KeyLoad, now: Date): ResultVerdict {
  if (said.state === 'failed') {
    // Neither told of it nor served since its newest offer: it speaks of the one before.
    if (file.state === 'available' && file.leaseUntil === null) return { do: 'late', alarm: null }
    return { do: 'move', outcome: failed(said.reason, file, load, now) }
  }
  if (said.proof === 'open') return { do: file.confirmBy === null ? 'wait' : 'repeat' }
  if (said.proof === 'differing') return { do: 'move', outcome: failed('kcv_mismatch', file, load, now) }
  return { do: 'move', outcome: { state: 'installed', failures: 0 } }
}

export type DepositVerdict = 'new' | 'same' | 'other_bytes' | 'older'

/** @param known the terminal's file of this sequence; @param newest the highest sequence it may have seen */
export function judgeDeposit(
  sequence: number,
  sha256: string,
  known: { sha256: string } | undefined,
  newest: number | null,
): DepositVerdict {
  if (known !== undefined) return known.sha256 === sha256 ? 'same' : 'other_bytes'
  return newest !== null && sequence < newest ? 'older' : 'new'
}

/** Whether an officer may let the file go. */
export function isApprovable(file: Pick<KeyFile, 'state' | 'notAfter'>, now: Date): boolean {
  return file.state === 'unapproved' && (file.notAfter === null || file.notAfter > now)
}
