import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openPools } from '../src/db/client'
import { makeCtx } from './lib/ctx'
import { openStatusFleet } from './status/fleet'
import { measurePresence } from './status/presence'
import { questionsOf, referenceOf } from './status/questions'
import { type Figure, report } from './status/table'

const HELP = `npm run bench -- status [options]
  --terminals N    of the seeded fleet (1000000)
  --rounds N       times each question is asked; medians are taken (7)
  --keep DIR       the seeded database is kept there and used again
  --only TEXT      questions whose name contains it
`

const { values } = parseArgs({
  options: {
    terminals: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
    keep: { type: 'string' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await bench()

async function bench(): Promise<void> {
  const terminals = Number(values.terminals)
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  const startedAt = performance.now()
  const { server, now } = await openStatusFleet(
    path.resolve(values.keep ?? path.join(directory, 'db')),
    terminals,
  )
  const seedSeconds = (performance.now() - startedAt) / 1000
  const pools = openPools(server.app, 'psm-bench')
  try {
    const ctx = await makeCtx(pools, directory, now)
    const questions = questionsOf(ctx, terminals).filter(({ name }) => name.includes(values.only))
    const figures = await ask(questions, () => referenceOf(ctx), Number(values.rounds))
    const presence = values.only === '' ? await measurePresence(server.owner) : undefined
    process.stdout.write(report({ terminals, rounds: Number(values.rounds), seedSeconds }, figures, presence))
  } finally {
    await pools.end()
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Every question and the reference take turns, so that what else runs on the machine falls on all of them. */
async function ask(
  questions: ReturnType<typeof questionsOf>,
  reference: () => Promise<unknown>,
  rounds: number,
): Promise<Figure[]> {
  const figures: Figure[] = [
    { name: 'reference: 50 rows by primary key', times: [], answer: '50' },
    ...questions.map(({ name }) => ({ name, times: [] as number[], answer: '' })),
  ]
  for (let round = 0; round <= rounds; round++)
    for (const [at, figure] of figures.entries()) {
      const question = questions[at - 1]
      if (question?.isLong === true && round > 1) continue
      const startedAt = performance.now()
      const answer = await (question === undefined ? reference() : question.ask())
      // The first round warms caches and connections.
      if (round > 0 || question?.isLong === true) figure.times.push(performance.now() - startedAt)
      if (question !== undefined) figure.answer = String(answer)
    }
  return figures
}
