import { setTimeout as wait } from 'node:timers/promises'
import { ConnectionLost, type TerminalClient } from '../simulator/client'
import { between, type Chance, chanceOf } from '../simulator/random'
import type { PulledSlip } from './ledger'

interface Page {
  items: PulledSlip[]
  nextCursor: string
  hasMore: boolean
}

const RETRY_MS = 50

/** A program that pulls all slips as they come, over any number of the server's deaths. */
export class Exporter {
  readonly #chance: Chance
  #cursor: string | undefined
  readonly ids: string[] = []

  constructor(
    readonly name: string,
    readonly client: TerminalClient,
    readonly apiKey: string,
  ) {
    this.#chance = chanceOf(name)
  }

  /** Pulls until `signal`, and from then on to the end. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const isLast = signal.aborted
      const hasMore = await this.#pull(() => {})
      if (!hasMore && isLast) return
      if (!hasMore) await wait(RETRY_MS)
    }
  }

  /** All slips there are, each told once. */
  async all(tell: (slips: PulledSlip[]) => void): Promise<void> {
    while (await this.#pull(tell));
  }

  async #pull(tell: (slips: PulledSlip[]) => void): Promise<boolean> {
    const after = this.#cursor === undefined ? '' : `&after=${this.#cursor}`
    const path = `/api/v1/eslips?limit=${between(this.#chance, 1, 1_000)}${after}`
    const answer = await this.client
      .send({ method: 'GET', path, token: this.apiKey })
      .catch((error: unknown) => {
        if (error instanceof ConnectionLost) return undefined
        throw error
      })
    if (answer === undefined || answer.status >= 500 || answer.status === 429) {
      await wait(RETRY_MS)
      return true
    }
    if (answer.status !== 200) throw new Error(`${this.name} was answered ${answer.status} ${answer.body}`)
    const { items, nextCursor, hasMore } = answer.json<Page>()
    for (const { id } of items) this.ids.push(id)
    this.#cursor = nextCursor
    tell(items)
    return hasMore
  }
}

/** What of the whole an exporter did not get, and what it got again. */
export function compare(exporter: Exporter, all: readonly PulledSlip[]) {
  const got = new Set(exporter.ids)
  const skipped = all.filter(({ id }) => !got.has(id)).length
  return { got: exporter.ids.length, skipped, twice: exporter.ids.length - got.size }
}
