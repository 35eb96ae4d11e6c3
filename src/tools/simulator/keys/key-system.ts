import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, ConnectionLost, type Send, type TerminalClient } from '../client'
import { type KeyTarget, makeKeyBundle } from './bundle'

/** A file that was made and not answered yet. */
export interface KeyDeposit {
  serial: string
  sequence: number
  bytes: Buffer
}

export interface KeySystemCounts {
  keyFilesDeposited: number
  /** Was there already: the answer had got lost. */
  keyFilesAgain: number
  keyFilesRefused: number
}

interface Statuses {
  requested: boolean
  items: { sequence: number; state: string }[]
}

/** What failed waits for an officer, who may want the same file to be offered again. */
const OVER = new Set(['expired', 'revoked'])

/** A system that makes keys for terminals and deposits them, by the published REST and with an API key of its own. */
export class KeySystem {
  readonly counts: KeySystemCounts = { keyFilesDeposited: 0, keyFilesAgain: 0, keyFilesRefused: 0 }
  readonly #client: TerminalClient
  readonly #apiKey: string
  readonly #batch: string
  readonly #filling: number
  readonly #sequences = new Map<string, number>()
  readonly #open = new Map<string, KeyDeposit>()

  /**
   * @param apiKey of the scope `keys:deposit`
   * @param filling characters by which its files are larger than their keys
   */
  constructor(client: TerminalClient, apiKey: string, batch: string, filling = 0) {
    this.#client = client
    this.#apiKey = apiKey
    this.#batch = batch
    this.#filling = filling
  }

  /** The file that is deposited next: what was not answered as it was, else a new one under the next number. */
  async next(target: KeyTarget): Promise<KeyDeposit> {
    const { serial } = target
    const open = this.#open.get(serial)
    if (open !== undefined) return open
    const last = this.#sequences.get(serial) ?? (await this.#statusesOf(serial))?.items[0]?.sequence ?? 0
    const made = {
      serial,
      sequence: last + 1,
      bytes: makeKeyBundle(target, last + 1, { filling: this.#filling }),
    }
    this.#open.set(serial, made)
    return made
  }

  /**
   * Deposits the next file for a terminal.
   * @throws ConnectionLost whether it was taken is not known: the next call deposits the same again
   */
  async deposit(target: KeyTarget, more: Pick<Send, 'cut'> = {}): Promise<Answer> {
    const { serial, sequence, bytes } = await this.next(target)
    const query = new URLSearchParams({ batch: this.#batch })
    const answer = await this.#client.send({
      method: 'PUT',
      path: `/api/v1/keys/${encodeURIComponent(serial)}/${sequence}?${query}`,
      token: this.#apiKey,
      body: bytes,
      ...more,
    })
    const isTaken = answer.status === 201 || answer.status === 200
    if (isTaken) this.counts[answer.status === 201 ? 'keyFilesDeposited' : 'keyFilesAgain']++
    else this.counts.keyFilesRefused++
    if (isTaken || answer.status < 429) {
      this.#open.delete(serial)
      this.#sequences.set(serial, sequence)
    }
    return answer
  }

  /** A round every so often, until `signal`. */
  async run(targets: readonly KeyTarget[], everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.round(targets, signal)
      await wait(everyMs, undefined, { signal }).catch(() => {})
    }
  }

  /** Deposits for all terminals that have no file, ask for one, or whose file has expired or was revoked. */
  async round(targets: readonly KeyTarget[], signal: AbortSignal): Promise<void> {
    for (const target of targets) {
      if (signal.aborted) return
      try {
        if (await this.#isWanted(target)) await this.deposit(target)
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error
      }
    }
  }

  async #isWanted({ serial }: KeyTarget): Promise<boolean> {
    if (this.#open.has(serial)) return true
    const statuses = await this.#statusesOf(serial)
    if (statuses === undefined) return false
    const [newest] = statuses.items
    return newest === undefined || statuses.requested || OVER.has(newest.state)
  }

  async #statusesOf(serial: string): Promise<Statuses | undefined> {
    const answer = await this.#client.send({
      method: 'GET',
      path: `/api/v1/keys/${encodeURIComponent(serial)}?limit=1`,
      token: this.#apiKey,
    })
    if (answer.status === 200) return answer.json<Statuses>()
    if (answer.status === 401 || answer.status === 403)
      throw new Error(`The key system's API key is refused: ${answer.body}`)
    return undefined
  }
}
