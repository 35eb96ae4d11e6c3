import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Ctx } from '../../../core/context'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { exportKeyBatch } from './report'
import { ExportKeyBatchInput } from './schemas'

export const keyReportEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/key-batches/export.csv',
    permission: 'keys:read',
    operation: {
      operationId: 'keyLoads.exportBatch',
      summary: 'Every file of a batch, as CSV',
      tags: ['Keys'],
      parameters: [
        { name: 'batch', in: 'query', required: true, schema: { type: 'string' }, description: 'Its name.' },
        {
          name: 'lang',
          in: 'query',
          required: false,
          schema: { type: 'string' },
          description: 'Language of the headings: en or ru.',
        },
      ],
      responses: {
        200: {
          description: 'A line for each file.',
          content: { 'text/csv': { schema: { type: 'string' } } },
        },
      },
    },
    handle: sendReport,
  },
]

async function sendReport(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const input = parseInput(ExportKeyBatchInput, Object.fromEntries(searchParams))
  const { fileName, source, csv } = await exportKeyBatch(ctx, input)
  res.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${fileName}"`,
  })
  await pipeline(source, csv, res)
}
