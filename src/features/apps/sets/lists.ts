/** What a line of a set wants of an application: a version of its own, the newest that was uploaded, or that it is not there. */
export const WANTS = ['version', 'newest', 'absent'] as const
export type Want = (typeof WANTS)[number]

/** Lines of one set. */
export const MOST_LINES = 100
/** An application that is brought, or taken away, so often within so many days and comes to be as before each time is left alone. */
export const MOST_REPAIRS = 5
export const REPAIR_DAYS = 7

/**
 * What keeps one application from being as the set wants it; the others go on. Each has its words in the dictionaries,
 * with these values.
 */
export const OBSTACLES = {
  /** The terminal has a later version: Android takes no earlier one over it. */
  downgrade: ['installed', 'wanted'],
  /** The terminal has it from another signer: Android takes no other one over it, it has to be removed by hand first. */
  signer_differs: ['signer'],
  min_sdk: ['sdk', 'needs'],
  wrong_abi: ['abis', 'needs'],
  app_no_space: ['freeBytes', 'needsBytes'],
  app_failed: ['reason', 'at'],
  app_rejected: ['reason', 'at'],
  /** It comes back, or goes, each time. */
  keeps_changing: ['times', 'days'],
  /** To be absent, and on the list of what is never removed, or the terminal's payment application. */
  protected: ['pattern'],
  /** The terminal does not say which is its payment application: nothing is removed only because it is not named. */
  payment_unknown: [],
} as const satisfies Record<string, readonly string[]>
export type ObstacleCode = keyof typeof OBSTACLES

/** Reasons of a decision over a set besides these and those of updates. */
export const SET_REASONS = {
  /** Its platform takes no Android applications. */
  no_android: ['platform'],
} as const satisfies Record<string, readonly string[]>
export type SetReasonCode = keyof typeof SET_REASONS
