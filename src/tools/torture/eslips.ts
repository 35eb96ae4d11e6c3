import { setTimeout as wait } from 'node:timers/promises'
import { TerminalClient } from '../simulator/client'
import { FakeTerminal } from '../simulator/terminal'
import { compare, Exporter } from './exporter'
import { enrolledFleet } from './fleet'
import { Ledger, type PulledSlip } from './ledger'
import { NO_LIMITS, Victim } from './server'
import { writeSlowly } from './slow-writer'
import { type StormCounts, storm } from './storm'

export interface SlipTorture {
  /** A folder of its own, empty. */
  storage: string
  terminals: number
  kills: number
  exporters: number
  say(line: string): void
}

const SHORTEST_LIFE_MS = 100
const LONGEST_LIFE_MS = 2_500
const SCOPES = 'terminals:read,terminals:write,terminals:enroll,eslips:read'

/**
 * Terminals hand over slips while the server is killed again and again; then what they were promised is compared with
 * what is there. With exporters, those pull meanwhile, and slow transactions are mixed in.
 * @returns false when a slip was lost, doubled, altered or skipped
 */
export async function tortureSlips({ storage, say, ...options }: SlipTorture): Promise<boolean> {
  const victim = await Victim.on(storage, NO_LIMITS)
  const client = new TerminalClient(victim.url, { timeoutMs: 10_000 })
  const stop = new AbortController()
  /** Nobody writes any more. */
  const quiet = new AbortController()
  const ledger = new Ledger()
  const counts: StormCounts = { requests: 0, broken: 0, refused: 0 }
  try {
    await victim.start()
    const { key } = await victim.psm<{ key: string }>(
      ...['api-keys', 'create', '--name', 'torture', '--scopes', SCOPES],
    )
    const terminals = await enrolledFleet(client, key, options.terminals)
    say(`${terminals.length} terminals are enrolled on ${victim.url}`)
    const exporters = Array.from(
      { length: options.exporters },
      (_, at) => new Exporter(`exporter ${at + 1}`, client, key),
    )
    const slow =
      exporters.length === 0 ? undefined : startSlowWriter(victim, client, key, ledger, stop.signal)
    const writers = Promise.all([
      slow,
      ...terminals.map((terminal) => storm(terminal, ledger, counts, stop.signal)),
    ])
    const readers = Promise.all(exporters.map((exporter) => exporter.run(quiet.signal)))
    const killing = killAgainAndAgain(victim, options.kills, stop.signal, (kill, livedMs) =>
      say(
        `kill ${kill} of ${options.kills} after ${(livedMs / 1000).toFixed(1)} s: ${counts.requests} requests, ${counts.broken} broken, ${counts.refused} refused; ${ledger.acknowledged} slips acknowledged`,
      ),
    )
    await Promise.race([killing, mistakeOf(writers), mistakeOf(readers)])
    stop.abort()
    const [slowCommits] = await writers
    quiet.abort()
    await readers
    if (slowCommits !== undefined) say(`${slowCommits} slow transactions`)
    const all: PulledSlip[] = []
    await new Exporter('the last look', client, key).all((slips) => void all.push(...slips))
    return told(say, ledger, exporters, all)
  } finally {
    stop.abort()
    quiet.abort()
    client.close()
    await victim.stop()
  }
}

async function startSlowWriter(
  victim: Victim,
  client: TerminalClient,
  apiKey: string,
  ledger: Ledger,
  signal: AbortSignal,
): Promise<number> {
  const serial = 'TORTURE-SLOW'
  const answer = await client.send({
    ...{ method: 'POST', path: '/api/v1/terminals', token: apiKey },
    json: { serial, platform: 'other' },
  })
  if (answer.status !== 201) throw new Error(`registering ${serial}: ${answer.body}`)
  const terminal = new FakeTerminal(client, { serial, platform: 'other', token: undefined })
  const terminalId = answer.json<{ id: string }>().id
  return writeSlowly(victim.storage, { terminal, terminalId, ledger }, signal)
}

/** Never resolves: work that ends when it is told to may fail before. */
export function mistakeOf(work: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => work.catch(reject))
}

/** Each life lasts a random while, so that every moment of a request is hit in the end. */
async function killAgainAndAgain(
  victim: Victim,
  kills: number,
  signal: AbortSignal,
  tell: (kill: number, livedMs: number) => void,
): Promise<void> {
  for (let kill = 1; kill <= kills && !signal.aborted; kill++) {
    const livedMs = SHORTEST_LIFE_MS + Math.random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS)
    await wait(livedMs)
    await victim.kill()
    tell(kill, livedMs)
    await victim.start()
  }
  await wait(LONGEST_LIFE_MS)
}

function told(
  say: SlipTorture['say'],
  ledger: Ledger,
  exporters: readonly Exporter[],
  all: readonly PulledSlip[],
): boolean {
  const { sent, acknowledged, storedUnanswered, lost, doubled, altered, strange } = ledger.judge(all)
  say('')
  say(`sent                        ${sent}`)
  say(`acknowledged                ${acknowledged}`)
  say(`there                       ${all.length}`)
  say(`there, answer never arrived ${storedUnanswered}`)
  say(`lost                        ${lost}`)
  say(`doubled                     ${doubled}`)
  say(`altered                     ${altered}`)
  say(`nobody sent them            ${strange}`)
  let isWell = lost + doubled + altered + strange === 0 && acknowledged > 0
  for (const exporter of exporters) {
    const { got, skipped, twice } = compare(exporter, all)
    say(`${exporter.name}: ${got} slips pulled, ${skipped} skipped, ${twice} twice`)
    if (skipped + twice > 0) isWell = false
  }
  say(isWell ? 'Nothing lost, nothing twice.' : 'SLIPS WERE LOST, DOUBLED OR ALTERED.')
  return isWell
}
