import { setTimeout as wait } from 'node:timers/promises'
import { ConnectionLost, TerminalClient } from '../simulator/client'
import { bundleIn } from '../simulator/keys/bundle'
import { type KeyDeposit, KeySystem } from '../simulator/keys/key-system'
import type { FakeTerminal } from '../simulator/terminal'
import { NO_TROUBLES, type Troubles } from '../simulator/troubles'
import { enrolledFleet } from './fleet'
import { type BatchReport, emptyReport, isSame, pages } from './key-report'
import { NO_LIMITS, Victim } from './server'

export interface KeyReconciliation {
  /** A folder of its own, empty. */
  storage: string
  terminals: number
  say(line: string): void
}

const BATCH = 'RECONCILED'
const SCOPES = 'terminals:read,terminals:write,terminals:enroll,keys:read,keys:deposit'
/** Of answers, whatever else becomes of a terminal: the connection breaks behind the last byte. */
const LOST_ANSWER_RATE = 0.05
/** Whoever loses the connection tries again, so often. */
const MOST_TRIES = 5
const PATIENCE_MS = 20_000
const LOOK_EVERY_MS = 200

/**
 * A fleet loads the keys of one batch, with failures; then each column of the report is compared with what the terminals
 * went through.
 * @returns false where the report does not add up or says something else
 */
export async function reconcileKeys({ storage, terminals, say }: KeyReconciliation): Promise<boolean> {
  const victim = await Victim.on(storage, NO_LIMITS)
  const client = new TerminalClient(victim.url, { maxSockets: 32, timeoutMs: 120_000 })
  try {
    await victim.start()
    const { key } = await victim.psm<{ key: string }>(
      ...['api-keys', 'create', '--name', 'torture', '--scopes', SCOPES],
    )
    const fleet = await enrolledFleet(client, key, terminals)
    say(`${fleet.length} terminals are enrolled on ${victim.url}`)
    const first = new KeySystem(client, key, BATCH)
    const second = new KeySystem(client, key, `${BATCH}-2`)
    const startedMs = Date.now()
    const columns = await Promise.all(fleet.map((terminal, at) => columnOf(terminal, at, first, second)))
    say(`they have loaded what they would in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
    const expected = emptyReport(BATCH)
    for (const column of columns) {
      expected.deposited++
      expected[column]++
    }
    return await isAsExpected(client, key, expected, say)
  } finally {
    client.close()
    await victim.stop()
  }
}

type Column = 'waiting' | 'delivered' | 'installed' | 'failed' | 'ended'

/**
 * How one terminal after the other fares. One of 20 fails: by its own word, or by a check value. Some never come, get a
 * newer file first, say what is not true, or say nothing.
 */
function fateOf(at: number): { isAway: boolean; getsNewer: boolean; troubles: Troubles } {
  const troubles = { ...NO_TROUBLES, lostAnswerRate: LOST_ANSWER_RATE }
  if (at % 40 === 7) troubles.failRate = 1
  if (at % 40 === 27) troubles.kcvMismatchRate = 1
  if (at % 100 === 3) troubles.lieRate = 1
  if (at % 100 === 4) troubles.silentRate = 1
  return { isAway: at % 50 === 1, getsNewer: at % 50 === 2, troubles }
}

/** One terminal's day, and in which column it has to stand afterwards. */
async function columnOf(
  terminal: FakeTerminal,
  at: number,
  first: KeySystem,
  second: KeySystem,
): Promise<Column> {
  const { isAway, getsNewer, troubles } = fateOf(at)
  const deposit = await deposited(first, terminal)
  if (isAway) return 'waiting'
  if (getsNewer) await deposited(second, terminal)
  const hasFetched = await load(terminal, troubles)
  if (getsNewer) return 'ended'
  return hasFetched ? columnBy(terminal, deposit) : 'waiting'
}

async function deposited(system: KeySystem, { persona }: FakeTerminal): Promise<KeyDeposit> {
  const made = await system.next(persona)
  const answer = await system.deposit(persona)
  if (answer.status !== 201) throw new Error(`a deposit was answered ${answer.status} ${answer.body}`)
  return made
}

/** @returns whether the terminal has fetched something, be it lost again */
async function load(terminal: FakeTerminal, troubles: Troubles): Promise<boolean> {
  const { counts } = terminal.keys
  let hasFetched = false
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      const { actions } = await terminal.checkIn()
      for (const action of actions) await terminal.perform(action, troubles)
      await terminal.keys.tell()
      return hasFetched || counts.installed + counts.failed > 0
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      if (error.received?.status === 200) hasFetched = true
    }
  }
  throw new Error(`${terminal.persona.serial} has lost its connection ${MOST_TRIES} times`)
}

function columnBy({ keys, persona }: FakeTerminal, { bytes }: KeyDeposit): Column {
  if (keys.counts.failed > 0) return 'failed'
  // It says what is not true, or fell silent after it had lost the first answer.
  if (persona.keys.installed.length === 0) return 'delivered'
  const loaded = new Map(persona.keys.installed.map(({ slot, kcv }) => [slot, kcv]))
  const isAsDeposited = bundleIn(bytes)?.keys.every(({ slot, kcv }) => loaded.get(slot) === kcv)
  return isAsDeposited === true ? 'installed' : 'failed'
}

async function isAsExpected(
  client: TerminalClient,
  apiKey: string,
  expected: BatchReport,
  say: KeyReconciliation['say'],
): Promise<boolean> {
  const giveUpAt = Date.now() + PATIENCE_MS
  let report: BatchReport | undefined
  // What was delivered is noted a moment after the last byte.
  do {
    const reports = await pages<BatchReport>(client, apiKey, `/key-batches?search=${BATCH}`)
    report = reports.find(({ batch }) => batch === BATCH)
    if (!isSame(report, expected)) await wait(LOOK_EVERY_MS)
  } while (!isSame(report, expected) && Date.now() < giveUpAt)
  const lines = await csvLines(client, apiKey)
  say('')
  say('column       report  terminals')
  for (const name of Object.keys(expected) as (keyof BatchReport)[])
    if (name !== 'batch')
      say(
        `${name.padEnd(13)}${String(report?.[name] ?? '-').padStart(6)}${String(expected[name]).padStart(11)}`,
      )
  say(`lines of CSV ${String(lines).padStart(6)}`)
  const isWell = isSame(report, expected) && lines === expected.deposited
  say(isWell ? 'The batch adds up.' : 'THE BATCH DOES NOT ADD UP.')
  return isWell
}

async function csvLines(client: TerminalClient, apiKey: string): Promise<number> {
  const path = `/api/v1/key-batches/export.csv?batch=${BATCH}`
  const answer = await client.send({ method: 'GET', path, token: apiKey })
  if (answer.status !== 200) throw new Error(`the CSV was answered ${answer.status} ${answer.body}`)
  return answer.body.toString().trim().split('\n').length - 1
}
