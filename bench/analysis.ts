import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Actor, Ctx } from '../src/core/context'
import { openPools } from '../src/db/client'
import { getAnalysis } from '../src/features/monitoring/analysis/service'
import { countDue } from '../src/features/monitoring/analysis/snapshots'
import { listStatus } from '../src/features/monitoring/status/queries'
import { makeCtx } from './lib/ctx'
import { groupId, merchantId, openStatusFleet } from './status/fleet'
import { measureStatuses } from './status/statuses'
import { type Figure, report } from './status/table'

const HELP = `npm run bench -- analysis [options]
  --terminals N    of the seeded fleet (1000000)
  --rounds N       times each question is asked; medians are taken (7)
  --keep DIR       the seeded database is kept there and used again
`

const { values } = parseArgs({
  options: {
    terminals: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
    keep: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await bench()

async function bench(): Promise<void> {
  const terminals = Number(values.terminals)
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  const startedAt = performance.now()
  const kept = path.resolve(values.keep ?? path.join(directory, 'db'))
  const { server, now } = await openStatusFleet(kept, terminals)
  const seedSeconds = (performance.now() - startedAt) / 1000
  const pools = openPools(server.app, 'psm-bench')
  try {
    const ctx = await makeCtx(pools, directory, now)
    const rounds = Number(values.rounds)
    const figures = await ask(ctx, rounds)
    process.stdout.write(report({ terminals, rounds, seedSeconds }, figures, undefined))
    const cost = await measureStatuses(server.owner)
    process.stdout.write(
      `\nstatuses with a new version written per second: ${cost.with} with the four indexes of these filters, ${cost.without} without (${(cost.with / cost.without).toFixed(2)})\n`,
    )
  } finally {
    await pools.end()
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Question {
  name: string
  ask(): Promise<unknown>
  /** Asked twice only. */
  isLong?: boolean
}

function limitedTo(groupIds: string[], merchantIds: string[] = []): Actor {
  const visibility = { kind: 'limited', groupIds, merchantIds } as const
  return { kind: 'operator', id: groupId(0), name: 'bench', role: 'viewer', visibility }
}

/** The reference takes its turn with all others, so that what else runs on the machine falls on all of them. */
async function ask(ctx: Ctx, rounds: number): Promise<Figure[]> {
  const signal = new AbortController().signal
  const counting = async () => (await countDue(ctx, { signal, report: () => {} })).scopes
  const large = { groupId: groupId(0) }
  const [many, few] = [
    { ...ctx, actor: limitedTo([groupId(0), groupId(1), groupId(2)]) },
    {
      ...ctx,
      actor: limitedTo(
        [],
        Array.from({ length: 39 }, (_, n) => merchantId(n)),
      ),
    },
  ]
  const page = async (of: Ctx, places: Parameters<typeof getAnalysis>[1]) =>
    (await getAnalysis(of, places)).terminals
  const questions: Question[] = [
    {
      name: 'reference: terminals counted by state and platform, nothing else',
      ask: async () => (await ctx.sql`select state, platform, count(*) from terminals group by 1, 2`).length,
      isLong: true,
    },
    {
      name: 'job: whole fleet',
      ask: async () => {
        await ctx.sql`delete from analysis_scopes`
        return counting()
      },
      isLong: true,
    },
    {
      name: 'job: a group of 100,000 and limits of 110,000, the fleet being fresh',
      ask: async () => {
        await ctx.sql`delete from analysis_scopes where scope -> 'groupId' <> 'null' or scope -> 'visibility' ->> 'kind' = 'limited'`
        await page(ctx, large)
        await page(many, {})
        return counting()
      },
      isLong: true,
    },
    { name: 'page: whole fleet', ask: () => page(ctx, {}) },
    { name: 'page: a group of 100,000', ask: () => page(ctx, large) },
    { name: 'page: limits of 110,000', ask: () => page(many, {}) },
    { name: 'page: limits of 1,950 by 39 merchants, counted at the look', ask: () => page(few, {}) },
    {
      name: 'page: a merchant of 50, counted at the look',
      ask: () => page(ctx, { merchantId: merchantId(5) }),
    },
    ...lists().map(([name, filter]) => ({
      name: `list: ${name}`,
      ask: async () => (await listStatus(ctx, filter)).items.length,
    })),
  ]
  const figures: Figure[] = questions.map(({ name }) => ({ name, times: [], answer: '' }))
  for (let round = 0; round <= rounds; round++)
    for (const [at, figure] of figures.entries()) {
      const question = questions[at]
      if (question === undefined || (question.isLong === true && round > 1)) continue
      const startedAt = performance.now()
      const answer = await question.ask()
      // The first round warms caches and connections.
      if (round > 0) figure.times.push(performance.now() - startedAt)
      figure.answer = String(answer)
    }
  return figures
}

/** Where the slices lead: values that are common, and values that three terminals have. */
function lists(): [name: string, filter: Parameters<typeof listStatus>[1]][] {
  return [
    ['OS, common', { os: 'Linux 5.1', inService: true }],
    ['OS, 3 terminals', { os: 'Linux 2.6', inService: true }],
    ['network', { networkType: 'wifi', inService: true }],
    ['component, common', { component: 'emv', componentVersion: '7.1', inService: true }],
    ['component, 3 terminals', { component: 'emv', componentVersion: '6.0', inService: true }],
    ['licence held', { license: 'held', inService: true }],
    ['licence expiring, 3 terminals', { license: 'expiring', inService: true }],
    ['licence expired, nobody', { license: 'expired', inService: true }],
    ['no licence, 3 terminals', { license: 'none', inService: true }],
    ['latest update confirmed', { update: 'confirmed', inService: true }],
    ['never updated', { update: 'none', inService: true }],
    ['failed for want of battery', { failure: 'battery_low', inService: true }],
    ['failed for a payment', { failure: 'busy_with_payment', inService: true }],
    ['model not reported', { unreported: 'model', inService: true }],
    ['retired or revoked', { inService: false }],
  ]
}
