/**
 * Answers that are ready in one turn of the event loop leave together, at its end. Sent one by one, between reading one
 * request and the next, each of them wakes whoever reads at the other end; on a machine that is shared with a proxy or a
 * database that wake-up is the dearest part of a check-in answered from memory. Nobody waits longer than the turn lasts.
 */
export class Outbox {
  #waiting: (() => void)[] = []

  /** Calls `send` at the end of this turn; it must not throw. */
  put(send: () => void): void {
    this.#waiting.push(send)
    if (this.#waiting.length === 1) setImmediate(() => this.#sendAll())
  }

  #sendAll(): void {
    const ready = this.#waiting
    this.#waiting = []
    for (const send of ready) send()
  }
}
