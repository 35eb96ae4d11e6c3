import { setTimeout as wait } from 'node:timers/promises'
import { TerminalClient } from '../../src/tools/simulator/client'
import type { FakeTerminal } from '../../src/tools/simulator/terminal'
import { startServer } from '../check-in/processes'

const PAUSE_MS = 20

/**
 * A bare `node:http` server that echoes check-ins, asked again and again by the same process that plays the fleet: what the
 * caller and the machine need of every time that is measured.
 */
export class EchoBeside {
  readonly times: number[] = []
  readonly #stop = new AbortController()
  readonly #done: Promise<void>

  private constructor(
    readonly server: Awaited<ReturnType<typeof startServer>>,
    terminal: FakeTerminal,
  ) {
    this.#done = this.#ask(terminal)
  }

  static async start(terminal: FakeTerminal): Promise<EchoBeside> {
    return new EchoBeside(await startServer([process.execPath], { role: 'echo' }), terminal)
  }

  async #ask(terminal: FakeTerminal): Promise<void> {
    const client = new TerminalClient(`http://127.0.0.1:${this.server.port}`)
    const json = terminal.wholeStatus()
    while (!this.#stop.signal.aborted) {
      const startedAt = performance.now()
      await client.send({ method: 'POST', path: '/', json })
      this.times.push(performance.now() - startedAt)
      await wait(PAUSE_MS)
    }
    client.close()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#done
    await this.server.stop()
  }
}
