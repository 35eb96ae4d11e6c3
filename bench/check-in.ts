import path from 'node:path'
import type { Outcome } from './check-in/client'
import { openFleet } from './check-in/fleet'
import { startClient, startServer } from './check-in/processes'
import { KINDS, type Kind } from './check-in/requests'
import { Target } from './check-in/target'
import { type Figure, figureOf, ratioAtLeast } from './lib/figure'
import { inFolder } from './lib/folder'
import { main } from './lib/main'
import { median, whole } from './lib/numbers'

const SMALL_FLEET = 1_000
const WARM_UP_SECONDS = 3
const ECHO = 'bare node:http JSON echo'
const CHANGED_CAUSE =
  'Changed check-ins are written durably before they are answered, and PostgreSQL has the same cores (decision 0008).'
const LARGE_CAUSE =
  'With so many terminals in turn each begins a run of the POS log of its own (decision 0021); without the log the ratio is about 0.94.'

/** Echo, idle and changed take turns, so that what else runs on the machine falls on all of them. */
async function measureSmall(
  targets: Record<Kind, Target>,
  kinds: readonly Kind[],
  rounds: number,
  seconds: number,
): Promise<Figure[]> {
  const rates: Record<Kind, number[]> = { echo: [], idle: [], changed: [] }
  for (const kind of kinds) await targets[kind].poll(kind, WARM_UP_SECONDS)
  for (let round = 0; round < rounds; round++)
    for (const kind of kinds) rates[kind].push(perSecond(await targets[kind].poll(kind, seconds)))
  const reference = { name: ECHO, value: median(rates.echo) }
  const goals = {
    idle: { goals: [ratioAtLeast(0.5)] },
    changed: { goals: [ratioAtLeast(0.3)], cause: CHANGED_CAUSE },
  }
  return (['idle', 'changed'] as const)
    .filter((kind) => kinds.includes(kind))
    .map((kind) =>
      figureOf(`${kind}, ${whole(SMALL_FLEET)} terminals`, '/s', rates[kind], { reference, ...goals[kind] }),
    )
}

/** The two fleets take turns until every terminal of the large one has polled. */
async function measureLarge(small: Target, large: Target, seconds: number): Promise<Figure[]> {
  await large.poll('idle', WARM_UP_SECONDS)
  const rates = { small: [] as number[], large: [] as number[] }
  const from = large.turns
  while (large.turns - from < large.terminals) {
    rates.small.push(perSecond(await small.poll('idle', seconds)))
    rates.large.push(perSecond(await large.poll('idle', seconds)))
  }
  return [
    figureOf(`idle, ${whole(large.terminals)} terminals, all in turn`, '/s', rates.large, {
      reference: { name: `of ${whole(SMALL_FLEET)} terminals beside it`, value: median(rates.small) },
      goals: [ratioAtLeast(0.9)],
      cause: LARGE_CAUSE,
    }),
  ]
}

const perSecond = ({ answers, seconds }: Outcome) => answers / seconds

function programOf(deno: string, profile: string): string[] {
  if (deno !== '') return [deno, 'run', '-A']
  return profile === ''
    ? [process.execPath]
    : [process.execPath, '--cpu-prof', `--cpu-prof-dir=${path.resolve(profile)}`]
}

await main({
  name: 'check-in',
  title:
    'Check-ins per second over keep-alive connections, beside a bare server that echoes JSON to the same client.',
  options: {
    seconds: { default: '4', quick: '2', meaning: 'length of one slice' },
    rounds: { default: '5', quick: '3', meaning: 'slices of each kind; medians are taken' },
    connections: { default: '64', meaning: 'keep-alive connections, one request at a time on each' },
    terminals: {
      default: '1000000',
      quick: '100000',
      meaning: 'registered terminals of the large fleet, all of which poll; 0 leaves it out',
    },
    kinds: { default: KINDS.join(), meaning: 'for the small fleet' },
    deno: { default: '', meaning: 'serves under this Deno instead of Node' },
    profile: { default: '', meaning: 'a CPU profile of each door is written to this folder (Node)' },
  },
  run: ({ kinds: wanted, deno, profile, ...sizes }) =>
    inFolder(async (directory, ends) => {
      const [seconds, rounds, terminals] = [sizes.seconds, sizes.rounds, sizes.terminals].map(Number) as [
        number,
        number,
        number,
      ]
      const client = startClient()
      ends.push(() => client.stop())
      const echo = await startServer([process.execPath], { role: 'echo' })
      ends.push(() => echo.stop())
      const target = (server: typeof echo, count: number) =>
        new Target(client, server, count, Number(sizes.connections))
      const openDoor = async (name: string, count: number) => {
        const folder = path.join(directory, name)
        const database = await openFleet(path.join(folder, 'db'), count)
        ends.push(() => database.stop())
        const door = await startServer(programOf(deno, profile), {
          ...{ role: 'door', database: database.app, directory: folder },
        })
        ends.push(() => door.stop())
        return target(door, count)
      }
      const small = await openDoor('small', SMALL_FLEET)
      const kinds = KINDS.filter((kind) => wanted.split(',').includes(kind))
      const targets = { echo: target(echo, SMALL_FLEET), idle: small, changed: small }
      const figures = await measureSmall(targets, kinds, rounds, seconds)
      const setUp = [`slices take turns; ${small.wire}`]
      if (terminals === 0) return { setUp, figures }
      const large = await openDoor('large', terminals)
      figures.push(...(await measureLarge(small, large, seconds)))
      const dropped = await large.server.dropped()
      const notes = ['Idle answers of one turn of the event loop leave together, which the echo does not do.']
      if (dropped > 0)
        notes.push(
          `${whole(dropped)} last-seen times of the large fleet were dropped, as their bounded queue was full: it polls many times faster than the once in minutes it is asked for.`,
        )
      return { setUp, figures, notes }
    }),
})
