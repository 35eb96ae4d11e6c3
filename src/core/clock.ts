/** Where time comes from. Verbs and decisions never ask the system themselves, so tests can set it. */
export interface Clock {
  now(): Date
}

/**
 * Milliseconds on a clock that nobody sets: for how long something takes, is believed or has to wait. The other one jumps,
 * and a limit that goes by it then holds for hours, or lets everybody in.
 */
export const uptimeMs = (): number => performance.now()

export const systemClock: Clock = { now: () => new Date() }
