import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Busboy } from '@fastify/busboy'
import type { Ctx } from '../core/context'
import { failure } from '../core/errors'
import type { Permission } from '../core/permissions'

/** An address that takes or gives bytes: streamed past the JSON face, to the same verbs. */
export interface ByteEndpoint {
  method: 'GET' | 'POST' | 'PUT'
  /** Below /api/v1, with `{name}` for one segment. */
  path: string
  permission: Permission
  /** Its operation in the published document. */
  operation: Record<string, unknown>
  handle(ctx: Ctx, req: IncomingMessage, res: ServerResponse, params: readonly string[]): Promise<void>
}

export interface ReceivedFile {
  fileName: string
  bytes: Buffer
}

const tooLarge = failure('too_large', 'body_too_large', 'A file is larger than it may be here.')
const broken = failure(
  'invalid_input',
  'malformed_multipart',
  'The body is not multipart/form-data as it says.',
)

/** The whole body, at most `maxBytes`. */
export async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge({ values: { maxBytes } })
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of req) {
    sizeBytes += (chunk as Buffer).length
    if (sizeBytes > maxBytes) throw tooLarge({ values: { maxBytes } })
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks, sizeBytes)
}

/** The files of a form, one after the other: no more is read from the wire before they are taken. */
export async function* readMultipart(
  req: IncomingMessage,
  maxFileBytes: number,
  maxFiles: number,
): AsyncGenerator<ReceivedFile> {
  const complete: ReceivedFile[] = []
  let failed: Error | undefined
  const fail = (error: unknown) => {
    failed ??= broken(undefined, { cause: error })
  }
  const form = openForm(req, { fileSize: maxFileBytes, files: maxFiles, fields: 20, fieldSize: 4096 })
  form.on('file', (_field, stream, fileName) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    // A form that breaks off within a file says so here too; unheard it would stop the server.
    stream.on('error', fail)
    stream.on('end', () => {
      if (stream.truncated) failed ??= tooLarge({ values: { maxBytes: maxFileBytes } })
      else complete.push({ fileName: fileName || 'file', bytes: Buffer.concat(chunks) })
    })
  })
  form.on('filesLimit', () => {
    failed ??= tooLarge({ values: { maxFiles } })
  })
  form.on('error', fail)
  const finished = once(form, 'finish').catch(() => {})
  for await (const chunk of req) {
    if (!form.write(chunk)) await Promise.race([once(form, 'drain').catch(() => {}), finished])
    if (failed !== undefined) throw failed
    yield* complete.splice(0)
  }
  form.end()
  await finished
  if (failed !== undefined) throw failed
  yield* complete.splice(0)
}

function openForm(req: IncomingMessage, limits: ConstructorParameters<typeof Busboy>[0]['limits']) {
  try {
    return new Busboy({ headers: req.headers as { 'content-type': string }, limits })
  } catch (error) {
    throw broken(undefined, { cause: error })
  }
}

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body)
}
