/** What a slip can be about; the values of `type`. Safe for any page. */
export const SLIP_TYPES = [
  'sale',
  'refund',
  'reversal',
  'void',
  'cash',
  'cashback',
  'preauth',
  'completion',
  'balance',
  'settlement',
  'qr',
  'other',
] as const
export type SlipType = (typeof SLIP_TYPES)[number]

export const SLIP_RESULTS = ['approved', 'declined', 'partial', 'aborted', 'unknown'] as const
export type SlipResult = (typeof SLIP_RESULTS)[number]

/** Why a slip is filed under the time it came in instead of its own. */
export const TIME_MARKS = ['wrong_clock', 'late'] as const
export type TimeMark = (typeof TIME_MARKS)[number]

export const COPIES = ['merchant', 'customer'] as const
export type Copy = (typeof COPIES)[number]

/** Slips of one request at most (contract). */
export const MOST_SLIPS = 200
