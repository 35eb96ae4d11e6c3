/** Longer than an address is good for, so that who could not use one is known when it asks again. */
const REMEMBERED_MS = 3_600_000
const MOST_REMEMBERED = 20_000

interface Sent {
  /** The first byte that was asked for. */
  start: number
  untilMs: number
  /** It came back for the same byte: where it was sent cannot be reached from where it stands. */
  isStuck: boolean
}

/**
 * Whom this server has sent to the store for a file. A terminal that comes back for the very byte it was sent away for did not get
 * it there: a firewall of the shop or the carrier lets it reach us alone, or it follows no redirects. It has the file from here
 * for the next hour. Each server remembers for itself: at worst a terminal is sent away once by each.
 */
export class Redirects {
  readonly #sent = new Map<string, Sent>()

  /** False where the terminal has it from here instead; true is remembered. */
  maySend(terminalId: string, sha256: string, start: number, atMs: number): boolean {
    const name = `${terminalId} ${sha256}`
    const known = this.#sent.get(name)
    const before = known !== undefined && known.untilMs > atMs ? known : undefined
    const isStuck = before !== undefined && (before.isStuck || before.start === start)
    this.#sent.delete(name)
    if (this.#sent.size >= MOST_REMEMBERED) this.#forgetOldest()
    this.#sent.set(name, { start, untilMs: atMs + REMEMBERED_MS, isStuck })
    return !isStuck
  }

  /** A map gives its entries back in the order they came. */
  #forgetOldest(): void {
    for (const name of this.#sent.keys()) {
      this.#sent.delete(name)
      return
    }
  }
}
