import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const START_LIMIT_MS = 60_000
/** Tortured terminals do not wait. */
export const NO_LIMITS = { TERMINAL_REQUESTS_PER_MINUTE: '100000', STRANGER_REQUESTS_PER_MINUTE: '100000' }

/** The built server on a folder of its own: started, killed as a power failure would, started again. */
export class Victim {
  readonly url: string
  readonly #settings: readonly string[]
  readonly #output = outputFolder()
  #child: ChildProcess | undefined
  #said = ''

  private constructor(
    readonly storage: string,
    port: number,
    settings: Readonly<Record<string, string>>,
    private readonly preload: Readonly<Record<string, string>>,
  ) {
    this.url = `http://127.0.0.1:${port}`
    const all = {
      HOST: '127.0.0.1',
      PORT: String(port),
      STORAGE_DIR: storage,
      LOG_LEVEL: 'warn',
      ...settings,
    }
    process.once('exit', () => this.#child?.kill('SIGKILL'))
    this.#settings = Object.entries(all).map(([name, value]) => `${name}=${value}`)
  }

  /** @param preload of the server's own environment alone, not of the command line's beside it */
  static async on(
    storage: string,
    settings: Readonly<Record<string, string>> = {},
    preload: Readonly<Record<string, string>> = {},
  ): Promise<Victim> {
    return new Victim(storage, await freePort(), settings, preload)
  }

  get pid(): number | undefined {
    return this.#child?.exitCode === null ? this.#child.pid : undefined
  }

  /** What it said of its mistakes, and how often. */
  readonly mistakes = new Map<string, number>()

  /** The end of what it said. */
  get said(): string {
    return this.#said
  }

  /** What of it lies in memory; 0 while it does not run. */
  memoryMib(): number {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
      return Math.round(Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024)
    } catch {
      return 0
    }
  }

  isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
  }

  /** Resolves when it takes requests. */
  async start(): Promise<void> {
    this.#said = ''
    const environment = Object.entries(this.preload).map(([name, value]) => `${name}=${value}`)
    const entry = path.join(this.#output, 'server/index.mjs')
    const child = spawn('env', [...this.#settings, ...environment, process.execPath, entry], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#said = (this.#said + chunk).slice(-4_000)
        for (const line of `${chunk}`.split('\n')) this.#note(line)
      })
    const giveUpAt = Date.now() + START_LIMIT_MS
    while (!(await this.isReady())) {
      if (child.exitCode !== null || Date.now() > giveUpAt)
        throw new Error(`The server does not start:\n${this.#said}`)
      await wait(20)
    }
  }

  #note(line: string): void {
    if (!line.startsWith('{"level":"error"')) return
    try {
      const { event, error, why } = JSON.parse(line) as { event: string; error?: object; why?: string }
      const mistake = `${event}: ${JSON.stringify(error ?? why)}`
      this.mistakes.set(mistake, (this.mistakes.get(mistake) ?? 0) + 1)
    } catch {
      // A line that came in two pieces.
    }
  }

  /** SIGKILL to the server's process; its database sees the end of a pipe and stops by itself. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** Runs the command line beside it. */
  async psm<Result>(...args: readonly string[]): Promise<Result> {
    const program = path.join(this.#output, 'tools/psm.mjs')
    const { stdout } = await promisify(execFile)('env', [
      ...this.#settings,
      ...[process.execPath, program, ...args, '--json'],
    ])
    return JSON.parse(stdout) as Result
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }
}

/** The nearest build above this program, which runs from the build itself or from a bundle kept beside it. */
function outputFolder(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, '.output')
    if (existsSync(path.join(candidate, 'server/index.mjs'))) return candidate
    if (path.dirname(folder) === folder) throw new Error('Nothing is built: run `npm run build` first.')
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
