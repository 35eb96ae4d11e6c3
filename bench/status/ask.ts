import { type Figure, figureOf } from '../lib/figure'
import { median } from '../lib/numbers'
import type { Question } from './questions'

export interface Asked {
  name: string
  /** Of each time it was asked, in ms. */
  times: number[]
  /** Rows of the answer. */
  rows: number
}

/**
 * Every question and the reference take turns, so that what else runs on the machine falls on all of them. The first round
 * warms caches and connections; long ones are asked in it and in the next only.
 */
export async function askInTurns(
  questions: readonly Question[],
  reference: Question,
  rounds: number,
): Promise<{ asked: Asked[]; base: { name: string; value: number } }> {
  const all = [reference, ...questions]
  const asked = all.map(({ name }): Asked => ({ name, times: [], rows: 0 }))
  for (let round = 0; round <= rounds; round++)
    for (const [at, one] of asked.entries()) {
      const question = all[at]
      if (question === undefined || (question.isLong === true && round > 1)) continue
      const startedAt = performance.now()
      one.rows = await question.ask()
      if (round > 0) one.times.push(performance.now() - startedAt)
    }
  const [first, ...others] = asked
  return { asked: others, base: { name: reference.name, value: median(first?.times ?? []) } }
}

export const timeOf = ({ name, times, rows }: Asked, more: Parameters<typeof figureOf>[3]): Figure =>
  figureOf(`${name} (${rows})`, 'ms', times, more)

/** The one whose middle time is the longest. */
export function slowest(asked: readonly Asked[]): Asked | undefined {
  return [...asked].sort((a, b) => median(b.times) - median(a.times))[0]
}
