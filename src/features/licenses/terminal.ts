import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { checkKey } from '../../blobs/keys'
import type { Ctx } from '../../core/context'
import { matchesEtag } from '../../core/etag'
import { message } from '../../terminal/message'
import { noLicence } from './errors'

interface Found {
  id: string
  sha256: string
  sizeBytes: number
  blobKey: string
}

/** `GET /terminal/v1/license` (contract, "What a terminal fetches"): the file's exact bytes. */
export const licenceMessage = message({
  name: 'license',
  method: 'GET',
  path: '/license',
  summary: 'Fetch a licence file',
  allowedWhileSuspended: false,
  query: {
    licId: {
      description: 'Which licence; without it the newest one for this terminal.',
      schema: z.string().max(128),
    },
  },
  takes: ['If-None-Match'],
  answers: {
    200: {
      description: 'The exact bytes. `ETag` and `Repr-Digest` are their SHA-256.',
      contentType: 'application/octet-stream',
      headers: ['ETag', 'Repr-Digest'],
    },
    304: {
      description: 'The terminal has it: `If-None-Match` names it.',
      headers: ['ETag', 'Repr-Digest'],
    },
    404: { description: '`no_license`: there is none for this terminal.' },
  },
  noted: { about: ({ query }) => query.get('licId') ?? undefined },
  async handle(call) {
    const ctx = await call.ctx()
    const found = await findOwn(ctx, call.caller.terminalId, call.query.get('licId'))
    if (found === undefined) throw noLicence()
    const headers = {
      ETag: `"${found.sha256}"`,
      'Repr-Digest': `sha-256=:${Buffer.from(found.sha256, 'hex').toString('base64')}:`,
    }
    if (matchesEtag(call.req.headers['if-none-match'], found.sha256)) return { status: 304, headers }
    if (call.req.method !== 'HEAD') await recordFetch(ctx, call.caller.terminalId, found.id)
    return {
      status: 200,
      headers,
      bytes: {
        sizeBytes: found.sizeBytes,
        contentType: 'application/octet-stream',
        open: async () => (await ctx.blobs.open(checkKey(found.blobKey))).stream,
      },
    }
  },
})

async function findOwn(ctx: Ctx, terminalId: string, licId: string | null): Promise<Found | undefined> {
  const [found] = await ctx.db.execute<Found & Record<string, unknown>>(sql`
    select l.id, l.sha256, l.size_bytes as "sizeBytes", l.blob_key as "blobKey"
    from terminals t join licenses l on l.serial = t.serial and l.platform = t.platform and l.state = 'current'
    where t.id = ${terminalId} ${licId === null ? sql`` : sql`and l.lic_id = ${licId}`}
    order by l.id desc limit 1`)
  return found
}

/** That it was fetched, not that it arrived: the terminal's status shows that. */
async function recordFetch(ctx: Ctx, terminalId: string, licenseId: string): Promise<void> {
  const now = ctx.clock.now().toISOString()
  await ctx.db.execute(sql`
    insert into license_deliveries (license_id, terminal_id, fetched_at, fetched_count)
    values (${licenseId}, ${terminalId}, ${now}, 1)
    on conflict (license_id, terminal_id) do update set
      fetched_at = excluded.fetched_at, fetched_count = license_deliveries.fetched_count + 1`)
}
