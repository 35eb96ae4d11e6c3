import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { ExportPosLogInput, exportPosLog } from './export'

const status = z.coerce.number().pipe(z.number().int().min(100).max(599)).optional()

/** As texts: what an address can carry. */
const Query = z.strictObject({ ...ExportPosLogInput.shape, status, statusFrom: status })

export const posLogEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/pos-log/export.csv',
    permission: 'pos-log:read',
    operation: {
      operationId: 'posLog.export',
      summary: 'What terminals asked and were answered, as CSV',
      tags: ['POS log'],
      parameters: Object.keys(Query.shape).map((name) => ({
        name,
        in: 'query',
        required: false,
        schema: { type: 'string' },
        description: name === 'lang' ? 'Language of the headings: en or ru.' : 'As for the list.',
      })),
      responses: {
        200: {
          description: 'The entries, the newest million of them at most.',
          content: { 'text/csv': { schema: { type: 'string' } } },
        },
      },
    },
    handle: sendExport,
  },
]

async function sendExport(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const input = parseInput(Query, Object.fromEntries(searchParams))
  const { fileName, source, csv } = await exportPosLog(ctx, input)
  res.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${fileName}"`,
  })
  // A reader that goes away ends the reading: the pipe destroys its source.
  await pipeline(source, csv, res)
}
