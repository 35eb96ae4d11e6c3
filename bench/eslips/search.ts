import path from 'node:path'
import { openPools } from '../../src/db/client'
import { makeCtx } from '../lib/ctx'
import { fillSlips } from './fill'
import { questionsOf } from './questions'

export interface SearchOptions {
  directory: string
  rows: number
  /** Times each question is asked, each time for something else. */
  rounds: number
  only: string
}

export interface SearchFigure {
  name: string
  /** Of each asking, in ms. */
  verb: number[]
  bare: number[]
  found: number
}

/** Every question, by the verb and bare, in turns, so that what else runs on the machine falls on all of them. */
export async function measureSearch(
  options: SearchOptions,
): Promise<{ figures: SearchFigure[]; fillSeconds: number }> {
  const startedAt = performance.now()
  const { server, end } = await fillSlips(path.join(options.directory, 'search'), options.rows)
  const fillSeconds = (performance.now() - startedAt) / 1000
  const pools = openPools(server.app, 'psm-bench')
  try {
    const ctx = await makeCtx(pools, options.directory, end)
    const questions = questionsOf(ctx, end, options.rows).filter(({ name }) => name.includes(options.only))
    const figures = questions.map(({ name }): SearchFigure => ({ name, verb: [], bare: [], found: 0 }))
    for (let round = 0; round <= options.rounds; round++)
      for (const [at, { ask, bare }] of questions.entries()) {
        const figure = figures[at] as SearchFigure
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
    return { figures, fillSeconds }
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
