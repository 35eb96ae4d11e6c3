import path from 'node:path'
import type { Actor, Ctx } from '../src/core/context'
import { openPools } from '../src/db/client'
import { getAnalysis } from '../src/features/monitoring/analysis/service'
import { countDue } from '../src/features/monitoring/analysis/snapshots'
import { listStatus } from '../src/features/monitoring/status/queries'
import { makeCtx } from './lib/ctx'
import { atMost, ratioAtLeast } from './lib/figure'
import { inFolder } from './lib/folder'
import { main, say } from './lib/main'
import { askInTurns, slowest, timeOf } from './status/ask'
import { groupId, merchantId, openStatusFleet } from './status/fleet'
import type { Question } from './status/questions'
import { measureStatuses } from './status/statuses'

const LIST_MS = 1_000
const INDEXES_RATIO = 0.5
const LIST_CAUSE =
  'What matches lies far down in the order of the list, and all before it is looked at (decision 0022).'

function limitedTo(groupIds: string[], merchantIds: string[] = []): Actor {
  const visibility = { kind: 'limited', groupIds, merchantIds } as const
  return { kind: 'operator', id: groupId(0), name: 'bench', role: 'viewer', visibility }
}

function questionsOf(ctx: Ctx): Question[] {
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
  return [
    {
      kind: 'fleet',
      name: 'the job: whole fleet',
      ask: async () => {
        await ctx.sql`delete from analysis_scopes`
        return counting()
      },
      isLong: true,
    },
    {
      kind: 'fleet',
      name: 'the job: a group and limits of a tenth each',
      ask: async () => {
        await ctx.sql`delete from analysis_scopes where scope -> 'groupId' <> 'null' or scope -> 'visibility' ->> 'kind' = 'limited'`
        await page(ctx, large)
        await page(many, {})
        return counting()
      },
      isLong: true,
    },
    { name: 'the page: whole fleet', kind: 'fleet', ask: () => page(ctx, {}) },
    { name: 'the page: a group of a tenth', ask: () => page(ctx, large) },
    { name: 'the page: limits of a tenth', ask: () => page(many, {}) },
    {
      ...{ kind: 'fleet', name: 'the page: limits of 39 merchants, counted at the look' },
      ask: () => page(few, {}),
    },
    {
      name: 'the page: a merchant of 50, counted at the look',
      ask: () => page(ctx, { merchantId: merchantId(5) }),
    },
    ...lists().map(([name, filter]) => ({
      ...{ name: `the list: ${name}`, kind: 'list' as const },
      ask: async () => (await listStatus(ctx, filter)).items.length,
    })),
  ]
}

function referenceOf({ sql }: Ctx): Question {
  return {
    name: 'terminals counted by state and platform',
    ask: async () => (await sql`select state, platform, count(*) from terminals group by 1, 2`).length,
  }
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

await main({
  name: 'analysis',
  title:
    'What Monitoring › Analysis asks of a whole fleet, its job, and the lists behind its numbers, beside counting the fleet by state and platform and nothing else.',
  options: {
    terminals: { default: '1000000', quick: '100000', meaning: 'of the seeded fleet' },
    rounds: { default: '7', quick: '3', meaning: 'times each question is asked; medians are taken' },
    keep: { default: '', meaning: 'the seeded database is kept in this folder and used again' },
  },
  run: ({ keep, ...sizes }, shared) =>
    inFolder(async (directory, ends) => {
      const kept = path.resolve(keep || path.join(shared ?? directory, 'status-fleet'))
      const { server, now } = await openStatusFleet(kept, Number(sizes.terminals))
      ends.push(() => server.stop())
      say('the fleet is seeded')
      const pools = openPools(server.app, 'psm-bench')
      ends.push(() => pools.end())
      const ctx = await makeCtx(pools, directory, now)
      const questions = questionsOf(ctx)
      const { asked, base } = await askInTurns(questions, referenceOf(ctx), Number(sizes.rounds))
      const cost = await measureStatuses(server.owner)
      const of = (kind: Question['kind']) => asked.filter((_, at) => questions[at]?.kind === kind)
      const worst = slowest(of('list'))
      return {
        setUp: ['medians of rounds in which all questions take turns; in brackets the rows of an answer'],
        figures: [
          ...of('fleet').map((one) => timeOf(one, { reference: base })),
          ...(worst === undefined
            ? []
            : [
                timeOf(
                  { ...worst, name: `the slowest ${worst.name.replace('the list', 'list behind a number')}` },
                  { reference: base, goals: [atMost(LIST_MS)], cause: LIST_CAUSE },
                ),
              ]),
          {
            ...{ name: 'statuses with a new version written', unit: '/s', value: cost.with },
            reference: { name: 'without the four indexes of these filters', value: cost.without },
            goals: [ratioAtLeast(INDEXES_RATIO)],
          },
        ],
        details: [{ title: 'All questions', figures: asked.map((one) => timeOf(one, { reference: base })) }],
      }
    }),
})
