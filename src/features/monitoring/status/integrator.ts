import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { ExportStatusInput, exportStatus } from './export'

const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true')

/** As texts: what an address can carry. */
const Query = z.strictObject({
  ...ExportStatusInput.shape,
  silentForHours: z.coerce.number().pipe(z.number().min(0).max(87_600)).optional(),
  hasMismatch: yesOrNo.optional(),
  hasCardFinding: yesOrNo.optional(),
  hasAppSet: yesOrNo.optional(),
  inService: yesOrNo.optional(),
})

export const statusEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/status/export.csv',
    permission: 'status:read',
    operation: {
      operationId: 'status.export',
      summary: 'How the terminals are, as CSV',
      tags: ['Status'],
      parameters: Object.keys(Query.shape).map((name) => ({
        name,
        in: 'query',
        required: false,
        schema: { type: 'string' },
        description: name === 'lang' ? 'Language of the headings: en or ru.' : 'As for the list.',
      })),
      responses: {
        200: { description: 'The rows.', content: { 'text/csv': { schema: { type: 'string' } } } },
      },
    },
    handle: sendExport,
  },
]

async function sendExport(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const input = parseInput(Query, Object.fromEntries(searchParams))
  const { fileName, source, csv } = await exportStatus(ctx, input)
  res.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${fileName}"`,
  })
  // A reader that goes away ends the reading: the pipe destroys its source.
  await pipeline(source, csv, res)
}
