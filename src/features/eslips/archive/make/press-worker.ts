import os from 'node:os'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { AsyncBuffer } from 'hyparquet'
import type { Summary } from '../format/summary'
import { openLocalPress, type PackedGroup } from './press'

/** What the thread is asked to do; `slice` and `failure` answer a question of its own. */
export type Order =
  | { is: 'group'; id: number; group: PackedGroup }
  | { is: 'finish'; id: number }
  | { is: 'summarise'; id: number; sizeBytes: number }
  | { is: 'slice'; id: number; bytes: ArrayBuffer }
  | { is: 'slice-failed'; id: number; message: string }

/** What it says: answers to orders, and which part of the file it wants to see. */
export type Report =
  | { is: 'done'; id: number; bytes?: Uint8Array; summary?: Summary }
  | { is: 'failed'; id: number; message: string }
  | { is: 'want'; id: number; start: number; end: number }

/** Lowest but one: whoever waits for an answer of the server goes first. */
const NICE = 18

/** The body of the thread: a press behind a port. */
export function servePress(): void {
  const port = parentPort
  if (port === null) throw new Error('This runs as a worker only.')
  yieldToOthers()
  const press = openLocalPress(String(workerData))
  const wanted = new Map<number, { resolve(bytes: ArrayBuffer): void; reject(error: Error): void }>()
  const work = async (order: Order): Promise<Omit<Extract<Report, { is: 'done' }>, 'is' | 'id'>> => {
    if (order.is === 'group') return { bytes: await press.addGroup(order.group) }
    if (order.is === 'finish') return press.finish()
    if (order.is === 'summarise')
      return { summary: await press.summarise(fileBehind(port, order.sizeBytes, wanted)) }
    return {}
  }
  port.on('message', (order: Order) => {
    if (order.is === 'slice') return wanted.get(order.id)?.resolve(order.bytes)
    if (order.is === 'slice-failed') return wanted.get(order.id)?.reject(new Error(order.message))
    work(order).then(
      (made) =>
        port.postMessage({ is: 'done', id: order.id, ...made } satisfies Report, transferable(made.bytes)),
      (error: unknown) =>
        port.postMessage({
          is: 'failed',
          id: order.id,
          message: error instanceof Error ? error.message : String(error),
        } satisfies Report),
    )
  })
}

function fileBehind(
  port: MessagePort,
  byteLength: number,
  wanted: Map<number, { resolve(bytes: ArrayBuffer): void; reject(error: Error): void }>,
): AsyncBuffer {
  let count = 0
  return {
    byteLength,
    slice(start, end = byteLength) {
      const id = ++count
      return new Promise<ArrayBuffer>((resolve, reject) => {
        wanted.set(id, { resolve, reject })
        port.postMessage({ is: 'want', id, start, end } satisfies Report)
      }).finally(() => wanted.delete(id))
    },
  }
}

const transferable = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]

/** On Linux a priority is a thread's own. Elsewhere, and where it is not allowed, the system shares as it sees fit. */
function yieldToOthers(): void {
  if (process.platform !== 'linux') return
  try {
    os.setPriority(0, NICE)
  } catch {
    // As it was.
  }
}
