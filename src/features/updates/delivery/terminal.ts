import { finished, type Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import type { BlobKey } from '../../../blobs/keys'
import { fileAnswer } from '../../../core/byte-range'
import { uptimeMs } from '../../../core/clock'
import type { Ctx } from '../../../core/context'
import { failure } from '../../../core/errors'
import { message, type Reply, type TerminalCall } from '../../../terminal/message'
import { findStoredFile } from '../../stored-files'
import type { Downloads } from './downloads'
import { Redirects } from './redirects'
import { cutWhenStalled } from './stalled'

/** Who takes nothing for so long is gone, or might as well be; it goes on from the byte where it stopped. */
const STALLED_MS = 60_000

export interface FileParts {
  downloads: Downloads
}

const noFile = failure('not_found', 'file_not_offered', 'There is no such file for this terminal.')

const SHA256 = /^[0-9a-f]{64}$/
const CONTENT_TYPE = 'application/octet-stream'
/** How long an address outside of this server is good for: long enough to begin. */
const REDIRECT_SECONDS = 900

/** `GET /terminal/v1/files/{sha256}` (contract, "What a terminal fetches"): a file this terminal has been offered. */
export function filesMessage({ downloads }: FileParts) {
  const redirects = new Redirects()
  return message({
    name: 'files',
    method: 'GET',
    path: '/files/:sha256',
    summary: 'Fetch a file of an update or an application',
    allowedWhileSuspended: false,
    takes: ['Range', 'If-Range'],
    answers: {
      200: {
        description:
          'The exact bytes. `ETag` and `Repr-Digest` are their SHA-256; `Range` goes on where it broke off.',
        contentType: CONTENT_TYPE,
        headers: ['ETag', 'Repr-Digest', 'Accept-Ranges'],
      },
      206: {
        description: 'The part that `Range` asks for.',
        contentType: CONTENT_TYPE,
        headers: ['ETag', 'Repr-Digest', 'Accept-Ranges', 'Content-Range'],
      },
      307: {
        description:
          'Only where the profile of the terminal allows it: fetch it there. Who asks again for the same byte gets it here.',
        headers: ['Location'],
      },
      404: { description: '`file_not_offered`: there is no such file for this terminal.' },
      416: {
        description: 'The range begins past the end; `Content-Range` says the size.',
        headers: ['Content-Range'],
      },
      503: { description: '`downloads_busy`: come again after `Retry-After` seconds.' },
    },
    noted: {
      about: ({ params, req }) => [params.sha256?.slice(0, 12), req.headers.range].filter(Boolean).join(' '),
    },
    async handle(call) {
      const sha256 = call.params.sha256?.toLowerCase() ?? ''
      if (!SHA256.test(sha256)) throw noFile()
      const ctx = await call.ctx()
      const found = await findOffered(ctx, call.caller.terminalId, sha256)
      const key = found === undefined ? undefined : await findStoredFile(ctx.db, sha256)
      if (found === undefined || key === undefined) throw noFile()
      const file = { key, sha256, sizeBytes: found.sizeBytes }
      const elsewhere = found.mayRedirect ? await addressFor(call, ctx, redirects, file) : undefined
      if (elsewhere !== undefined)
        return { status: 307, headers: { Location: elsewhere, 'Cache-Control': 'no-store' } }
      return fileReply(call, ctx, downloads, file)
    },
  })
}

interface WantedFile {
  key: BlobKey
  sha256: string
  sizeBytes: number
}

/**
 * Where else the file can be had. An address is good for GET alone, and what can be answered without a byte of the file is
 * answered here. Where none can be made, or was of no use to this terminal, the file is sent all the same.
 */
async function addressFor(
  { req, caller }: TerminalCall,
  { blobs, log }: Ctx,
  redirects: Redirects,
  file: WantedFile,
): Promise<string | undefined> {
  const { status, start } = fileAnswer(req.headers, file)
  if (req.method === 'HEAD' || status === 416) return undefined
  if (!redirects.maySend(caller.terminalId, file.sha256, start, uptimeMs())) return undefined
  try {
    return await blobs.addressOf(file.key, REDIRECT_SECONDS)
  } catch (error) {
    log.warn('download_not_redirected', { error: error as Error })
    return undefined
  }
}

function fileReply(
  call: TerminalCall,
  ctx: Ctx,
  downloads: Downloads,
  { key, sha256, sizeBytes }: WantedFile,
): Reply {
  const isHead = call.req.method === 'HEAD'
  // `Range` has a meaning with GET alone (RFC 9110 § 14.2).
  const asked = isHead ? {} : call.req.headers
  const { status, headers, start, endInclusive } = fileAnswer(asked, { sha256, sizeBytes })
  const forever = { ...headers, 'Cache-Control': 'private, immutable, max-age=31536000' }
  if (status === 416) return { status, headers: forever }
  // Taken before the head goes out: who is one too many hears so.
  if (!isHead) {
    finished(
      call.res,
      { readable: false },
      downloads.enter(call.caller.terminalId, () => call.res.destroy()),
    )
    cutWhenStalled(call.res, STALLED_MS)
  }
  const part = status === 206 ? { start, endInclusive } : undefined
  const open = async () => {
    const file = await ctx.blobs.openFile(key)
    if (file === undefined) return (await ctx.blobs.open(key, part)).stream
    return (to: Writable) => downloads.send(file, { start, endInclusive }, to).finally(() => file.close())
  }
  return {
    status,
    headers: forever,
    bytes: { sizeBytes: endInclusive - start + 1, contentType: CONTENT_TYPE, open },
  }
}

interface Offered {
  sizeBytes: number
  mayRedirect: boolean
}

/** Until it has been installed, and its proof has come. */
async function findOffered(ctx: Ctx, terminalId: string, sha256: string): Promise<Offered | undefined> {
  const [found] = await ctx.db.execute<Offered & Record<string, unknown>>(sql`
    select (f.file ->> 'size')::float8 as "sizeBytes", t.may_redirect as "mayRedirect"
    from terminal_actions a
    join terminals t on t.id = a.terminal_id
    cross join lateral jsonb_array_elements(coalesce(a.body -> 'files', a.body -> 'install')) f(file)
    where a.terminal_id = ${terminalId} and a.kind in ('update', 'apps') and a.retried_at is null
      and a.state in ('offered', 'downloading', 'downloaded', 'installed')
      and f.file ->> 'sha256' = ${sha256} limit 1`)
  return found
}
