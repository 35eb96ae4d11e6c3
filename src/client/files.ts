import type { ClientOptions } from './options'
import { Refusal } from './refusal'

export interface FileOptions {
  /** Behind the `?`; what is undefined is left out. */
  query?: Readonly<Record<string, string | number | boolean | undefined>>
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
}

export interface UploadOptions {
  fileName: string
  /** What it is for, so that a file too large for that is refused before its bytes are sent. */
  purpose?: 'licenses' | 'terminals' | 'assignments' | 'packages' | 'apps'
  /** Called after each part with the number of bytes sent so far. */
  onProgress?(sentBytes: number): void
  signal?: AbortSignal
}

/** Bytes in and out: the addresses of the REST document that tRPC has no calls for. Refusals are thrown as `Refusal`. */
export interface Files {
  /** The answer of a download such as `/licenses/…/content`; its `body` is a stream, read no faster than it is wanted. */
  get(path: string, options?: FileOptions): Promise<Response>
  /** Sends a file whole, such as keys for `/keys/{serial}/{sequence}`; gives what the server says of it. */
  put(path: string, body: Blob | Uint8Array<ArrayBuffer> | string, options?: FileOptions): Promise<unknown>
  /** The same by POST, such as licences for `/licenses/import`. */
  post(
    path: string,
    body: Blob | Uint8Array<ArrayBuffer> | string | FormData,
    options?: FileOptions,
  ): Promise<unknown>
  /** Sends a file of any size in parts; gives the `uploadId` that other calls take. In Node: `await openAsBlob(path)`. */
  upload(file: Blob, options: UploadOptions): Promise<string>
}

interface Announced {
  uploadId: string
  partBytes: number
  partCount: number
}

/** Bytes by REST, with the same options as `createClient`. */
export function createFiles({ url, apiKey, fetch = globalThis.fetch }: ClientOptions): Files {
  const base = `${url.replace(/\/+$/, '')}/api/v1`
  const authorization: Record<string, string> =
    apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }

  async function ask(
    method: string,
    path: string,
    body: BodyInit | undefined,
    options: FileOptions,
  ): Promise<Response> {
    const answer = await fetch(`${base}${path}${queryOf(options.query)}`, {
      method,
      headers: { ...authorization, ...typeOf(body), ...options.headers },
      ...(body === undefined ? {} : { body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    if (answer.ok) return answer
    throw new Refusal(answer.status, await problemIn(answer))
  }

  return {
    get: (path, options = {}) => ask('GET', path, undefined, options),
    put: async (path, body, options = {}) => (await ask('PUT', path, body, options)).json(),
    post: async (path, body, options = {}) => (await ask('POST', path, body, options)).json(),
    async upload(file, { fileName, purpose, onProgress, signal }) {
      const options = signal === undefined ? {} : { signal }
      const announcement = JSON.stringify({ fileName, sizeBytes: file.size, purpose })
      const headers = { 'Content-Type': 'application/json' }
      const announced = await ask('POST', '/uploads', announcement, { ...options, headers })
      const { uploadId, partBytes, partCount } = (await announced.json()) as Announced
      for (let index = 0; index < partCount; index++) {
        const part = file.slice(index * partBytes, (index + 1) * partBytes)
        await ask('PUT', `/uploads/${uploadId}/parts/${index}`, part, options)
        onProgress?.(Math.min((index + 1) * partBytes, file.size))
      }
      return uploadId
    },
  }
}

/** A form says its own type, with the boundary. */
function typeOf(body: BodyInit | undefined): Record<string, string> {
  return body === undefined || body instanceof FormData ? {} : { 'Content-Type': 'application/octet-stream' }
}

function queryOf(query: FileOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  if (given.length === 0) return ''
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

async function problemIn(answer: Response): Promise<Record<string, unknown>> {
  try {
    return (await answer.json()) as Record<string, unknown>
  } catch {
    return {}
  }
}
