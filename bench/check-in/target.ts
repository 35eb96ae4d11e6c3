import type { Outcome } from './client'
import type { Client } from './processes'
import type { Kind } from './requests'
import type { RunningServer } from './servers'

/** A server that is polled in slices; remembers whose turn it is. */
export class Target {
  #turn = 0
  #last: Outcome | undefined

  constructor(
    readonly client: Client,
    readonly server: RunningServer,
    readonly terminals: number,
    readonly connections: number,
  ) {}

  /** @param terminals so many of them poll in turn; all, where it is not told */
  async poll(kind: Kind, seconds: number, terminals = this.terminals): Promise<Outcome> {
    const { connections } = this
    const { port } = this.server
    const order = { port, kind, terminals, firstTurn: this.#turn, connections, seconds }
    const outcome = await this.client.poll(order)
    this.#turn = outcome.nextTurn
    this.#last = outcome
    const wrong = Object.keys(outcome.statuses).filter(
      (status) => status !== (kind === 'echo' ? '200' : '204'),
    )
    if (wrong.length > 0) throw new Error(`${kind}: answered ${JSON.stringify(outcome.statuses)}`)
    return outcome
  }

  get turns(): number {
    return this.#turn
  }

  /** Bytes of the last request and answer, with their heads. */
  get wire(): string {
    return `${this.#last?.requestBytes} bytes a request, ${this.#last?.answerBytes} an answer`
  }
}
