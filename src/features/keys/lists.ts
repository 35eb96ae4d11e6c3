/** States of a key file; who moves it where is in decide.ts. */
export const KEY_FILE_STATES = [
  'unapproved',
  'available',
  'offered',
  'delivered',
  'installed',
  'failed',
  'expired',
  'superseded',
  'revoked',
] as const
export type KeyFileState = (typeof KEY_FILE_STATES)[number]

/** What a terminal's keys are at: its newest file's state, or none. */
export const KEY_LOAD_STATES = ['none', ...KEY_FILE_STATES] as const
export type KeyLoadState = (typeof KEY_LOAD_STATES)[number]

/** Of these the bytes may still be asked for by a terminal. */
export const DELIVERABLE: readonly KeyFileState[] = ['available', 'offered', 'delivered']

/**
 * Why a key file failed: what the terminal says (RESULT_REASONS of actions), or what the server found. The last one is why
 * it was revoked, where no officer did it.
 */
export const KEY_FAILURES = [
  'kcv_mismatch',
  'not_proved',
  'not_installed_in_time',
  'terminal_out_of_service',
] as const
export type KeyFailure = (typeof KEY_FAILURES)[number]

/** What a person must look at. */
export const KEY_ALARMS = [
  'kcv_mismatch',
  'transport_key_differs',
  'revoked_key_installed',
  'keys_repeated',
  'delivery_suspended',
  'file_unreadable',
  'deposit_refused',
] as const
export type KeyAlarm = (typeof KEY_ALARMS)[number]

export const MOST_KEY_BYTES = 256 * 1024
/** One lease: so long, and so often, the same bytes go to the same terminal. */
export const LEASE_MS = 15 * 60_000
export const MOST_FETCHES = 5
/** Offers after the first without a person. */
export const MOST_REOFFERS = 2
/** Failures in a row that suspend the delivery of keys to a terminal. */
export const MOST_FAILURES = 3
/** Files that one call may approve. */
export const MOST_AT_ONCE = 1_000
/** Files whose steps are shown together. */
export const MOST_IN_HISTORY = 1_000
