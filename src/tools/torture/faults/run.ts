import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { TerminalClient } from '../../simulator/client'
import type { FakeTerminal } from '../../simulator/terminal'
import { Exporter } from '../exporter'
import { enrolledFleet } from '../fleet'
import { Ledger, type PulledSlip } from '../ledger'
import { NO_LIMITS, Victim } from '../server'
import { type StormCounts, storm } from '../storm'
import { FAULTS, type FaultKind } from './kinds'
import { LogLedger } from './logs'
import { Watch } from './watch'

export interface FaultTorture {
  /** A folder of its own, empty. */
  folder: string
  /** Names of `FAULTS`; none: all. */
  only: readonly string[]
  seconds: number
  terminals: number
  say(line: string): void
}

const SCOPES = 'terminals:read,terminals:write,terminals:enroll,eslips:read,ecr-logs:read'
/** Before and after, while everything is well. */
const CALM_MS = 3_000
/** Longer than that nobody waits for a server to come back by itself. */
const RECOVERY_LIMIT_MS = 60_000
/** What a fault may cost in memory on top of what was there before it. */
const MEMORY_LIMIT_MIB = 256
/** A terminal hangs up after this. */
const TIMEOUT_MS = 40_000
const MOST_SHOWN = 10
const LOG_TERMINALS = 8
const CHECK_IN_PAUSE_MS = 50

/**
 * Lets one thing after another go wrong while terminals hand over slips and logs and check in, and compares in the end
 * what they were promised with what is there.
 * @returns false when something acknowledged was lost, doubled or altered; a server answered otherwise than with 503 or
 * 429 and Retry-After, did not come back by itself, or took more memory than it may
 */
export async function tortureFaults({ only, say, ...options }: FaultTorture): Promise<boolean> {
  const unknown = only.filter((name) => !FAULTS.some((fault) => fault.name === name))
  if (unknown.length > 0)
    throw new Error(
      `There is no fault ${unknown.join(', ')}; there are ${FAULTS.map(({ name }) => name).join(', ')}`,
    )
  const verdicts: string[] = []
  let isWell = true
  for (const fault of FAULTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const missing = fault.missing?.()
    if (missing !== undefined) {
      say(`${fault.name}: not tried, it needs ${missing}`)
      verdicts.push(`${fault.name.padEnd(16)}  not tried`)
      if (only.length > 0) isWell = false
      continue
    }
    say(`${fault.name}: ${fault.meaning}, for ${options.seconds} s`)
    const folder = path.join(options.folder, fault.name)
    await mkdir(folder, { recursive: true })
    const mistakes = await suffer(fault, { ...options, folder, say })
    for (const mistake of mistakes) say(`  WRONG: ${mistake}`)
    if (mistakes.length > 0) isWell = false
    verdicts.push(
      `${fault.name.padEnd(16)}  ${mistakes.length === 0 ? 'held' : `${mistakes.length} MISTAKES`}`,
    )
  }
  say('')
  for (const verdict of verdicts) say(verdict)
  return isWell
}

async function suffer(
  fault: FaultKind,
  { folder, seconds, terminals: count, say }: Omit<FaultTorture, 'only'>,
): Promise<string[]> {
  const around = await fault.surround(folder)
  const victim = await Victim.on(
    path.join(folder, 'storage'),
    { ...NO_LIMITS, ...around.settings },
    around.preload,
  )
  const client = new TerminalClient(victim.url, { timeoutMs: TIMEOUT_MS })
  const stop = new AbortController()
  try {
    await victim.start()
    const { key } = await victim.psm<{ key: string }>(
      ...['api-keys', 'create', '--name', 'torture', '--scopes', SCOPES],
    )
    const terminals = await enrolledFleet(client, key, count)
    const load = startLoad(terminals, stop.signal)
    await wait(CALM_MS)
    const before = victim.memoryMib()
    const pid = victim.pid
    const then = load.watch.answered
    await around.begin(victim)
    const { peakMib, ready } = await lookAt(victim, client, seconds * 1_000)
    const meanwhile = load.watch.answered - then
    const endedAt = performance.now()
    await around.end(victim)
    const recoveredMs = await untilWell(load.watch, victim, endedAt)
    await wait(CALM_MS)
    stop.abort()
    await load.done
    const mistakes = [
      ...[...load.watch.unfit].map(([said, times]) => `${times} × ${said}`),
      ...(recoveredMs === undefined ? [`it did not come back within ${RECOVERY_LIMIT_MS / 1000} s`] : []),
      ...(fault.name !== 'instance-killed' && victim.pid !== pid
        ? [`the server has ended: ${victim.said}`]
        : []),
      ...(fault.name !== 'instance-killed' && load.watch.broken > 0
        ? [`${load.watch.broken} requests were left without an answer`]
        : []),
      ...(peakMib > before + MEMORY_LIMIT_MIB
        ? [`memory grew from ${before} to ${peakMib} MiB, ${MEMORY_LIMIT_MIB} more are allowed`]
        : []),
      ...(fault.isUnnoticed && load.watch.refused > 0 ? [`${load.watch.refused} requests were refused`] : []),
      ...(recoveredMs === undefined ? [] : await losses(load, client, key, say)),
    ]
    if (mistakes.length > 0)
      for (const [mistake, times] of [...victim.mistakes].slice(0, MOST_SHOWN))
        say(`  the server said ${times} ×: ${mistake}`)
    const { asked, refused, refusals, broken, slowestMs } = load.watch
    const codes = [...refusals].map(([code, times]) => ` (${code} ${times})`).join('')
    say(
      `  requests ${asked}: ${meanwhile} done meanwhile, ${refused} told to come again${codes}, ${broken} broken off`,
    )
    say(`  slowest answer ${(slowestMs / 1000).toFixed(1)} s; ready in ${ready} of the looks meanwhile`)
    say(`  memory ${before} MiB before, ${peakMib} MiB at its peak`)
    if (recoveredMs !== undefined)
      say(`  well again ${(recoveredMs / 1000).toFixed(1)} s after the fault was over`)
    return mistakes
  } finally {
    stop.abort()
    client.close()
    await victim.stop()
    await around.takeDown()
  }
}

interface Load {
  watch: Watch
  slips: Ledger
  logs: LogLedger
  done: Promise<unknown>
}

function startLoad(terminals: readonly FakeTerminal[], signal: AbortSignal): Load {
  const [watch, slips, logs] = [new Watch(), new Ledger(), new LogLedger()]
  const counts: StormCounts = { requests: 0, broken: 0, refused: 0 }
  const done = Promise.all(
    terminals.flatMap((terminal, at) => [
      storm(terminal, slips, counts, signal, watch),
      checkIns(terminal, watch, signal),
      ...(at < LOG_TERMINALS ? [logs.storm(terminal, watch, signal)] : []),
    ]),
  )
  return { watch, slips, logs, done }
}

async function checkIns(terminal: FakeTerminal, watch: Watch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await watch.over('POST check-in', terminal.send('POST', '/check-in', { json: terminal.wholeStatus() }))
    await wait(CHECK_IN_PAUSE_MS)
  }
}

async function lookAt(victim: Victim, client: TerminalClient, forMs: number) {
  let peakMib = 0
  let [looks, readyTimes] = [0, 0]
  for (const endAt = performance.now() + forMs; performance.now() < endAt; looks++) {
    peakMib = Math.max(peakMib, victim.memoryMib())
    const isReady = await client.send({ method: 'GET', path: '/readyz' }).then(
      (answer) => answer.status === 200,
      () => false,
    )
    if (isReady) readyTimes++
    await wait(500)
  }
  return { peakMib, ready: `${readyTimes}/${looks}` }
}

async function untilWell(watch: Watch, victim: Victim, since: number): Promise<number | undefined> {
  while (watch.doneAt < since || !(await victim.isReady())) {
    if (performance.now() > since + RECOVERY_LIMIT_MS) return undefined
    await wait(20)
  }
  return performance.now() - since
}

async function losses(
  load: Load,
  client: TerminalClient,
  key: string,
  say: FaultTorture['say'],
): Promise<string[]> {
  const all: PulledSlip[] = []
  await new Exporter('the last look', client, key).all((slips) => void all.push(...slips))
  const slips = load.slips.judge(all)
  const logs = await load.logs.judge(client, key)
  say(`  slips acknowledged ${slips.acknowledged}, logs acknowledged ${logs.acknowledged}`)
  const told = (count: number, what: string) => (count > 0 ? [`${count} ${what}`] : [])
  return [
    ...told(slips.lost, 'slips lost'),
    ...told(slips.doubled, 'slips twice'),
    ...told(slips.altered, 'slips altered'),
    ...told(slips.strange, 'slips that nobody sent'),
    ...told(logs.lost, 'logs lost'),
    ...told(logs.altered, 'logs altered'),
    ...told(logs.doubled, 'logs twice'),
    ...(slips.acknowledged === 0 || logs.acknowledged === 0 ? ['nothing was acknowledged at all'] : []),
  ]
}
