const EVERY_MS = 2_000

/** A line now and then on standard error, so that whoever waits sees that it goes on. */
export class Progress {
  #toldAt = 0

  constructor(private readonly write: (line: string) => void) {}

  /** At most every other second. */
  tell(line: string): void {
    const now = Date.now()
    if (now - this.#toldAt < EVERY_MS) return
    this.#toldAt = now
    this.write(line)
  }

  /** What should be seen in any case. */
  say(line: string): void {
    this.#toldAt = Date.now()
    this.write(line)
  }
}
