const BEAT_MS = 500
const QUIET_LAG_MS = 50
const MAX_FACTOR = 6

export interface LoadMeter {
  /** 1 when the event loop keeps up; grows with its lag. */
  factor(): number
  lagMs(): number
  stop(): void
}

/**
 * Measures how late the event loop is. Terminals are asked to come later when it is: the one thing a polling fleet and
 * a busy server can agree on.
 */
export function startLoadMeter(): LoadMeter {
  let lagMs = 0
  let expectedAtMs = performance.now() + BEAT_MS
  const timer = setInterval(() => {
    const now = performance.now()
    const lateMs = Math.max(0, now - expectedAtMs)
    expectedAtMs = now + BEAT_MS
    // Quick to rise, slow to fall: one calm beat does not call the whole fleet back.
    lagMs = Math.max(lateMs, lagMs * 0.8)
  }, BEAT_MS)
  timer.unref()
  return {
    factor: () => loadFactor(lagMs),
    lagMs: () => lagMs,
    stop: () => clearInterval(timer),
  }
}

/** How far intervals are stretched at a lag of the event loop. */
export function loadFactor(lagMs: number): number {
  return Math.min(MAX_FACTOR, Math.max(1, lagMs / QUIET_LAG_MS))
}
