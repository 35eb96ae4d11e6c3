import { Worker } from 'node:worker_threads'
import type { RandomAccess } from '../../../core/zip'
import { apkRefused } from './errors'
import type { ApkFacts, ApkRefusal } from './facts'
import { workLimitMs } from './read/source'
import type { Report, Slice } from './worker'

/** The reader has its own caps; this ends a thread that goes astray all the same. Deno does not know it. */
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }

/** The thread gives up by itself at the limit. It is ended from outside where it does not come to that. */
const GRACE_MS = 3_000

/**
 * Reads an APK in a thread of its own, whose program is at this path. The thread has no files and no store: what it wants
 * to see is read here. Its time runs only while it is not waiting for that.
 */
export function readInThread(
  program: string,
  source: RandomAccess,
  {
    signal,
    limitMs = workLimitMs(source.sizeBytes) + GRACE_MS,
  }: { signal?: AbortSignal; limitMs?: number } = {},
): Promise<ApkFacts> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const worker = new Worker(program, { workerData: source.sizeBytes, resourceLimits: MEMORY })
    const giveUp = () => end(() => reject(signal?.reason))
    const clock = new WorkClock(limitMs, () => end(() => reject(apkRefused('too_slow'))))
    let isOver = false
    const end = (settle: () => void) => {
      if (isOver) return
      isOver = true
      clock.stop()
      signal?.removeEventListener('abort', giveUp)
      // Not before it is gone: whoever comes next has its memory.
      worker.terminate().then(settle, settle)
    }
    signal?.addEventListener('abort', giveUp)
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      end(() => reject(isMemory ? apkRefused('too_much_memory', '', { cause: error }) : error))
    })
    worker.on('exit', () => end(() => reject(new Error('The thread that reads APKs has ended.'))))
    worker.on('message', (report: Report) => {
      if (report.is === 'want') return void clock.pause(() => answer(worker, source, report)).catch(fail)
      if (report.is === 'read') return end(() => resolve(report.facts))
      const { is } = report
      if (is === 'refused') return end(() => reject(apkRefused(report.why as ApkRefusal, report.detail)))
      fail(new Error(`The thread that reads APKs failed: ${report.message}`))
    })
    const fail = (error: unknown) => end(() => reject(error))
  })
}

async function answer(
  worker: Worker,
  source: RandomAccess,
  { id, start, lengthBytes }: Extract<Report, { is: 'want' }>,
): Promise<void> {
  const read = await source.read(start, lengthBytes)
  // Alone in its buffer: Deno posts the whole buffer of a view, and Node cannot give away one it shares.
  const bytes = new Uint8Array(read).buffer
  worker.postMessage({ id, bytes } satisfies Slice, [bytes])
}

/** Runs out after so much time in which nobody was waited for. */
class WorkClock {
  #leftMs: number
  #waiting = 0
  #runningSince = 0
  #timer: NodeJS.Timeout | undefined
  readonly #over: () => void

  constructor(limitMs: number, over: () => void) {
    this.#leftMs = limitMs
    this.#over = over
    this.#run()
  }

  async pause(wait: () => Promise<void>): Promise<void> {
    if (this.#waiting++ === 0) this.#halt()
    try {
      await wait()
    } finally {
      if (--this.#waiting === 0) this.#run()
    }
  }

  stop(): void {
    this.#waiting = Number.POSITIVE_INFINITY
    clearTimeout(this.#timer)
  }

  #run(): void {
    this.#runningSince = performance.now()
    this.#timer = setTimeout(this.#over, Math.max(0, this.#leftMs))
  }

  #halt(): void {
    clearTimeout(this.#timer)
    this.#leftMs -= performance.now() - this.#runningSince
  }
}
