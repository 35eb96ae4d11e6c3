import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { TerminalClient } from '../../simulator/client'
import { between, chanceOf } from '../../simulator/random'
import type { FakeTerminal } from '../../simulator/terminal'
import type { Watch } from './watch'

const RETRY_MS = 100
const PAUSE_MS = 200
const SHORTEST_BYTES = 2_000
const LONGEST_BYTES = 200_000
const HOUR_MS = 3_600_000
/** Letters alone: of these nothing is cut, and what is there must be what was sent, byte for byte. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

export interface LogVerdict {
  acknowledged: number
  lost: number
  altered: number
  doubled: number
}

interface KeptLog {
  id: string
  name: string
  serial: string
}

/** ECR logs that terminals were promised to have handed over: files, not rows. */
export class LogLedger {
  readonly #acknowledged = new Map<string, string>()

  get acknowledged(): number {
    return this.#acknowledged.size
  }

  /** Hands logs over, each until it is taken, until `signal`. */
  async storm(terminal: FakeTerminal, watch: Watch, signal: AbortSignal): Promise<void> {
    const { serial } = terminal.persona
    const chance = chanceOf(`torture logs ${serial}`)
    for (let number = 1; !signal.aborted; number++) {
      const name = `torture-${'x'.repeat(number % 7)}${number}.log`
      const body = Buffer.from(lettersOf(chance, between(chance, SHORTEST_BYTES, LONGEST_BYTES)))
      const to = Date.now() - number * HOUR_MS
      const query = new URLSearchParams({
        from: new Date(to - HOUR_MS).toISOString(),
        to: new Date(to).toISOString(),
      })
      const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
      let isTaken = false
      while (!isTaken && !signal.aborted) {
        const answer = await watch.over(
          'PUT ecr-logs',
          terminal.send('PUT', `/ecr-logs/${name}?${query}`, { body, headers }),
        )
        isTaken = answer !== undefined && answer.status < 300
        if (isTaken) this.#acknowledged.set(`${serial} ${name}`, sha256(body))
        await wait(isTaken ? PAUSE_MS : RETRY_MS)
      }
    }
  }

  /** Reads every log that is there and compares it with what was sent. */
  async judge(client: TerminalClient, apiKey: string): Promise<LogVerdict> {
    const verdict: LogVerdict = { acknowledged: this.acknowledged, lost: 0, altered: 0, doubled: 0 }
    const found = new Map<string, number>()
    for await (const { id, name, serial } of logsOf(client, apiKey)) {
      const key = `${serial} ${name}`
      found.set(key, (found.get(key) ?? 0) + 1)
      const promised = this.#acknowledged.get(key)
      if (promised === undefined) continue
      const path = `/api/v1/ecr-logs/${id}/content`
      const answer = await client.send({ method: 'GET', path, token: apiKey })
      if (answer.status !== 200 || sha256(answer.body) !== promised) verdict.altered++
    }
    for (const key of this.#acknowledged.keys()) if (!found.has(key)) verdict.lost++
    for (const times of found.values()) if (times > 1) verdict.doubled++
    return verdict
  }
}

/** Every log that is there, page by page. */
export async function* logsOf(client: TerminalClient, apiKey: string): AsyncGenerator<KeptLog> {
  for (let cursor: string | null | undefined = ''; typeof cursor === 'string'; ) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await client.send({
      ...{ method: 'GET', path: `/api/v1/ecr-logs?limit=100${after}`, token: apiKey },
    })
    if (answer.status !== 200) throw new Error(`listing ECR logs: ${answer.status} ${answer.body}`)
    const page = answer.json<{ items: KeptLog[]; nextCursor: string | null }>()
    yield* page.items
    cursor = page.nextCursor
  }
}

function lettersOf(chance: () => number, length: number): string {
  let line = ''
  for (let at = 0; at < 60; at++) line += LETTERS[Math.floor(chance() * LETTERS.length)]
  return `${line}\n`.repeat(Math.ceil(length / 61))
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
