import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, ConnectionLost, TerminalClient } from '../simulator/client'
import { bundleIn } from '../simulator/keys/bundle'
import { KeySystem } from '../simulator/keys/key-system'
import { between } from '../simulator/random'
import type { FakeTerminal } from '../simulator/terminal'
import { enrolledFleet } from './fleet'
import { type KeyAuditRow, KeyLedger, type KeyStatus, type KeyVerdict } from './key-ledger'
import { doBatchesAddUp, pages } from './key-report'
import { NO_LIMITS, Victim } from './server'

export interface KeyTorture {
  /** A folder of its own, empty. */
  storage: string
  /** Half of them get a new file in each round, the other half fetch theirs. */
  terminals: number
  kills: number
  /** Of one file at once: half by its terminal, half by others. */
  fetches: number
  say(line: string): void
}

/** Of one lease (docs/terminal-protocol.md). */
const MOST_FETCHES = 5
const LOOK_EVERY_MS = 1
/** So that an answer is more than one packet, and may break off in the middle. */
const FILLING = 200_000
const RETRY_MS = 50
const SCOPES = 'terminals:read,terminals:write,terminals:enroll,keys:read,keys:deposit,audit:read'

/**
 * Files of keys are deposited, fetched by many requests at once of the right terminal and of others, and reported, while
 * the server is killed again and again. Then what was promised and what came is compared with what the server tells.
 * @returns false where bytes went astray, or a file, a fetch or a result was lost or doubled
 */
export async function tortureKeys({ storage, say, ...options }: KeyTorture): Promise<boolean> {
  const victim = await Victim.on(storage, NO_LIMITS)
  const client = new TerminalClient(victim.url, { timeoutMs: 20_000 })
  try {
    await victim.start()
    const { key } = await victim.psm<{ key: string }>(
      ...['api-keys', 'create', '--name', 'torture', '--scopes', SCOPES],
    )
    const fleet = await enrolledFleet(client, key, options.terminals)
    say(`${fleet.length} terminals are enrolled on ${victim.url}`)
    const storm = new KeyStorm(client, key, fleet, options.fetches)
    await storm.deposit()
    for (let kill = 1; kill <= options.kills; kill++) {
      storm.turn()
      const answers = between(Math.random, 0, storm.mostAnswers)
      const over = new AbortController()
      const work = storm.all().finally(() => over.abort())
      await Promise.race([storm.reaches(answers, over.signal), work])
      await victim.kill()
      await victim.start()
      await work
      await storm.fetch()
      const { ok, refused, broken } = storm.counts
      say(
        `kill ${kill} of ${options.kills} after ${answers} answers: fetches in all ${ok} answered, ${refused} refused, ${broken} broken`,
      )
    }
    storm.turn()
    await storm.report()
    return await isWell(client, key, storm, say)
  } finally {
    client.close()
    await victim.stop()
  }
}

interface Holder {
  terminal: FakeTerminal
  /** The file it may have now. */
  fileId: string
}

class KeyStorm {
  readonly ledger = new KeyLedger()
  readonly counts = { right: 0, wrong: 0, ok: 0, refused: 0, broken: 0, unanswered: 0 }
  readonly #system: KeySystem
  /** They fetch; then they report, and get the next file. */
  #readers: Holder[]
  #others: Holder[]

  constructor(
    client: TerminalClient,
    apiKey: string,
    fleet: readonly FakeTerminal[],
    readonly fetches: number,
  ) {
    this.#system = new KeySystem(client, apiKey, 'TORTURE', FILLING)
    const holders = fleet.map((terminal) => ({ terminal, fileId: '' }))
    const half = Math.ceil(holders.length / 2)
    this.#readers = holders.slice(0, half)
    this.#others = holders.slice(half)
  }

  turn(): void {
    ;[this.#readers, this.#others] = [this.#others, this.#readers]
  }

  /** Whole answers there can be of the files that are fetched now. */
  get mostAnswers(): number {
    return this.#readers.length * MOST_FETCHES
  }

  /** Resolves when so many more fetches were answered, or at `signal`. */
  async reaches(answers: number, signal: AbortSignal): Promise<void> {
    const goal = this.counts.ok + answers
    while (this.counts.ok < goal && !signal.aborted) await wait(LOOK_EVERY_MS)
  }

  async all(): Promise<void> {
    await Promise.all([this.fetch(), this.deposit()])
  }

  /** Each of the others says how it went, and gets a new file; again until that is acknowledged. */
  async deposit(): Promise<void> {
    await Promise.all(
      this.#others.map(async (holder) => {
        await this.#reportOf(holder)
        const { persona } = holder.terminal
        const made = await this.#untilAnswered(() => this.#system.next(persona))
        const answer = await this.#untilAnswered(() => this.#system.deposit(persona))
        if (answer.status !== 201 && answer.status !== 200)
          throw new Error(`a deposit was answered ${answer.status} ${answer.body}`)
        holder.fileId = answer.json<KeyStatus>().fileId
        this.ledger.deposited(made, holder.fileId)
      }),
    )
  }

  async report(): Promise<void> {
    await Promise.all(this.#others.map((holder) => this.#reportOf(holder)))
  }

  /** So many at once for each file: every other one by a terminal that it is not for. */
  async fetch(): Promise<void> {
    await Promise.all(
      this.#readers.flatMap((holder, at) =>
        Array.from({ length: this.fetches }, (_, nth) => {
          const stranger = this.#readers[(at + 1 + (nth % (this.#readers.length - 1))) % this.#readers.length]
          return nth % 2 === 0 || stranger === undefined || stranger === holder
            ? this.#fetchOf(holder.terminal, nth % 4 === 0 ? undefined : holder.fileId, 'right')
            : this.#fetchOf(stranger.terminal, holder.fileId, 'wrong')
        }),
      ),
    )
  }

  async #fetchOf(terminal: FakeTerminal, fileId: string | undefined, who: 'right' | 'wrong'): Promise<void> {
    const { serial } = terminal.persona
    this.counts[who]++
    try {
      const answer = await terminal.send('GET', fileId === undefined ? '/keys' : `/keys/${fileId}`)
      this.counts[answer.status === 200 ? 'ok' : 'refused']++
      this.ledger.received(serial, answer, true)
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      this.counts.broken++
      if (error.received !== undefined) this.ledger.received(serial, error.received, false)
    }
  }

  async #reportOf({ terminal, fileId }: Holder): Promise<void> {
    const bytes = this.ledger.wholeOf(fileId)
    if (bytes === undefined) return
    const kcvs = bundleIn(bytes)?.keys.map(({ slot, kcv }) => ({ slot, kcv }))
    const answer = await this.#untilAnswered(() =>
      terminal.send('POST', `/keys/${fileId}/result`, { json: { state: 'installed', kcvs } }),
    )
    if (answer.status !== 200) throw new Error(`a result was answered ${answer.status} ${answer.body}`)
    this.ledger.reported(fileId)
  }

  async #untilAnswered<Result>(ask: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        const result = await ask()
        const { status = 200 } = result as Partial<Answer>
        if (status < 500) return result
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error
        this.counts.unanswered++
      }
      await wait(RETRY_MS)
    }
  }
}

interface AuditRow {
  action: string
  subject: { id: string }
  changes: { fetch?: { after: number } }
}

async function isWell(
  client: TerminalClient,
  apiKey: string,
  { ledger, counts }: KeyStorm,
  say: KeyTorture['say'],
): Promise<boolean> {
  const statuses = await pages<KeyStatus>(client, apiKey, '/keys')
  const audit: KeyAuditRow[] = []
  for (const action of ['key.deposited', 'key.fetched'])
    for (const { subject, changes } of await pages<AuditRow>(client, apiKey, `/audit?action=${action}`))
      audit.push({ action, fileId: subject.id, fetch: changes.fetch?.after })
  const verdict = ledger.judge(statuses, audit, MOST_FETCHES)
  const doesAddUp = await doBatchesAddUp(client, apiKey, statuses)
  tell(say, verdict, counts)
  say(`batches add up                        ${doesAddUp ? 'yes' : 'NO'}`)
  const isGood = doesAddUp && verdict.files > 0 && Object.values(verdict.faults).every((count) => count === 0)
  say(
    isGood ? 'Each file went to its terminal alone, and nothing was lost.' : 'KEYS WENT ASTRAY OR WERE LOST.',
  )
  return isGood
}

function tell(say: KeyTorture['say'], verdict: KeyVerdict, counts: KeyStorm['counts']): void {
  const { faults, ...rest } = verdict
  const lines: [string, number][] = [
    ['files deposited and acknowledged', rest.files],
    ['deposits and results sent once more', counts.unanswered],
    ['fetches by the terminal', counts.right],
    ['fetches by other terminals', counts.wrong],
    ['fetches whose connection broke', counts.broken],
    ['fetches refused', counts.refused],
    ['fetches counted by the server', rest.fetchesCounted],
    ['answers that came whole', rest.wholeAnswers],
    ['answers that broke off', rest.brokenAnswers],
    ['most counted fetches of a file', rest.mostFetches],
    ['most whole answers of a file', rest.mostAnswers],
    ['used up, no whole answer came', rest.usedUpInVain],
    ['files installed', rest.installed],
    ['bytes that went astray', faults.foreign],
    ['altered', faults.altered],
    ['files lost', faults.lost],
    ['files doubled', faults.doubled],
    ['files fetched too often', faults.overFetched],
    ['gaps in the audit', faults.unaudited],
    ['results forgotten', faults.forgotten],
  ]
  say('')
  for (const [name, count] of lines) say(`${name.padEnd(38)}${count}`)
}
