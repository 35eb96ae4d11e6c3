import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Ctx } from '../../../core/context'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { takeArchiveFile } from './files'
import { ArchiveNumber } from './schemas'

/** Files of archived slips, out. */
export const archiveEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/eslips/archives/{number}/content',
    permission: 'eslips:read',
    operation: {
      operationId: 'eslipArchives.content',
      summary: 'Download the file of an archive: Parquet, one row a slip',
      tags: ['Slips'],
      parameters: [{ name: 'number', in: 'path', required: true, schema: { type: 'integer' } }],
      responses: {
        200: {
          description: 'The file. `ETag` is its SHA-256.',
          content: { 'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } } },
        },
      },
    },
    handle: sendFile,
  },
]

async function sendFile(
  ctx: Ctx,
  _req: IncomingMessage,
  res: ServerResponse,
  [number]: readonly string[],
): Promise<void> {
  const file = await takeArchiveFile(ctx, parseInput(ArchiveNumber, { number }))
  const stream = await file.open()
  res.writeHead(200, {
    'Content-Type': 'application/vnd.apache.parquet',
    'Content-Length': file.sizeBytes,
    'Content-Disposition': `attachment; filename="${file.fileName}"`,
    ETag: `"${file.sha256}"`,
  })
  await pipeline(stream, res).catch(() => res.destroy())
}
