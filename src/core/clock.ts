/** Where time comes from. Verbs and decisions never ask the system themselves, so tests can set it. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
