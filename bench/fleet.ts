import { setTimeout as wait } from 'node:timers/promises'
import { playFleet } from '../src/tools/simulator/fleet'
import { NO_TROUBLES } from '../src/tools/simulator/troubles'
import { mistakeOf } from '../src/tools/torture/eslips'
import { EchoBeside } from './fleet/echo'
import { percentiles, slowestHundredth, type Timed } from './fleet/figures'
import { type Ground, type Kept, keptBy, MemoryWatch, openGround, partsRemoved } from './fleet/ground'
import { KINDS, Tally } from './fleet/tap'
import { prepareWork, type Work } from './fleet/work'
import { atMost, type Figure, type Findings } from './lib/figure'
import { inFolder } from './lib/folder'
import { main, say } from './lib/main'
import { whole } from './lib/numbers'

/** A day of a terminal, as docs/sizing.md assumes it. */
const DAY = { checkIns: 288, slips: 30, minutes: 1440 } as const
/** Most of them hand over the log of the day before in the course of the day. */
const LOG_RATE = 3 / DAY.checkIns
const GOALS = { ms: 250, memoryMb: 512 } as const
const CAUSE =
  'Callers, server and PostgreSQL share the cores: what waits for a core, waits in these times; the echo beside tells how long that is.'
const BIGGEST_TABLES = 12

interface Played {
  tally: Tally
  echoMs: readonly number[]
  seconds: number
  before: Kept
  after: Kept
  memory: { beginMb: number; peakMb: number; endMb: number }
  counts: { slipsStored: number; logs: number }
  work: Work
}

async function play(ground: Ground, minutes: number, oneOf: number, packageBytes: number): Promise<Played> {
  const work = await prepareWork(ground, oneOf, packageBytes)
  // One slip each: else the simulator lets some come with the slips of silent days.
  for (const { slips } of ground.terminals) slips.make(Date.now())
  await partsRemoved(ground)
  const before = await keptBy(ground.server)
  const echo = await EchoBeside.start(ground.terminals[0] as (typeof ground.terminals)[number])
  const memory = new MemoryWatch(ground.server)
  const stop = new AbortController()
  const tally = new Tally()
  ground.tap.tally = tally
  const startedAt = performance.now()
  const { counts, done } = playFleet(ground.terminals, {
    speed: DAY.minutes / minutes,
    slipRate: DAY.slips / DAY.checkIns,
    ...{ logRate: LOG_RATE, breakRate: 0, offlineRate: 0, driftRate: 0, keyRate: 0, troubles: NO_TROUBLES },
    signal: stop.signal,
    enrollmentCode: () => undefined,
    remembered: async () => {},
  })
  const beat = setInterval(() => say(`${whole(tally.watch.asked)} requests`), 60_000)
  const working = work.handOut(minutes * 54_000, stop.signal)
  try {
    await Promise.race([wait(minutes * 60_000), mistakeOf(done), mistakeOf(working)])
  } finally {
    stop.abort()
    clearInterval(beat)
  }
  await Promise.all([done, working])
  const seconds = (performance.now() - startedAt) / 1000
  const endMb = memory.stop()
  await echo.stop()
  const { beginMb, peakMb } = memory
  const after = await keptBy(ground.server)
  return {
    ...{ tally, echoMs: echo.times, seconds, before, after, work },
    ...{ memory: { beginMb, peakMb, endMb }, counts: counts() },
  }
}

function findings(terminals: number, played: Played): Findings {
  const { tally, echoMs, seconds, before, after, memory, counts, work } = played
  const checkIns = tally.of('idle check-in', 'changed check-in').length
  const changed = tally.of('changed check-in').length
  const days = checkIns / DAY.checkIns
  const reference = { name: 'echo by the same caller', times: echoMs }
  const timed = KINDS.map(
    (name): Timed => ({ name, times: tally.of(name), reference, goals: [atMost(GOALS.ms)], cause: CAUSE }),
  )
  const perDay = (bytes: number) => bytes / 1000 / days
  const grown = [...after.tables]
    .map(([name, bytes]) => ({ name, bytes: bytes - (before.tables.get(name) ?? 0) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, BIGGEST_TABLES)
  const kb = (name: string, bytes: number): Figure => ({ name, unit: 'kB', value: perDay(bytes) })
  return {
    setUp: [
      `the built server as it comes; a day of ${DAY.checkIns} check-ins, ${DAY.slips} slips and the ECR log of the day before of each terminal at a cash register, in ${(seconds / 60).toFixed(1)} minutes`,
      `that is the rate of ${whole((checkIns / seconds) * 300)} terminals that call every five minutes`,
      `${work.updates} terminals got an update in pieces of 4 MiB, ${work.licences} a licence`,
    ],
    figures: [
      { name: 'requests of terminals', unit: '/s', value: tally.watch.asked / seconds },
      ...slowestHundredth(timed),
      {
        ...{ name: 'requests refused or failed', unit: '', value: tally.watch.refused + tally.failed },
        goals: [atMost(0)],
        cause: tally.troubles.join('; '),
      },
      {
        ...{ name: 'memory of the server at its peak', unit: 'MB', value: memory.peakMb },
        reference: { name: 'at its begin', value: memory.beginMb },
        goals: [atMost(GOALS.memoryMb)],
      },
      kb('database, a terminal and day', after.database - before.database),
      kb('files in the store, a terminal and day', after.blobs - before.blobs),
    ],
    details: [
      { title: 'Times; in brackets how many requests', figures: percentiles(timed) },
      {
        title: 'What a terminal and day adds to the database, by table with its indexes',
        figures: grown.map(({ name, bytes }) => kb(name, bytes)),
      },
    ],
    notes: [
      `What was written stands for ${whole(days)} days of a terminal: ${whole(checkIns)} check-ins, of which ${(changed / days).toFixed(1)} a day told something new, ${(counts.slipsStored / days).toFixed(1)} slips a day, ${(counts.logs / days).toFixed(2)} logs a day. Bytes are the growth of the database with its indexes while that was written (without WAL), before autovacuum has been everywhere, and the growth of the folder of files; each divided by those days.`,
      `Memory at the end ${memory.endMb.toFixed(0)} MB; of the server alone, PostgreSQL has its own.`,
      `${whole(terminals)} terminals share 256 connections that stay open.`,
    ],
  }
}

await main({
  name: 'fleet',
  title:
    'A day of a simulated fleet in minutes, by the published protocol: check-ins, slips, ECR logs, an update, licences; beside a bare server that echoes check-ins to the same caller at the same time.',
  options: {
    terminals: { default: '2000', quick: '400', meaning: 'simulated terminals' },
    minutes: { default: '10', quick: '2', meaning: 'in which their day passes' },
    'one-of': {
      default: '30',
      meaning: 'of so many terminals one gets an update that day, and another a licence',
    },
    'package-mib': { default: '20', meaning: 'size of the update' },
  },
  run: ({ terminals, minutes, ...sizes }) =>
    inFolder(async (directory, ends) => {
      const ground = await openGround(directory, Number(terminals), ends)
      const packageBytes = Number(sizes['package-mib']) * 1024 * 1024
      return findings(
        Number(terminals),
        await play(ground, Number(minutes), Number(sizes['one-of']), packageBytes),
      )
    }),
})
