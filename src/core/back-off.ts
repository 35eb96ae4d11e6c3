const MINUTE = 60
const HOUR = 3_600
const STEPS_SECONDS = [5, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR]
/** Jitter only adds: nobody is asked earlier than the schedule says. */
const JITTER = 0.1

/** What was not taken for so long is given up. */
export const GIVE_UP_AFTER_MS = 72 * HOUR * 1000

/**
 * Seconds to wait before others are asked again.
 * @param attempts that have failed, the last one included
 * @param random 0 to 1
 */
export function backOffSeconds(attempts: number, random: number): number {
  const step = STEPS_SECONDS[Math.min(attempts, STEPS_SECONDS.length) - 1] ?? 0
  return step * (1 + JITTER * random)
}
