import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Ctx } from '../../../core/context'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { exportAnalysis } from './export'
import { ExportAnalysisInput } from './schemas'

export const analysisEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/analysis/export.csv',
    permission: 'analysis:read',
    operation: {
      operationId: 'analysis.export',
      summary: 'All charts of the analysis, as CSV',
      tags: ['Analysis'],
      parameters: Object.keys(ExportAnalysisInput.shape).map((name) => ({
        name,
        in: 'query',
        required: false,
        schema: { type: 'string' },
        description: name === 'lang' ? 'Language of the headings: en or ru.' : 'As for the analysis.',
      })),
      responses: {
        200: {
          description: 'A row for each value.',
          content: { 'text/csv': { schema: { type: 'string' } } },
        },
        503: { description: '`analysis_not_counted`: it is being counted for the first time.' },
      },
    },
    handle: sendExport,
  },
]

async function sendExport(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const input = parseInput(ExportAnalysisInput, Object.fromEntries(searchParams))
  const { fileName, source, csv } = await exportAnalysis(ctx, input)
  res.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${fileName}"`,
  })
  await pipeline(source, csv, res)
}
