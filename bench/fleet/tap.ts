import type { HandOverResult } from '../../src/features/eslips/ingest'
import { type Answer, ConnectionLost, type Send, TerminalClient } from '../../src/tools/simulator/client'
import type { FakeTerminal } from '../../src/tools/simulator/terminal'
import { Watch } from '../../src/tools/torture/faults/watch'
import { Ledger, type PulledSlip } from '../../src/tools/torture/ledger'

/** What terminals ask, as it is told apart in the figures. */
export const KINDS = [
  ...['idle check-in', 'changed check-in', 'slips', 'ECR log', 'piece of a package', 'licence'],
  'result of an action',
] as const
export type Kind = (typeof KINDS)[number]

/** What came of all requests of a while. */
export class Tally {
  /** From the first byte sent to the last received, in ms. */
  readonly times = new Map<Kind, number[]>(KINDS.map((kind) => [kind, []]))
  readonly watch = new Watch()

  of(...kinds: readonly Kind[]): number[] {
    return kinds.flatMap((kind) => this.times.get(kind) ?? [])
  }

  /** Refused otherwise than for a time, or left without an answer. */
  get failed(): number {
    return [...this.watch.unfit.values()].reduce((sum, times) => sum + times, this.watch.broken)
  }

  /** What went wrong, for people. */
  get troubles(): string[] {
    const { unfit, refusals, broken } = this.watch
    return [
      ...[...unfit].map(([said, times]) => `${times} × ${said}`),
      ...[...refusals].map(([code, times]) => `${times} × told to come again: ${code}`),
      ...(broken > 0 ? [`${broken} requests were left without an answer`] : []),
    ]
  }
}

/** The simulator's own client, with a clock at it, and a memory of what terminals were promised. */
export class Tap extends TerminalClient {
  tally = new Tally()
  readonly #serials = new Map<string, string>()
  readonly #slips = new Ledger()
  /** Serial number and name of every log that was acknowledged. */
  readonly #logs = new Set<string>()

  /** Of whom a promise is remembered. */
  know(terminals: readonly FakeTerminal[]): void {
    for (const { token, persona } of terminals) this.#serials.set(token ?? '', persona.serial)
  }

  get acknowledgedSlips(): number {
    return this.#slips.acknowledged
  }

  get acknowledgedLogs(): number {
    return this.#logs.size
  }

  override async send(message: Send): Promise<Answer> {
    const kind = kindOf(message)
    if (kind === undefined) return super.send(message)
    const { times, watch } = this.tally
    const startedAt = performance.now()
    watch.asked++
    try {
      const answer = await super.send(message)
      watch.judge(`${message.method} ${kind}`, answer)
      if (answer.status < 400) times.get(kind)?.push(performance.now() - startedAt)
      this.#remember(message, answer)
      return answer
    } catch (error) {
      if (error instanceof ConnectionLost) watch.broken++
      throw error
    }
  }

  #remember({ method, path, token = '', json }: Send, answer: Answer): void {
    const serial = this.#serials.get(token)
    if (serial === undefined || answer.status >= 300) return
    const [, log] = LOG.exec(path) ?? []
    if (log !== undefined && method === 'PUT') this.#logs.add(`${serial} ${decodeURIComponent(log)}`)
    if (path !== SLIPS) return
    const { slips } = json as { slips: Parameters<Ledger['sent']>[1][] }
    const { results } = answer.json<{ results: HandOverResult[] }>()
    for (const [at, slip] of slips.entries()) {
      this.#slips.sent(serial, slip)
      if (results[at]?.status !== 'rejected') this.#slips.acknowledge(serial, slip)
    }
  }

  judgeSlips(all: readonly PulledSlip[]) {
    return this.#slips.judge(all)
  }

  /** @param kept as serial number and name */
  lostLogs(kept: ReadonlySet<string>): number {
    return [...this.#logs].filter((log) => !kept.has(log)).length
  }
}

const SLIPS = '/terminal/v1/eslips'
const LOG = /^\/terminal\/v1\/ecr-logs\/([^?]+)/

/** Undefined of what is no terminal's day: enrolling, and what integrators ask. */
function kindOf({ path, json }: Send): Kind | undefined {
  if (path === '/terminal/v1/check-in')
    return (json as { status?: unknown }).status === undefined ? 'idle check-in' : 'changed check-in'
  if (path === SLIPS) return 'slips'
  if (LOG.test(path)) return 'ECR log'
  if (path.startsWith('/terminal/v1/actions/')) return 'result of an action'
  if (path.includes('/files/')) return 'piece of a package'
  return path.includes('/license') ? 'licence' : undefined
}
