/** Codings of logs, as `charset` names them and as decoders do. Safe for any page. */
export const CHARSETS = ['utf-8', 'ibm866', 'windows-1251'] as const
export type Charset = (typeof CHARSETS)[number]

/** Who speaks in a row: the cash register asks, the terminal answers. */
export const DIRECTIONS = ['request', 'answer'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** Rows of one answer. */
export const MOST_ROWS = 1_000
/** Logs of one ZIP. */
export const MOST_LOGS = 500
/** Of those that are named one by one: what an address has room for on any way. */
export const MOST_CHOSEN_LOGS = 100
/** Logs that one terminal may be asked for at a time. */
export const MOST_OPEN_REQUESTS = 10
export const LONGEST_REQUEST_DAYS = 31
/** How often a terminal that could not send a log is told of the request, the first time included. */
export const MOST_TRIES = 5

/**
 * How a request ended: its log came; the terminal cannot do such a thing; it could not as often as it was told; an operator
 * took it back; nothing was heard of it for a month.
 */
export const REQUEST_OUTCOMES = ['answered', 'refused', 'failed', 'cancelled', 'unanswered'] as const
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number]
