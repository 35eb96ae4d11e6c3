import { setMaxListeners } from 'node:events'
import { ConnectionLost } from './client'
import type { FakeTerminal } from './terminal'

export interface FleetOptions {
  /** Time runs this many times faster for the terminals. */
  speed: number
  /** How often a connection breaks, 0 to 1. */
  breakRate: number
  /** How often a terminal goes offline for a spell, 0 to 1. */
  offlineRate: number
  signal: AbortSignal
  /** For a terminal that has no token: the code it was given. */
  enrollmentCode(serial: string): string | undefined
  /** Told after each step that changed what a terminal must not lose. */
  remembered(): void
}

export interface FleetCounts {
  enrolled: number
  checkIns: number
  idle: number
  actions: number
  brokenConnections: number
  refused: number
}

const OFFLINE_SPELL_SECONDS = 1_800
const RETRY_SECONDS = 30
const SHORTEST_WAIT_MS = 20

/** Lets a fleet live until `signal`: every terminal on its own, as the server's answers tell it. */
export function playFleet(
  terminals: readonly FakeTerminal[],
  options: FleetOptions,
): { counts: FleetCounts; done: Promise<void> } {
  const counts: FleetCounts = {
    enrolled: 0,
    checkIns: 0,
    idle: 0,
    actions: 0,
    brokenConnections: 0,
    refused: 0,
  }
  // Every terminal waits for the one signal that ends the play.
  setMaxListeners(0, options.signal)
  const spreadMs = Math.min(10_000, terminals.length * 10)
  const done = Promise.all(
    terminals.map(async (terminal, index) => {
      await pause((spreadMs * index) / terminals.length, options.signal)
      await playTerminal(terminal, options, counts)
    }),
  ).then(() => {})
  return { counts, done }
}

async function playTerminal(
  terminal: FakeTerminal,
  options: FleetOptions,
  counts: FleetCounts,
): Promise<void> {
  const { chance } = terminal.persona
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
    if (chance() < options.offlineRate) waitSeconds += OFFLINE_SPELL_SECONDS * chance()
    await pause((waitSeconds * 1000) / options.speed, options.signal)
    terminal.persona.live()
  }
}

async function enroll(terminal: FakeTerminal, options: FleetOptions, counts: FleetCounts): Promise<number> {
  const code = options.enrollmentCode(terminal.persona.serial)
  if (code === undefined) return RETRY_SECONDS
  const answer = await terminal.enroll(code, cutOf(terminal, options))
  if (answer.status !== 201) {
    counts.refused++
    return RETRY_SECONDS
  }
  counts.enrolled++
  options.remembered()
  return 1
}

async function poll(terminal: FakeTerminal, options: FleetOptions, counts: FleetCounts): Promise<number> {
  const outcome = await terminal.checkIn(cutOf(terminal, options))
  counts.checkIns++
  if (outcome.status === 401) {
    // Retired or revoked: a real terminal would show it and wait for an engineer.
    counts.refused++
    return RETRY_SECONDS
  }
  if (outcome.status >= 400) {
    counts.refused++
    return RETRY_SECONDS
  }
  if (outcome.actions.length === 0) counts.idle++
  for (const action of outcome.actions) {
    await terminal.perform(action)
    counts.actions++
  }
  return outcome.actions.length > 0 ? 1 : outcome.nextCheckInSeconds
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
