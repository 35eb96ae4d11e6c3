import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Ctx } from '../../core/context'
import { requirePermission } from '../../core/context'
import { matchesEtag } from '../../core/etag'
import { parseInput } from '../../core/verb'
import { type ByteEndpoint, readBody, readMultipart, sendJson } from '../../integrator/bytes'
import { BUNDLE_MAX_BYTES, BUNDLE_MAX_ENTRIES } from './bundle'
import { GivenFacts, ImportReport } from './schemas'
import { importLicences } from './service/bundle'
import { openLicenceContent } from './service/find'

const Query = z.object({
  fileName: z.string().min(1).max(500).default('licence'),
  confirm: z.enum(['true', 'false']).default('false'),
  serial: z.string().optional(),
  platform: z.string().optional(),
  licId: z.string().optional(),
  product: z.string().optional(),
  issuedAt: z.string().optional(),
  validUntil: z.string().optional(),
})

const parameters = Object.keys(Query.shape).map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string' },
  description:
    name === 'confirm'
      ? 'Let files take the place of other licences, and given facts contradict the file.'
      : name === 'fileName'
        ? 'Name of a single file.'
        : 'Wins over what the file says.',
  required: false,
}))

/** Files in and out of the licences' room. */
export const licenceEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'POST',
    path: '/licenses/import',
    permission: 'licenses:write',
    operation: {
      operationId: 'licenses.import',
      summary: 'Import licence files: one as it is, a ZIP, or many as a form',
      tags: ['Licences'],
      parameters,
      requestBody: {
        required: true,
        content: {
          'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
          'application/zip': { schema: { type: 'string', format: 'binary' } },
          'multipart/form-data': {
            schema: { type: 'object', additionalProperties: { type: 'string', format: 'binary' } },
          },
        },
      },
      responses: {
        200: {
          description: 'What became of each file.',
          content: { 'application/json': { schema: z.toJSONSchema(ImportReport) } },
        },
      },
    },
    handle: importFiles,
  },
  {
    method: 'GET',
    path: '/licenses/{licenseId}/content',
    permission: 'licenses:read',
    operation: {
      operationId: 'licenses.content',
      summary: 'Download the licence file, byte for byte',
      tags: ['Licences'],
      parameters: [
        { name: 'licenseId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      ],
      responses: {
        200: {
          description: 'The file.',
          content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        },
        304: { description: 'The caller has it.' },
      },
    },
    handle: sendContent,
  },
]

async function importFiles(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  requirePermission(ctx.actor, 'licenses:write')
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const { fileName, confirm, ...given } = parseInput(Query, Object.fromEntries(searchParams))
  parseInput(GivenFacts, given)
  const isForm = /^multipart\/form-data/i.test(req.headers['content-type'] ?? '')
  const files = isForm
    ? readMultipart(req, BUNDLE_MAX_BYTES, BUNDLE_MAX_ENTRIES)
    : [{ fileName, bytes: await readBody(req, BUNDLE_MAX_BYTES) }]
  sendJson(res, 200, await importLicences(ctx, files, { given, isConfirmed: confirm === 'true' }))
}

async function sendContent(
  ctx: Ctx,
  req: IncomingMessage,
  res: ServerResponse,
  [licenseId]: readonly string[],
): Promise<void> {
  const content = await openLicenceContent(ctx, { licenseId: licenseId ?? '' })
  res.setHeader('ETag', `"${content.sha256}"`)
  if (matchesEtag(req.headers['if-none-match'], content.sha256)) {
    res.writeHead(304).end()
    return
  }
  const stream = await content.open()
  res.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': content.sizeBytes,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(content.fileName)}`,
  })
  await pipeline(stream, res).catch(() => res.destroy())
}
