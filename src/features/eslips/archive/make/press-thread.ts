import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { AsyncBuffer } from 'hyparquet'
import { openLocalPress, type Press } from './press'
import type { Order, Report } from './press-worker'

type Done = Extract<Report, { is: 'done' }>
interface Waiting {
  resolve(done: Done): void
  reject(error: Error): void
}

/** A press on a thread of its own where the build has laid one out; sources run it where they are. */
export function openPress(day: string): Press {
  const program = findProgram()
  return program === undefined ? openLocalPress(day) : openThread(program, day)
}

/** The build puts programs of the tools into `tools`, above the server's bundle and beside those of the tools. */
function findProgram(): string | undefined {
  const start = path.dirname(fileURLToPath(import.meta.url))
  for (let folder = start; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'tools', 'slip-press.mjs')
    if (existsSync(candidate)) return candidate
    if (path.dirname(folder) === folder) return undefined
  }
}

function openThread(program: string, day: string): Press {
  const worker = new Worker(program, { workerData: day })
  const waiting = new Map<number, Waiting>()
  let file: AsyncBuffer | undefined
  let count = 0
  const ask = (order: Order, transfer: ArrayBuffer[] = []): Promise<Done> =>
    new Promise((resolve, reject) => {
      waiting.set(order.id, { resolve, reject })
      worker.postMessage(order, transfer)
    })
  const failAll = (error: Error) => {
    for (const one of waiting.values()) one.reject(error)
    waiting.clear()
  }
  worker.on('error', failAll)
  worker.on('exit', () => failAll(new Error('The thread that makes archives has ended.')))
  worker.on('message', (report: Report) => {
    if (report.is === 'want') return void answer(worker, file, report)
    const one = waiting.get(report.id)
    waiting.delete(report.id)
    if (report.is === 'done') one?.resolve(report)
    else one?.reject(new Error(report.message))
  })
  return {
    async addGroup(group) {
      const parts = [group.cells.buffer, group.contents.buffer, group.ends.buffer]
      return present((await ask({ is: 'group', id: ++count, group }, parts)).bytes)
    },
    async finish() {
      const { bytes, summary } = await ask({ is: 'finish', id: ++count })
      return { bytes: present(bytes), summary: present(summary) }
    },
    async summarise(given) {
      file = given
      return present((await ask({ is: 'summarise', id: ++count, sizeBytes: given.byteLength })).summary)
    },
    async close() {
      await worker.terminate()
    },
  }
}

/** The thread has no store: what it wants to see of the file is read here. */
async function answer(
  worker: Worker,
  file: AsyncBuffer | undefined,
  { id, start, end }: Extract<Report, { is: 'want' }>,
): Promise<void> {
  try {
    const bytes = await present(file).slice(start, end)
    worker.postMessage({ is: 'slice', id, bytes } satisfies Order, [bytes])
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    worker.postMessage({ is: 'slice-failed', id, message } satisfies Order)
  }
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The thread that makes archives said nothing.')
  return value
}
