import path from 'node:path'
import { openFleet } from './check-in/fleet'
import { startClient, startServer } from './check-in/processes'
import type { Kind } from './check-in/requests'
import { Target } from './check-in/target'
import { cpuSeconds } from './downloads/usage'
import { type Figure, type Findings, figureOf, ratioAtLeast } from './lib/figure'
import { inFolder } from './lib/folder'
import { main } from './lib/main'
import { median, whole } from './lib/numbers'

const GOAL = 0.9
const WARM_UP_SECONDS = 3
const FEW = 1_000
/** What is polled: by a few terminals, whose idle check-ins are soon one row each, and by many, of which each begins one. */
const WAYS: readonly { name: string; kind: Kind; isFew: boolean }[] = [
  { name: `idle, ${whole(FEW)} terminals`, kind: 'idle', isFew: true },
  { name: 'idle, all in turn', kind: 'idle', isFew: false },
  { name: 'changed, all in turn', kind: 'changed', isFew: false },
]
const CAUSE =
  'A changed check-in puts a row of its own into the log, in the same PostgreSQL on the same cores (decision 0021).'

type Side = 'without' | 'with'
const SIDES: readonly Side[] = ['without', 'with']

interface Slice {
  perSecond: number
  /** Processor time of the server for each answer. */
  cpuUs: number
}

/** Both doors take turns slice by slice, so that what else runs on the machine falls on both. */
async function measure(doors: Record<Side, Target>, rounds: number, seconds: number): Promise<Findings> {
  const [figures, cpu, notes]: [Figure[], Figure[], string[]] = [[], [], []]
  for (const { name, kind, isFew } of WAYS) {
    const few = isFew ? FEW : undefined
    const slices: Record<Side, Slice[]> = { without: [], with: [] }
    for (const side of SIDES) await doors[side].poll(kind, WARM_UP_SECONDS, few)
    if (kind === 'idle') await settle(doors, few)
    const droppedBefore = await doors.with.server.unlogged()
    for (let round = 0; round < rounds; round++)
      for (const side of round % 2 === 0 ? SIDES : [...SIDES].reverse())
        slices[side].push(await slice(doors[side], kind, seconds, few))
    const dropped = (await doors.with.server.unlogged()) - droppedBefore
    if (dropped > 0) notes.push(`${name}: ${whole(dropped)} check-ins were not logged`)
    const of = (side: Side, what: keyof Slice) => slices[side].map((one) => one[what])
    const without = (what: keyof Slice) => ({ name: 'without the log', value: median(of('without', what)) })
    figures.push(
      figureOf(name, '/s', of('with', 'perSecond'), {
        ...{ reference: without('perSecond'), goals: [ratioAtLeast(GOAL)] },
        ...(kind === 'changed' ? { cause: CAUSE } : {}),
      }),
    )
    cpu.push(figureOf(name, 'µs', of('with', 'cpuUs'), { reference: without('cpuUs') }))
  }
  return {
    setUp: ['two servers, with and without the log, each with its own PostgreSQL, take turns'],
    figures,
    details: [{ title: 'Processor time of the server for each', figures: cpu }],
    notes,
  }
}

async function slice(door: Target, kind: Kind, seconds: number, few: number | undefined): Promise<Slice> {
  const { pid } = door.server
  const before = cpuSeconds(pid)
  const outcome = await door.poll(kind, seconds, few)
  return {
    perSecond: outcome.answers / outcome.seconds,
    cpuUs: ((cpuSeconds(pid) - before) / outcome.answers) * 1e6,
  }
}

/** Polls both doors until every terminal has the one row of its idle check-ins: that is how they are for the rest of the day. */
async function settle(doors: Record<Side, Target>, few: number | undefined): Promise<void> {
  for (let before = -1, now = await doors.with.server.unlogged(); now !== before; ) {
    for (const side of SIDES) await doors[side].poll('idle', WARM_UP_SECONDS, few)
    before = now
    now = await doors.with.server.unlogged()
  }
}

await main({
  name: 'pos-log',
  title: 'Check-ins per second with the POS log, beside the same without it.',
  options: {
    seconds: { default: '1', meaning: 'length of one slice' },
    rounds: { default: '15', quick: '5', meaning: 'slices of each kind; medians are taken' },
    connections: { default: '64', meaning: 'keep-alive connections' },
    terminals: {
      default: '100000',
      quick: '20000',
      meaning: 'registered terminals, all of which poll in turn',
    },
  },
  run: ({ connections, ...sizes }) =>
    inFolder(async (directory, ends) => {
      const terminals = Number(sizes.terminals)
      const client = startClient()
      ends.push(() => client.stop())
      const open = async (side: Side) => {
        const folder = path.join(directory, side)
        const database = await openFleet(path.join(folder, 'db'), terminals)
        ends.push(() => database.stop())
        const env = { POS_LOG_DAYS: side === 'with' ? '30' : '0' }
        const server = await startServer([process.execPath], {
          ...{ role: 'door', database: database.app, directory: folder, env },
        })
        ends.push(() => server.stop())
        return new Target(client, server, terminals, Number(connections))
      }
      const doors = { without: await open('without'), with: await open('with') }
      return measure(doors, Number(sizes.rounds), Number(sizes.seconds))
    }),
})
