import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { fileResponses, sendFile } from '../../../integrator/send-file'
import { findArchiveFile } from './files'
import { ArchiveNumber } from './schemas'

const PARQUET = 'application/vnd.apache.parquet'

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
      responses: fileResponses(PARQUET),
    },
    handle: async (ctx, req, res, [number]) => {
      const file = await findArchiveFile(ctx, parseInput(ArchiveNumber, { number }))
      await sendFile(req, res, { ...file, mediaType: PARQUET })
    },
  },
]
