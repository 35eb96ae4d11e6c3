/**
 * Files in resumable parts. The server says how large a part is; parts go in any order, the same one twice does no harm, and after an
 * interruption the server is asked which it has. Whatever may pass by itself (no network, a busy server) is waited out with growing
 * pauses; every part that arrives starts the count anew. A refusal ends the upload.
 */
export interface UploadRequest {
  method: 'POST' | 'PUT' | 'GET' | 'DELETE'
  url: string
  body?: Blob | string
  signal: AbortSignal
  /** Bytes of the body that have left so far. */
  onProgress?: (sentBytes: number) => void
}
export interface UploadAnswer {
  status: number
  text: string
  retryAfterSeconds?: number | undefined
}
/** Sends one request. Rejects where no answer came, and with the signal's reason where it was aborted. */
export type UploadSender = (request: UploadRequest) => Promise<UploadAnswer>

export interface UploadSource extends Pick<Blob, 'slice' | 'size'> {
  name: string
}
export interface UploadOptions {
  send: UploadSender
  signal: AbortSignal
  /** What the file is for, where the server knows purposes. */
  purpose?: string | undefined
  /** An earlier try that is to be gone on with. */
  uploadId?: string | undefined
  onStarted?: (uploadId: string) => void
  onProgress?: (sentBytes: number) => void
  /** True while nothing gets through and it is tried again. */
  onInterrupted?: (isInterrupted: boolean) => void
  /** Waits before a next try; ends early where the network is back. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Runs a part when its turn has come, for all uploads together. */
  slot?: <Result>(run: () => Promise<Result>) => Promise<Result>
}

/** The upload was refused, or given up after too many tries. `code` is the server's stable one, or `unreachable`. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused'
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

interface Known {
  uploadId: string
  partBytes: number
  receivedParts: number[]
}

const BASE = '/api/v1/uploads'
const PARTS_AT_ONCE = 3
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
const TRIES_WITHOUT_PROGRESS = 20
const PASSES_BY_ITSELF = new Set([408, 425, 429, 500, 502, 503, 504])

/** Something that is worth another try; never leaves this module. */
class Interruption extends Error {
  constructor(readonly afterMs = 0) {
    super('interrupted')
  }
}

/**
 * Sends a file and returns the id the server knows it by.
 *
 * @throws UploadRefused, or the signal's reason where it was aborted.
 */
export async function sendFile(file: UploadSource, options: UploadOptions): Promise<string> {
  const { signal, onInterrupted } = options
  let uploadId = options.uploadId
  let tries = 0
  for (;;) {
    try {
      const known = await begin(file, uploadId, options)
      if (known.uploadId !== uploadId) options.onStarted?.(known.uploadId)
      uploadId = known.uploadId
      await sendParts(file, known, options, () => {
        tries = 0
        onInterrupted?.(false)
      })
      return uploadId
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Interruption)) throw error
      tries += 1
      if (tries > TRIES_WITHOUT_PROGRESS)
        throw new UploadRefused('unreachable', 'The server cannot be reached.')
      onInterrupted?.(true)
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1))
      await options.wait(Math.max(pauseMs, error.afterMs), signal)
    }
  }
}

/** Tells the server to forget an upload; that it cannot be told does no harm, for old uploads end by themselves. */
export async function dropUpload(uploadId: string, send: UploadSender): Promise<void> {
  const signal = AbortSignal.timeout(10_000)
  await send({ method: 'DELETE', url: `${BASE}/${uploadId}`, signal }).catch(() => undefined)
}

/** What the server has of an upload; a new one where there was none or it has ended. */
async function begin(
  file: UploadSource,
  uploadId: string | undefined,
  { send, signal, purpose }: UploadOptions,
): Promise<Known> {
  if (uploadId !== undefined) {
    const answer = await attempt(send, { method: 'GET', url: `${BASE}/${uploadId}`, signal })
    if (answer.status !== 404) return JSON.parse(accepted(answer).text) as Known
  }
  const body = JSON.stringify({ fileName: file.name, sizeBytes: file.size, purpose })
  const answer = accepted(await attempt(send, { method: 'POST', url: BASE, body, signal }))
  return { receivedParts: [], ...(JSON.parse(answer.text) as Omit<Known, 'receivedParts'>) }
}

async function sendParts(
  file: UploadSource,
  { uploadId, partBytes, receivedParts }: Known,
  { send, signal, onProgress, slot = (run) => run() }: UploadOptions,
  onArrived: () => void,
): Promise<void> {
  const count = Math.ceil(file.size / partBytes)
  const there = new Set(receivedParts)
  const sizeOf = (index: number) => Math.min(partBytes, file.size - index * partBytes)
  const underWay = new Map<number, number>()
  let sentBytes = [...there].reduce((sum, index) => sum + sizeOf(index), 0)
  const report = () => onProgress?.(sentBytes + [...underWay.values()].reduce((sum, bytes) => sum + bytes, 0))
  report()

  const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !there.has(index))
  let failure: unknown
  const sendNext = async (): Promise<void> => {
    for (let index = missing.shift(); index !== undefined; index = missing.shift()) {
      const own = index
      await slot(async () => {
        if (failure !== undefined) return
        const body = file.slice(own * partBytes, own * partBytes + sizeOf(own))
        const url = `${BASE}/${uploadId}/parts/${own}`
        const track = (bytes: number) => {
          underWay.set(own, Math.min(bytes, sizeOf(own)))
          report()
        }
        accepted(await attempt(send, { method: 'PUT', url, body, signal, onProgress: track }))
        sentBytes += sizeOf(own)
        onArrived()
      }).catch((error: unknown) => {
        failure ??= error
        missing.length = 0
      })
      underWay.delete(own)
      report()
    }
  }
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, sendNext))
  if (failure !== undefined) throw failure
}

/** @throws Interruption where no answer came, or one that says to come again. */
async function attempt(send: UploadSender, request: UploadRequest): Promise<UploadAnswer> {
  let answer: UploadAnswer
  try {
    answer = await send(request)
  } catch {
    request.signal.throwIfAborted()
    throw new Interruption()
  }
  if (PASSES_BY_ITSELF.has(answer.status)) throw new Interruption((answer.retryAfterSeconds ?? 0) * 1000)
  return answer
}

/** @throws UploadRefused with the problem's code (RFC 9457) where the server did not accept. */
function accepted(answer: UploadAnswer): UploadAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer
  const { code, detail } = readProblem(answer.text)
  throw new UploadRefused(code ?? `http_${answer.status}`, detail ?? 'The server refused the upload.')
}

function readProblem(text: string): { code?: string; detail?: string } {
  try {
    const problem: unknown = JSON.parse(text)
    return typeof problem === 'object' && problem !== null ? problem : {}
  } catch {
    return {}
  }
}
