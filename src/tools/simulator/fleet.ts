import { setMaxListeners } from 'node:events'
import { ConnectionLost } from './client'
import type { FakeTerminal } from './terminal'
import type { Troubles } from './troubles'

export interface FleetOptions {
  /** Time runs this many times faster for the terminals. */
  speed: number
  /** How often a connection breaks, 0 to 1. */
  breakRate: number
  /** How often a terminal goes offline for a spell, 0 to 1. */
  offlineRate: number
  /** Slips a terminal makes between two check-ins, on average. */
  slipRate: number
  /** How often a terminal at a cash register thinks of yesterday's log after a check-in, 0 to 1. */
  logRate: number
  /** Over so many seconds of ours they come for the first time; a hundredth for each at most 10, where it is not told. */
  spreadSeconds?: number
  /** How often a day a cashier removes an application of a terminal, or installs a game, on average. */
  driftRate: number
  /** How often a day an engineer has a terminal load keys, or a tamper erases them, on average. */
  keyRate: number
  troubles: Troubles
  signal: AbortSignal
  /** For a terminal that has no token: the code it was given. */
  enrollmentCode(serial: string): string | undefined
  /** Told after each step that changed what a terminal must not lose; resolves when it is kept. */
  remembered(): Promise<void>
}

export interface FleetCounts {
  enrolled: number
  checkIns: number
  idle: number
  actions: number
  /** Applications that cashiers removed, and games they installed. */
  drifts: number
  brokenConnections: number
  refused: number
  logs: number
  keysAsked: number
  keysInVain: number
  keysInstalled: number
  keysFailed: number
  slipsMade: number
  slipsStored: number
  slipsDuplicate: number
  slipsRejected: number
  slipsWaiting: number
}

type StepCounts = Omit<FleetCounts, `slips${string}` | `keys${string}`>

const OFFLINE_SPELL_SECONDS = 1_800
const RETRY_SECONDS = 30
const SECONDS_PER_DAY = 86_400
const SHORTEST_WAIT_MS = 20
/** One of so many comes with the slips of days without a network. */
const LONG_SILENT_OF = 12
const LONGEST_SILENCE_DAYS = 4
const SLIPS_OF_A_DAY = 90
/** How often a slip that was answered is handed over once more. */
const AGAIN_RATE = 0.05
/** Of what it is told to wait a terminal adds so much by chance at most (contract, "When to try again"). */
const RETRY_JITTER = 0.2

/** Lets a fleet live until `signal`: every terminal on its own, as the server's answers tell it. */
export function playFleet(
  terminals: readonly FakeTerminal[],
  options: FleetOptions,
): { counts(): FleetCounts; done: Promise<void> } {
  const counts = {
    enrolled: 0,
    checkIns: 0,
    idle: 0,
    actions: 0,
    drifts: 0,
    brokenConnections: 0,
    refused: 0,
    logs: 0,
  }
  // Every terminal waits for the one signal that ends the play.
  setMaxListeners(0, options.signal)
  const { spreadSeconds = Math.min(10, terminals.length / 100) } = options
  const done = Promise.all(
    terminals.map(async (terminal, index) => {
      await pause((spreadSeconds * 1000 * index) / terminals.length, options.signal)
      await playTerminal(terminal, options, counts)
    }),
  ).then(() => {})
  return { counts: () => ({ ...counts, ...keyCounts(terminals), ...slipCounts(terminals) }), done }
}

function keyCounts(terminals: readonly FakeTerminal[]) {
  const sums = { keysAsked: 0, keysInVain: 0, keysInstalled: 0, keysFailed: 0 }
  for (const { keys } of terminals) {
    const { asked, inVain, installed, failed } = keys.counts
    sums.keysAsked += asked
    sums.keysInVain += inVain
    sums.keysInstalled += installed
    sums.keysFailed += failed
  }
  return sums
}

function slipCounts(terminals: readonly FakeTerminal[]) {
  const sums = { slipsMade: 0, slipsStored: 0, slipsDuplicate: 0, slipsRejected: 0, slipsWaiting: 0 }
  for (const { slips } of terminals) {
    const { made, stored, duplicate, rejected, waiting } = slips.counts
    sums.slipsMade += made
    sums.slipsStored += stored
    sums.slipsDuplicate += duplicate
    sums.slipsRejected += rejected
    sums.slipsWaiting += waiting
  }
  return sums
}

async function playTerminal(
  terminal: FakeTerminal,
  options: FleetOptions,
  counts: StepCounts,
): Promise<void> {
  const { chance } = terminal.persona
  comeWithThePast(terminal, options)
  while (!options.signal.aborted) {
    let waitSeconds = RETRY_SECONDS
    try {
      waitSeconds =
        terminal.token === undefined
          ? await enroll(terminal, options, counts)
          : await poll(terminal, options, counts)
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      counts.brokenConnections++
    }
    const spellSeconds = chance() < options.offlineRate ? OFFLINE_SPELL_SECONDS * chance() : 0
    await pause(((waitSeconds + spellSeconds) * 1000) / options.speed, options.signal)
    terminal.persona.live()
    if (drift(terminal, (options.driftRate * (waitSeconds + spellSeconds)) / SECONDS_PER_DAY)) {
      counts.drifts++
      await options.remembered()
    }
    trade(terminal, options.slipRate * (1 + spellSeconds / Math.max(1, waitSeconds)))
  }
}

function comeWithThePast(terminal: FakeTerminal, { slipRate }: FleetOptions): void {
  const { chance } = terminal.persona
  if (slipRate === 0 || terminal.slips.counts.made > 0 || chance() * LONG_SILENT_OF >= 1) return
  terminal.slips.makeOfDays(LONGEST_SILENCE_DAYS * chance(), SLIPS_OF_A_DAY, Date.now())
}

/** People pay while the network is away as they do when it is there. */
function trade(terminal: FakeTerminal, expected: number): void {
  const { chance } = terminal.persona
  for (let left = expected * 2 * chance(); left > chance(); left--) terminal.slips.make(Date.now())
}

/** @returns whether somebody changed what is installed */
function drift({ persona: { apps, chance } }: FakeTerminal, expected: number): boolean {
  return apps !== undefined && chance() < expected && apps.meddle() !== undefined
}

async function enroll(terminal: FakeTerminal, options: FleetOptions, counts: StepCounts): Promise<number> {
  const code = options.enrollmentCode(terminal.persona.serial)
  if (code === undefined) return RETRY_SECONDS
  const answer = await terminal.enroll(code, cutOf(terminal, options))
  if (answer.status !== 201) {
    counts.refused++
    return RETRY_SECONDS
  }
  counts.enrolled++
  await options.remembered()
  return 1
}

async function poll(terminal: FakeTerminal, options: FleetOptions, counts: StepCounts): Promise<number> {
  const outcome = await terminal.checkIn(cutOf(terminal, options))
  counts.checkIns++
  if (outcome.status === 401) {
    // Retired or revoked: a real terminal would show it and wait for an engineer.
    counts.refused++
    return RETRY_SECONDS
  }
  if (outcome.status >= 400) {
    counts.refused++
    return retrySeconds(terminal) ?? RETRY_SECONDS
  }
  if (outcome.actions.length === 0) counts.idle++
  let isBusy = false
  for (const action of outcome.actions) {
    if (await terminal.perform(action, options.troubles, options.remembered)) isBusy = true
    counts.actions++
  }
  if (await loadKeys(terminal, options, outcome.nextCheckInSeconds)) isBusy = true
  // What was installed must not be forgotten by a power cut.
  if (isBusy) await options.remembered()
  await handOver(terminal, options, counts)
  let waitSeconds = retrySeconds(terminal)
  if (waitSeconds === undefined && terminal.persona.chance() < options.logRate) {
    await handOverLog(terminal, options, counts)
    waitSeconds = retrySeconds(terminal)
  }
  return waitSeconds ?? (isBusy ? 1 : outcome.nextCheckInSeconds)
}

/** How long to wait before the same message is sent again; undefined where the last one was not refused for a time. */
function retrySeconds({ toldToWaitSeconds, persona: { chance } }: FakeTerminal): number | undefined {
  return toldToWaitSeconds === undefined ? undefined : toldToWaitSeconds * (1 + RETRY_JITTER * chance())
}

/** What of keys the server does not know yet; and now and then keys that it has not told of. */
async function loadKeys(
  { keys, persona: { chance } }: FakeTerminal,
  { keyRate, troubles, remembered }: FleetOptions,
  waitSeconds: number,
): Promise<boolean> {
  const isTold = await keys.tell()
  if (chance() >= (keyRate * waitSeconds) / SECONDS_PER_DAY) return isTold
  if (chance() < 0.5) keys.erase()
  return keys.ask(troubles, remembered)
}

/** All that waits, one request after the other. What is made or answered is kept before the next step. */
async function handOver(terminal: FakeTerminal, options: FleetOptions, counts: StepCounts): Promise<void> {
  while (terminal.slips.counts.waiting > 0 && !options.signal.aborted) {
    await options.remembered()
    const again = terminal.persona.chance() < AGAIN_RATE
    const status = await terminal.handOverSlips({ again, ...cutOf(terminal, options) })
    await options.remembered()
    if (status === 200) continue
    counts.refused++
    return
  }
}

async function handOverLog(terminal: FakeTerminal, options: FleetOptions, counts: StepCounts): Promise<void> {
  const status = await terminal.handOverLog(Date.now(), cutOf(terminal, options))
  if (status === undefined) return
  if (status < 300) counts.logs++
  else counts.refused++
}

function cutOf(terminal: FakeTerminal, options: FleetOptions) {
  const { chance } = terminal.persona
  if (chance() >= options.breakRate) return {}
  return { cut: chance() < 0.5 ? ('while-sending' as const) : ('before-answer' as const) }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, Math.max(SHORTEST_WAIT_MS, ms))
    signal.addEventListener('abort', end)
  })
}
