import { createStore, produce, unwrap } from 'solid-js/store'
import { dropUpload, sendFile, UploadRefused, type UploadSender, type UploadSource } from './transport'

export type UploadState = 'waiting' | 'sending' | 'interrupted' | 'failed' | 'sent'

/** One file on its way. */
export interface Upload<File extends UploadSource = UploadSource> {
  readonly id: number
  readonly file: File
  readonly state: UploadState
  /** 0 to 1. */
  readonly progress: number
  readonly bytesPerSecond: number | undefined
  /** What the server knows the file by, from its first byte on. */
  readonly uploadId: string | undefined
  /** Why it failed: a stable code of the server, or `unreachable`. */
  readonly code: string | undefined
}

export interface UploadsOptions<File extends UploadSource> {
  send: UploadSender
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  nowMs: () => number
  /** What the files are for: one too large for it is refused before it is sent. */
  purpose?: string | undefined
  /** What is taken off the list or left unfinished stays on the server, for whoever goes on with it. */
  isKept?: boolean | undefined
  /** The server has announced the file: by this id it can be gone on with, even after the page was left. */
  onStarted?: ((file: File, uploadId: string) => void) | undefined
  onSent?: ((file: File, uploadId: string) => void) | undefined
}

export interface Uploads<File extends UploadSource = UploadSource> {
  readonly items: readonly Upload<File>[]
  /** `uploadIdOf` names an earlier try of the very same file, which is gone on with. */
  add(files: readonly File[], uploadIdOf?: (file: File) => string | undefined): void
  /** Takes a file off the list, stops it, and lets the server forget what it has of it unless all of it arrived, or it is kept. */
  remove(id: number): void
  /** Goes on with a failed one where it stopped. */
  retry(id: number): void
  /** Empties the list, such as when all that was sent has been used. */
  clear(): void
  /** True while anything waits or is under way. */
  isBusy(): boolean
}

const FILES_AT_ONCE = 3
/** Of all files together: browsers keep six connections to a server, and the page needs some of them. */
const PARTS_AT_ONCE = 3
/** Speed is that of the last seconds. */
const SPEED_WINDOW_MS = 4_000

type Mutable<Item> = { -readonly [Key in keyof Item]: Item[Key] }

/** A list of files that are sent by themselves, a few at once, each on its own. */
export function createUploadQueue<File extends UploadSource>({
  send,
  wait,
  nowMs,
  purpose,
  isKept,
  onStarted,
  onSent,
}: UploadsOptions<File>): Uploads<File> {
  const [items, setItems] = createStore<Upload<File>[]>([])
  const aborts = new Map<number, AbortController>()
  const slot = createSlots(PARTS_AT_ONCE)
  let lastId = 0

  const find = (id: number) => items.find((one) => one.id === id)
  const change = (id: number, values: Partial<Mutable<Upload<File>>>) =>
    setItems((one) => one.id === id, values as Partial<Upload<File>>)

  const pump = () => {
    for (const one of items) {
      if (aborts.size >= FILES_AT_ONCE) return
      if (one.state === 'waiting') void run(one.id)
    }
  }
  const run = async (id: number) => {
    const one = find(id)
    if (one === undefined) return
    const file = unwrap(one).file
    const abort = new AbortController()
    const speedOf = createSpeed(nowMs)
    aborts.set(id, abort)
    change(id, { state: 'sending', code: undefined })
    try {
      const uploadId = await sendFile(file, {
        send,
        wait,
        slot,
        signal: abort.signal,
        purpose,
        uploadId: one.uploadId,
        onStarted(uploadId) {
          change(id, { uploadId })
          onStarted?.(file, uploadId)
        },
        onProgress: (sentBytes) =>
          change(id, {
            progress: file.size === 0 ? 0 : sentBytes / file.size,
            bytesPerSecond: speedOf(sentBytes),
          }),
        onInterrupted: (isInterrupted) => change(id, { state: isInterrupted ? 'interrupted' : 'sending' }),
      })
      change(id, { state: 'sent', progress: 1, bytesPerSecond: undefined, uploadId })
      onSent?.(file, uploadId)
    } catch (error) {
      const code = error instanceof UploadRefused ? error.code : 'unknown'
      if (!abort.signal.aborted) change(id, { state: 'failed', code, bytesPerSecond: undefined })
    } finally {
      aborts.delete(id)
      pump()
    }
  }
  const stop = (one: Upload<File>) => {
    aborts.get(one.id)?.abort()
    if (!isKept && one.uploadId !== undefined && one.state !== 'sent') void dropUpload(one.uploadId, send)
  }

  return {
    items,
    add(files, uploadIdOf) {
      const added = files.map((file) => {
        lastId += 1
        return {
          id: lastId,
          file,
          state: 'waiting',
          progress: 0,
          uploadId: uploadIdOf?.(file),
        } as Upload<File>
      })
      setItems(produce((list) => list.push(...added)))
      pump()
    },
    remove(id) {
      const one = find(id)
      if (one === undefined) return
      stop(one)
      setItems((list) => list.filter((other) => other.id !== id))
    },
    retry(id) {
      if (find(id)?.state !== 'failed') return
      change(id, { state: 'waiting' })
      pump()
    },
    clear() {
      for (const one of items) stop(one)
      setItems([])
    },
    isBusy: () =>
      items.some(({ state }) => state === 'waiting' || state === 'sending' || state === 'interrupted'),
  }
}

/** Runs no more than so many at once; the others wait in the order they came. */
function createSlots(count: number) {
  const queue: (() => void)[] = []
  let free = count
  return async <Result>(run: () => Promise<Result>): Promise<Result> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await run()
    } finally {
      const next = queue.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}

function createSpeed(nowMs: () => number) {
  const samples: { atMs: number; bytes: number }[] = []
  return (bytes: number): number | undefined => {
    const atMs = nowMs()
    samples.push({ atMs, bytes })
    while (samples.length > 2 && atMs - (samples[0]?.atMs ?? atMs) > SPEED_WINDOW_MS) samples.shift()
    const [first] = samples
    if (first === undefined || atMs - first.atMs < 500) return undefined
    return Math.max(0, (bytes - first.bytes) / ((atMs - first.atMs) / 1000))
  }
}
