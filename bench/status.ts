import path from 'node:path'
import { openPools } from '../src/db/client'
import { makeCtx } from './lib/ctx'
import { atMost, type Figure, ratioAtLeast } from './lib/figure'
import { inFolder } from './lib/folder'
import { main, say } from './lib/main'
import { median } from './lib/numbers'
import { type Asked, askInTurns, slowest, timeOf } from './status/ask'
import { openStatusFleet } from './status/fleet'
import { measurePresence } from './status/presence'
import { type Question, questionsOf, referenceOf } from './status/questions'

/** What somebody who looks at a list waits for without asking why. */
const LIST_MS = 1_000
const PRESENCE_RATIO = 0.8
const PRESENCE_CAUSE =
  'Both indexes change with every time that is written: the lists by last seen need them.'
const SLOWEST_CAUSE =
  'What matches lies far down in the order asked for, and all before it is looked at: an index for every pair of filter and order would cost each write more than the rare look is worth.'

/** Rows of the one table, among all questions. */
function headlines(questions: readonly Question[], asked: readonly Asked[], base: Base): Figure[] {
  const of = (kind: Question['kind']) => asked.filter((_, at) => questions[at]?.kind === kind)
  const lists = of('list')
  const worst = slowest(lists)
  const middle = lists.map(({ times }) => median(times))
  const first = asked.find(({ name }) => name === 'first page')
  return [
    ...(first ? [timeOf({ ...first, name: 'first page of the list' }, { reference: base })] : []),
    ...(worst === undefined
      ? []
      : [
          {
            ...{ name: `the middle of ${lists.length} lists, by filter and order`, unit: 'ms' },
            ...{ value: median(middle), spread: [Math.min(...middle), Math.max(...middle)] as const },
            reference: base,
          },
          timeOf(
            { ...worst, name: `the slowest of them: ${worst.name}` },
            { reference: base, goals: [atMost(LIST_MS)], cause: SLOWEST_CAUSE },
          ),
        ]),
    ...of('fleet').map((one) => timeOf(one, { reference: base })),
  ]
}

type Base = NonNullable<Figure['reference']>

await main({
  name: 'status',
  title:
    "What the operators' pages ask of a whole fleet: every filter with a common and a rare value, every order, a page in the middle.",
  options: {
    terminals: { default: '1000000', quick: '100000', meaning: 'of the seeded fleet' },
    rounds: { default: '7', quick: '3', meaning: 'times each question is asked; medians are taken' },
    keep: { default: '', meaning: 'the seeded database is kept in this folder and used again' },
    only: { default: '', meaning: 'questions whose name contains it' },
  },
  run: ({ keep, only, ...sizes }, shared) =>
    inFolder(async (directory, ends) => {
      const [terminals, rounds] = [Number(sizes.terminals), Number(sizes.rounds)]
      const { server, now } = await openStatusFleet(
        path.resolve(keep || path.join(shared ?? directory, 'status-fleet')),
        terminals,
      )
      ends.push(() => server.stop())
      say('the fleet is seeded')
      const pools = openPools(server.app, 'psm-bench')
      ends.push(() => pools.end())
      const ctx = await makeCtx(pools, directory, now)
      const questions = questionsOf(ctx, terminals).filter(({ name }) => name.includes(only))
      const { asked, base } = await askInTurns(questions, referenceOf(ctx), rounds)
      const presence = only === '' ? await measurePresence(server.owner) : undefined
      return {
        setUp: ['medians of rounds in which all questions take turns; in brackets the rows of an answer'],
        figures: [
          ...headlines(questions, asked, base),
          ...(presence === undefined
            ? []
            : [
                {
                  ...{ name: 'last-seen times written', unit: '/s', value: presence.with },
                  reference: { name: 'without their two indexes', value: presence.without },
                  goals: [ratioAtLeast(PRESENCE_RATIO)],
                  cause: PRESENCE_CAUSE,
                },
              ]),
        ],
        details: [{ title: 'All questions', figures: asked.map((one) => timeOf(one, { reference: base })) }],
      }
    }),
})
