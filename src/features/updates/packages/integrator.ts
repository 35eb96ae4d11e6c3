import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { fileAnswer } from '../../../core/byte-range'
import type { Ctx } from '../../../core/context'
import { matchesEtag } from '../../../core/etag'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { PackageFileRef } from './schemas'
import { openPackageFile } from './service/find'

/** Files of packages, out to operators. Terminals have a door of their own, which goes on where they were cut off. */
export const packageEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/packages/{packageId}/files/{position}',
    permission: 'packages:read',
    operation: {
      operationId: 'packages.file',
      summary: 'Download a file of a package, byte for byte',
      tags: ['Packages'],
      parameters: [
        { name: 'packageId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        {
          name: 'position',
          in: 'path',
          required: true,
          description: 'As in the package; the first file is 0.',
          schema: { type: 'integer', minimum: 0 },
        },
      ],
      responses: {
        200: {
          description: 'The file. `ETag` and `Repr-Digest` are its SHA-256.',
          content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        },
        206: {
          description: 'The part that `Range` asks for, so that a download goes on where it broke off.',
        },
        304: { description: 'The caller has it.' },
        416: { description: 'The range begins past the end; `Content-Range` says the size.' },
      },
    },
    handle: sendFile,
  },
]

async function sendFile(
  ctx: Ctx,
  req: IncomingMessage,
  res: ServerResponse,
  [packageId, position]: readonly string[],
): Promise<void> {
  const file = await openPackageFile(ctx, parseInput(PackageFileRef, { packageId, position }))
  const { status, headers, start, endInclusive } = fileAnswer(req.headers, file)
  const isKnown = matchesEtag(req.headers['if-none-match'], file.sha256)
  if (isKnown || status === 416) {
    res.writeHead(isKnown ? 304 : status, headers).end()
    return
  }
  const stream = await file.open(status === 206 ? { start, endInclusive } : undefined)
  res.writeHead(status, {
    ...headers,
    'Content-Type': 'application/octet-stream',
    'Content-Length': endInclusive - start + 1,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  })
  await pipeline(stream, res).catch(() => res.destroy())
}
