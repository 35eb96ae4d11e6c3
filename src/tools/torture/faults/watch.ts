import { type Answer, ConnectionLost } from '../../simulator/client'

/**
 * Looks at every answer while something is wrong: what is not done is 503 or 429 and says when to come again; nothing
 * else may be heard, and what is said comes before a terminal gives up.
 */
export class Watch {
  asked = 0
  answered = 0
  /** How often each code told a terminal to come again. */
  readonly refusals = new Map<string, number>()
  /** Connections that ended without an answer. */
  broken = 0
  slowestMs = 0
  /** What must not be heard, and how often it was. */
  readonly unfit = new Map<string, number>()
  /** When something was done last. */
  doneAt = 0

  /** @param isCut the terminal itself hangs up */
  async over(what: string, asking: Promise<Answer>, isCut = false): Promise<Answer | undefined> {
    const startedAt = performance.now()
    this.asked++
    try {
      const answer = await asking
      this.judge(what, answer)
      return answer
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      if (!isCut) this.broken++
      return undefined
    } finally {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startedAt)
    }
  }

  get refused(): number {
    return [...this.refusals.values()].reduce((sum, times) => sum + times, 0)
  }

  judge(what: string, { status, headers, body }: Answer): void {
    if (status < 400) {
      this.answered++
      this.doneAt = performance.now()
    } else if ((status === 503 || status === 429) && Number(headers['retry-after']) > 0) {
      const { code } = JSON.parse(`${body}`) as { code: string }
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
    } else {
      const said = `${what}: ${status} ${body.subarray(0, 200)}`
      this.unfit.set(said, (this.unfit.get(said) ?? 0) + 1)
    }
  }
}
