import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Ctx } from '../src/core/context'
import { openPools } from '../src/db/client'
import { watchAlerts } from '../src/features/alerts/evaluate/watch'
import { makeCtx } from './lib/ctx'
import { aligned, load, machine, median, whole } from './lib/print'
import { openStatusFleet } from './status/fleet'

const HELP = `npm run bench -- alerts [options]
  --terminals N    of the seeded fleet (200000)
  --rounds N       looks at an unchanged fleet; the median is taken (7)
`

const { values } = parseArgs({
  options: {
    terminals: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '7' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await bench()

/**
 * How long a look of the job takes, and how many times the reference that is: reading every terminal's presence once, as
 * nobody could do without. Reference and look take turns, so that what else runs on the machine falls on both.
 */
async function bench(): Promise<void> {
  const terminals = Number(values.terminals)
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  const { server, now } = await openStatusFleet(path.join(directory, 'db'), terminals)
  const pools = openPools(server.app, 'psm-bench')
  try {
    const clock = { at: now, now: () => clock.at }
    const ctx: Ctx = { ...(await makeCtx(pools, directory, now)), clock }
    await ctx.sql`
      insert into job_leases (name, holder, fence, expires_at) values ('watch-alerts', 'bench', 1, now() + interval '1 day')`
    const rows = await measure(ctx, clock, Number(values.rounds))
    const lines = aligned(['look', 'ms', 'reference, ms', 'ratio', 'raised', 'cleared'], rows)
    process.stdout.write(`${whole(terminals)} terminals\n\n${lines.join('\n')}\n\n${machine()}\n${load()}\n`)
  } finally {
    await pools.end()
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measure(ctx: Ctx, clock: { at: Date }, rounds: number): Promise<string[][]> {
  const { sql } = ctx
  const rows: string[][] = []
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
    const [ms, referenceMs] = [median(looks), median(references)]
    rows.push([
      name,
      whole(ms),
      whole(referenceMs),
      (ms / referenceMs).toFixed(1),
      whole(sums.raised),
      whole(sums.cleared),
    ])
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
  await look('the first, at a fleet of which nothing is known', 1)
  await look('the next ones, of a fleet that lives', rounds)
  cut = 50
  for (let silent = 0; silent < 25; silent++) {
    clock.at = new Date(clock.at.getTime() + 60_000)
    await live()
  }
  await look('a network fails: a twentieth is lost', 1)
  cut = 500
  for (let silent = 0; silent < 25; silent++) {
    clock.at = new Date(clock.at.getTime() + 60_000)
    await live()
  }
  await look('half of the fleet is lost', 1)
  await look('the next ones, while half is lost', rounds)
  return rows
}

function reference({ sql }: Ctx) {
  return sql`select count(*), max((vitals #>> '{battery,percent}')::float8) from terminal_presence`
}

async function msOf(work: () => PromiseLike<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
