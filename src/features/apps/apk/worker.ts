import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { RandomAccess } from '../../../core/zip'
import type { ApkFacts } from './facts'
import { readApk, refusalOf } from './read-apk'

/** What the thread is given: ranges it has asked for. A failed one ends the thread instead. */
export interface Slice {
  id: number
  bytes: ArrayBuffer
}

/** What it says: which range it wants to see, and in the end what it has found. */
export type Report =
  | { is: 'want'; id: number; start: number; lengthBytes: number }
  | { is: 'read'; facts: ApkFacts }
  | { is: 'refused'; why: string; detail: string }
  | { is: 'failed'; message: string }

/** The body of the thread: reads the one APK it was started for; whoever started it ends it. */
export function serveApkReader(): void {
  const port = parentPort
  if (port === null) throw new Error('This runs as a worker only.')
  const tell = (report: Report, transfer: ArrayBuffer[] = []) => port.postMessage(report, transfer)
  readApk(fileBehind(port, Number(workerData))).then(
    (facts) => tell({ is: 'read', facts }, facts.icon === null ? [] : [facts.icon.bytes.buffer]),
    (error: unknown) => {
      const refusal = refusalOf(error)
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      tell(refusal === undefined ? { is: 'failed', message } : { is: 'refused', ...refusal })
    },
  )
}

function fileBehind(port: MessagePort, sizeBytes: number): RandomAccess {
  const wanted = new Map<number, (bytes: Buffer) => void>()
  let count = 0
  port.on('message', ({ id, bytes }: Slice) => {
    wanted.get(id)?.(Buffer.from(bytes))
    wanted.delete(id)
  })
  return {
    sizeBytes,
    read(start, lengthBytes) {
      const id = ++count
      return new Promise<Buffer>((resolve) => {
        wanted.set(id, resolve)
        port.postMessage({ is: 'want', id, start, lengthBytes } satisfies Report)
      })
    },
  }
}
