import type { TerminalAnswers } from '../core/server-facts'

const MINUTE_MS = 60_000
const NONE: TerminalAnswers = { answered: 0, refused: 0, failed: 0 }

/** Counts answers by the minute of `uptimeMs` and keeps the last whole one. */
export function createMinutes() {
  let minute = 0
  let now: TerminalAnswers = { ...NONE }
  let before: TerminalAnswers = NONE
  const turn = (atMs: number) => {
    const current = Math.floor(atMs / MINUTE_MS)
    if (current === minute) return
    before = current === minute + 1 ? now : NONE
    now = { ...NONE }
    minute = current
  }
  return {
    count(status: number, atMs: number): void {
      turn(atMs)
      now.answered++
      if (status >= 500) now.failed++
      else if (status >= 400) now.refused++
    },
    last(atMs: number): TerminalAnswers {
      turn(atMs)
      return before
    },
  }
}
