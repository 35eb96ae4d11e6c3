import { createServer, type Server, type Socket, connect as tcp } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export type Target = { port: number; host: string } | { path: string }

/**
 * How the line is: everything passes; both ends are hung up and nobody gets through; nothing passes, and nobody is told;
 * each piece takes its time.
 */
export type Condition = { is: 'whole' } | { is: 'cut' } | { is: 'silent' } | { is: 'slow'; ms: number }

const WHOLE: Condition = { is: 'whole' }

/** A TCP line to a server, which can be bad. */
export class Line {
  #condition: Condition = WHOLE
  /** Those who wait for another condition. */
  readonly #waiting = new Set<() => void>()
  readonly #open = new Set<Socket>()

  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {}

  static async to(target: Target): Promise<Line> {
    const server = createServer({ allowHalfOpen: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const line = new Line(typeof address === 'object' && address !== null ? address.port : 0, server)
    server.on('connection', (near) => line.#join(near, target))
    return line
  }

  turn(condition: Condition): void {
    this.#condition = condition
    for (const goOn of this.#waiting) goOn()
    this.#waiting.clear()
    // What was silent for a while does not come to life again: its peers may have given it up.
    if (condition.is === 'cut' || condition.is === 'whole') for (const socket of this.#open) socket.destroy()
  }

  async close(): Promise<void> {
    this.turn({ is: 'cut' })
    await new Promise((resolve) => this.server.close(resolve))
  }

  #join(near: Socket, target: Target): void {
    if (this.#condition.is === 'cut') return void near.destroy()
    const far = tcp({ ...target, allowHalfOpen: true })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#open.delete(socket)
        other.destroy()
      })
      void this.#carry(socket, other).catch(() => other.destroy())
    }
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    for await (const piece of from) {
      while (this.#condition.is === 'silent') await new Promise<void>((resolve) => this.#waiting.add(resolve))
      if (this.#condition.is === 'slow') await wait(this.#condition.ms)
      await new Promise<void>((resolve) => to.write(piece as Buffer, () => resolve()))
    }
    to.end()
  }
}
