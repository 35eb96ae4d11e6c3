import path from 'node:path'
import type { Ctx } from '../src/core/context'
import { openPools } from '../src/db/client'
import { watchAlerts } from '../src/features/alerts/evaluate/watch'
import { makeCtx } from './lib/ctx'
import { atMost, type Figure, figureOf } from './lib/figure'
import { inFolder } from './lib/folder'
import { main } from './lib/main'
import { median, whole } from './lib/numbers'
import { openStatusFleet } from './status/fleet'

/** It looks once a minute. */
const GOAL_MS = 10_000

await main({
  name: 'alerts',
  title:
    'How long a look of the job that raises and clears alerts takes, beside reading every presence once, as nobody could do without.',
  options: {
    terminals: { default: '200000', quick: '20000', meaning: 'of the seeded fleet' },
    rounds: { default: '7', quick: '3', meaning: 'looks at an unchanged fleet; the median is taken' },
  },
  run: ({ terminals, rounds }) =>
    inFolder(async (directory, ends) => {
      const { server, now } = await openStatusFleet(path.join(directory, 'db'), Number(terminals))
      ends.push(() => server.stop())
      const pools = openPools(server.app, 'psm-bench')
      ends.push(() => pools.end())
      const clock = { at: now, now: () => clock.at }
      const ctx: Ctx = { ...(await makeCtx(pools, directory, now)), clock }
      await ctx.sql`
        insert into job_leases (name, holder, fence, expires_at) values ('watch-alerts', 'bench', 1, now() + interval '1 day')`
      return { setUp: ['reference and look take turns'], ...(await measure(ctx, clock, Number(rounds))) }
    }),
})

async function measure(
  ctx: Ctx,
  clock: { at: Date },
  rounds: number,
): Promise<{ figures: Figure[]; notes: string[] }> {
  const { sql } = ctx
  const figures: Figure[] = []
  const notes: string[] = []
  const look = async (name: string, times: number) => {
    const [looks, references]: [number[], number[]] = [[], []]
    const sums = { raised: 0, cleared: 0 }
    for (let time = 0; time < times; time++) {
      clock.at = new Date(clock.at.getTime() + 60_000)
      await live()
      references.push(await msOf(() => reference(ctx)))
      looks.push(
        await msOf(async () => {
          const { raised, cleared } = await watchAlerts(ctx, {
            signal: new AbortController().signal,
            fence: 1,
            report: () => {},
          })
          sums.raised += raised
          sums.cleared += cleared
        }),
      )
    }
    const reading = { name: 'reading every presence', value: median(references) }
    figures.push(figureOf(name, 'ms', looks, { reference: reading, goals: [atMost(GOAL_MS)] }))
    notes.push(`${name}: ${whole(sums.raised)} raised, ${whole(sums.cleared)} cleared`)
  }
  /** A fifth of the fleet speaks each minute; who is cut off does not. */
  let cut = 0
  let minute = 0
  const live = async () => {
    minute++
    await sql`
      update terminal_presence p set last_seen_at = ${clock.at} from terminals t
      where t.id = p.terminal_id and p.last_seen_at is not null
        and abs(hashtext(t.serial)) % 5 = ${minute % 5} and abs(hashtext(t.serial)) / 5 % 1000 >= ${cut}`
    await sql`vacuum analyze terminal_presence`
  }
  await look('the first look, at a fleet of which nothing is known', 1)
  await look('a look at a fleet that lives', rounds)
  cut = 50
  for (let silent = 0; silent < 25; silent++) {
    clock.at = new Date(clock.at.getTime() + 60_000)
    await live()
  }
  await look('a look as a twentieth of the fleet is lost', 1)
  cut = 500
  for (let silent = 0; silent < 25; silent++) {
    clock.at = new Date(clock.at.getTime() + 60_000)
    await live()
  }
  await look('a look as half of the fleet is lost', 1)
  await look('a look while half of the fleet is lost', rounds)
  return { figures, notes }
}

function reference({ sql }: Ctx) {
  return sql`select count(*), max((vitals #>> '{battery,percent}')::float8) from terminal_presence`
}

async function msOf(work: () => PromiseLike<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
