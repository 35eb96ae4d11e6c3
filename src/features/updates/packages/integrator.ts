import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
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
        304: { description: 'The caller has it.' },
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
  res.setHeader('ETag', `"${file.sha256}"`)
  if (matchesEtag(req.headers['if-none-match'], file.sha256)) {
    res.writeHead(304).end()
    return
  }
  const stream = await file.open()
  res.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': file.sizeBytes,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'Repr-Digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
  })
  await pipeline(stream, res).catch(() => res.destroy())
}
