import { setTimeout as wait } from 'node:timers/promises'
import { type FleetOptions, playFleet } from '../src/tools/simulator/fleet'
import type { FakeTerminal } from '../src/tools/simulator/terminal'
import { NO_TROUBLES } from '../src/tools/simulator/troubles'
import { mistakeOf } from '../src/tools/torture/eslips'
import { Exporter } from '../src/tools/torture/exporter'
import { logsOf } from '../src/tools/torture/faults/logs'
import type { PulledSlip } from '../src/tools/torture/ledger'
import { EchoBeside } from './fleet/echo'
import { percentiles, slowestHundredth, type Timed } from './fleet/figures'
import { type Ground, MemoryWatch, openGround } from './fleet/ground'
import { type Kind, Tally } from './fleet/tap'
import { atMost, type Findings } from './lib/figure'
import { inFolder } from './lib/folder'
import { main, say } from './lib/main'
import { whole } from './lib/numbers'

const INTERVAL_SECONDS = 300
const SLIPS_A_DAY = 30
/** Longer than that nobody waits. */
const LIMIT_SECONDS = 600
const GOALS = { emptySeconds: 180, checkInMs: 1_000, slipsMs: 3_000, memoryMb: 512 } as const
const CAUSE =
  'Slips and logs are looked through for card numbers in the thread that answers check-ins as well, and callers and PostgreSQL have the same cores: what comes at once waits its turn. What of it is the caller, the echo tells.'

interface Minute {
  tally: Tally
  peakMb: number
  /** Of a bare echo, asked by the same caller meanwhile. */
  echoMs: readonly number[]
  /** Until nothing waited any more; undefined where that was never so. */
  emptySeconds: number | undefined
}

const QUIET = {
  ...{ breakRate: 0, offlineRate: 0, driftRate: 0, keyRate: 0, slipRate: 0, troubles: NO_TROUBLES },
  enrollmentCode: () => undefined,
  remembered: async () => {},
}

/** The fleet comes within `seconds`, each terminal on its own; ends when `isOver`, or after the limit. */
async function come(
  { server, tap, terminals }: Ground,
  options: Pick<FleetOptions, 'speed' | 'logRate' | 'spreadSeconds'>,
  limitSeconds: number,
  isOver: () => boolean,
): Promise<Minute> {
  const [tally, stop] = [new Tally(), new AbortController()]
  tap.tally = tally
  const memory = new MemoryWatch(server)
  const echo = await EchoBeside.start(terminals[0] as FakeTerminal)
  const startedAt = performance.now()
  const { done } = playFleet(terminals, { ...QUIET, ...options, signal: stop.signal })
  let emptySeconds: number | undefined
  const seconds = () => (performance.now() - startedAt) / 1000
  const looking = async () => {
    while (!isOver() && seconds() < limitSeconds) await wait(50)
  }
  try {
    await Promise.race([looking(), mistakeOf(done)])
    if (isOver()) emptySeconds = seconds()
  } finally {
    stop.abort()
    memory.stop()
    await echo.stop()
  }
  await done
  return { tally, peakMb: memory.peakMb, emptySeconds, echoMs: echo.times }
}

/** What was acknowledged and is not there, read by the interface that programs read it by. */
async function readBack({ tap, apiKey }: Ground) {
  const all: PulledSlip[] = []
  await new Exporter('the last look', tap, apiKey).all((slips) => void all.push(...slips))
  const logs = new Set<string>()
  for await (const { serial, name } of logsOf(tap, apiKey)) logs.add(`${serial} ${name}`)
  return { ...tap.judgeSlips(all), lostLogs: tap.lostLogs(logs) }
}

async function measure(ground: Ground, hours: number, spreadSeconds: number): Promise<Findings> {
  const { server, tap, terminals } = ground
  for (const { slips } of terminals) slips.make(Date.now())
  say('the calm minute')
  const calm = await come(
    ground,
    { speed: INTERVAL_SECONDS / spreadSeconds, logRate: 0, spreadSeconds },
    spreadSeconds,
    () => false,
  )
  await server.kill()
  for (const { slips } of terminals) slips.makeOfDays(hours / 24, SLIPS_A_DAY, Date.now())
  const waiting = () => terminals.reduce((sum, { slips }) => sum + slips.counts.waiting, 0)
  const [piledUp, logs] = [waiting(), terminals.filter(({ persona }) => persona.ecrProtocol).length]
  say(`${whole(piledUp)} slips and ${whole(logs)} logs wait; the server starts`)
  const startedAt = performance.now()
  await server.start()
  const startSeconds = (performance.now() - startedAt) / 1000
  const storm = await come(
    ground,
    { speed: 1, logRate: 1, spreadSeconds },
    LIMIT_SECONDS,
    () => tap.acknowledgedLogs >= logs && waiting() === 0,
  )
  say('reading back')
  const { lost, doubled, altered, acknowledged, lostLogs } = await readBack(ground)
  const count = (name: string, value: number, more: object = {}) => ({ name, unit: '', value, ...more })
  const none = { goals: [atMost(0)] }
  const timed = (name: string, goalMs: number | undefined, ...kinds: Kind[]): Timed => ({
    ...{ name, times: storm.tally.of(...kinds), cause: CAUSE },
    ...(goalMs === undefined ? {} : { goals: [atMost(goalMs)] }),
    reference: { name: 'in the calm minute', times: calm.tally.of(...kinds) },
  })
  const kinds = [
    timed('check-in', GOALS.checkInMs, 'idle check-in', 'changed check-in'),
    timed('slips, all that wait in a request', GOALS.slipsMs, 'slips'),
    timed('ECR log of a day', undefined, 'ECR log'),
  ]
  const echo: Timed = {
    ...{ name: 'for comparison, echo by the same caller', times: storm.echoMs },
    reference: { name: 'in the calm minute', times: calm.echoMs },
  }
  return {
    setUp: [
      `the built server as it comes is killed; after ${hours} hours without it ${whole(piledUp)} slips and ${whole(logs)} ECR logs have piled up, and every terminal comes once within ${spreadSeconds} s, then as it is told`,
      `the calm minute before: every terminal comes once within ${spreadSeconds} s, with one slip`,
    ],
    figures: [
      {
        ...{ name: 'until all that piled up is delivered', unit: 's', value: storm.emptySeconds },
        ...(storm.emptySeconds === undefined ? { missing: `not within ${LIMIT_SECONDS} s` } : {}),
        reference: { name: 'in which they return', value: spreadSeconds },
        ...{ goals: [atMost(GOALS.emptySeconds)], cause: CAUSE },
      },
      ...slowestHundredth(kinds),
      ...slowestHundredth([echo]),
      count('requests told to come again (503 or 429 with Retry-After)', storm.tally.watch.refused),
      count('requests failed otherwise', storm.tally.failed, {
        ...none,
        cause: storm.tally.troubles.join('; '),
      }),
      count('acknowledged slips lost, doubled or altered', lost + doubled + altered, none),
      count('acknowledged logs lost', lostLogs, none),
      {
        ...{ name: 'memory of the server at its peak', unit: 'MB', value: storm.peakMb },
        reference: { name: 'in the calm minute', value: calm.peakMb },
        goals: [atMost(GOALS.memoryMb)],
      },
    ],
    details: [{ title: 'Times; in brackets how many requests', figures: percentiles([...kinds, echo]) }],
    notes: [
      `After SIGKILL the server was ready again in ${startSeconds.toFixed(1)} s, with its database; the minute begins then.`,
      `${whole(acknowledged)} slips and ${whole(tap.acknowledgedLogs)} logs were acknowledged in all, and read back by REST one by one.`,
      ...storm.tally.troubles,
    ],
  }
}

await main({
  name: 'storm',
  title:
    'The whole fleet returns within a minute after an outage, with all that has piled up; beside a calm minute of the same fleet.',
  options: {
    terminals: { default: '2000', quick: '500', meaning: 'simulated terminals' },
    hours: { default: '24', meaning: 'of the outage: 30 slips a day and terminal, and a log of a day' },
    seconds: { default: '60', quick: '15', meaning: 'within which all come back' },
  },
  run: ({ terminals, hours, seconds }) =>
    inFolder(async (directory, ends) =>
      measure(await openGround(directory, Number(terminals), ends), Number(hours), Number(seconds)),
    ),
})
