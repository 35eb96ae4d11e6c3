import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileAnswer } from '../core/byte-range'
import { matchesEtag } from '../core/etag'

/** A file that never changes, to be opened when its bytes are wanted. */
export interface KeptFile {
  name: string
  /** In hexadecimal. */
  sha256: string
  sizeBytes: number
  /** Where there is one that says more than that these are bytes. */
  mediaType?: string
  open(range?: { start: number; endInclusive: number }): Promise<Readable>
}

/** Answers with a file, or with the part of it that is asked for, as a download. */
export async function sendFile(req: IncomingMessage, res: ServerResponse, file: KeptFile): Promise<void> {
  const { status, headers, start, endInclusive } = fileAnswer(req.headers, file)
  const isKnown = matchesEtag(req.headers['if-none-match'], file.sha256)
  if (isKnown || status === 416) {
    res.writeHead(isKnown ? 304 : status, headers).end()
    return
  }
  const stream = await file.open(status === 206 ? { start, endInclusive } : undefined)
  res.writeHead(status, {
    ...headers,
    'Content-Type': file.mediaType ?? 'application/octet-stream',
    'Content-Length': endInclusive - start + 1,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  })
  await pipeline(stream, res).catch(() => res.destroy())
}

/** What the published document says of answers by `sendFile`. */
export const fileResponses = (mediaType = 'application/octet-stream') => ({
  200: {
    description: 'The file. `ETag` and `Repr-Digest` are its SHA-256.',
    content: { [mediaType]: { schema: { type: 'string', format: 'binary' } } },
  },
  206: { description: 'The part that `Range` asks for, so that a download goes on where it broke off.' },
  304: { description: 'The caller has it.' },
  416: { description: 'The range begins past the end; `Content-Range` says the size.' },
})
