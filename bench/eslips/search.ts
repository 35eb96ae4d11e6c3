import path from 'node:path'
import { openPools } from '../../src/db/client'
import { makeCtx } from '../lib/ctx'
import { atMost, type Figure, type Findings, isMet, ratioAtMost } from '../lib/figure'
import { quantile } from '../lib/numbers'
import { fillSlips } from './fill'
import { questionsOf } from './questions'

export interface SearchOptions {
  directory: string
  rows: number
  /** Times each question is asked, each time for something else. */
  rounds: number
  only: string
}

/** The times of one question, in ms. */
interface Asked {
  name: string
  verb: number[]
  bare: number[]
  found: number
}

const GOALS = { ofBare: 1.5, ms: 50 } as const
const CAUSE =
  'A search reads sixteen days at a time, so that it finds room for its locks: that costs what is done in one or two milliseconds the most.'

/** A row for all questions and one for the slowest; all of them as details, the middle and the 95th percentile. */
export function judgedSearch(all: readonly Asked[]): Pick<Findings, 'figures' | 'details'> {
  const row = (name: string, { verb, bare }: Pick<Asked, 'verb' | 'bare'>, share: number): Figure => ({
    ...{ name, unit: 'ms', value: quantile(verb, share) },
    reference: { name: 'the bare statement', value: quantile(bare, share) },
  })
  const goals = { goals: [ratioAtMost(GOALS.ofBare), atMost(GOALS.ms)], cause: CAUSE }
  const together = { verb: all.flatMap(({ verb }) => verb), bare: all.flatMap(({ bare }) => bare) }
  const [worst] = [...all].sort((a, b) => quantile(b.verb, 0.95) - quantile(a.verb, 0.95))
  const rows = all.map((one) => ({ ...row(`${one.name} (${one.found})`, one, 0.95), ...goals }))
  const missed = rows.filter((one) => isMet(one) === false).length
  return {
    figures: [
      { ...row(`search, p95 of ${all.length} questions`, together, 0.95), ...goals },
      ...(worst === undefined
        ? []
        : [
            {
              ...row(`search, p95 of the slowest: ${worst.name}`, worst, 0.95),
              goals: [atMost(GOALS.ms)],
              cause: CAUSE,
            },
          ]),
      {
        ...{
          name: `questions that miss ≤ ${GOALS.ofBare} of the bare statement or ≤ ${GOALS.ms} ms`,
          unit: '',
        },
        ...{ value: missed, goals: [atMost(0)], cause: CAUSE },
      },
    ],
    details: [
      { title: 'Search, 95th percentile of each question; in brackets the slips found', figures: rows },
      { title: 'Search, the middle', figures: all.map((one) => row(one.name, one, 0.5)) },
    ],
  }
}

/** Every question, by the verb and bare, in turns, so that what else runs on the machine falls on all of them. */
export async function measureSearch(options: SearchOptions): Promise<Asked[]> {
  const { server, end } = await fillSlips(path.join(options.directory, 'search'), options.rows)
  const pools = openPools(server.app, 'psm-bench')
  try {
    const ctx = await makeCtx(pools, options.directory, end)
    const questions = questionsOf(ctx, end, options.rows).filter(({ name }) => name.includes(options.only))
    const all = questions.map(({ name }): Asked => ({ name, verb: [], bare: [], found: 0 }))
    for (let round = 0; round <= options.rounds; round++)
      for (const [at, { ask, bare }] of questions.entries()) {
        const figure = all[at] as Asked
        const isWarmUp = round === 0
        // Who asks first finds the pages cold: they take turns in that as well.
        const first = round % 2 === 0
        const times = first
          ? [await took(() => ask(round)), await took(() => bare(round))]
          : [await took(() => bare(round)), await took(() => ask(round))].reverse()
        const [verbTook, bareTook] = times
        if (isWarmUp || verbTook === undefined || bareTook === undefined) continue
        figure.verb.push(verbTook.ms)
        figure.bare.push(bareTook.ms)
        figure.found = verbTook.rows
        if (verbTook.rows !== bareTook.rows && !figure.name.startsWith('sums'))
          throw new Error(`${figure.name}: ${verbTook.rows} rows, ${bareTook.rows} by the bare statement`)
      }
    return all
  } finally {
    await pools.end()
    await server.stop()
  }
}

async function took(ask: () => Promise<number>): Promise<{ ms: number; rows: number }> {
  const startedAt = performance.now()
  const rows = await ask()
  return { ms: performance.now() - startedAt, rows }
}
