import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Ctx } from '../../core/context'
import { parseInput } from '../../core/verb'
import type { ByteEndpoint } from '../../integrator/bytes'
import { exportAudit } from './export'
import { type AUDIT_FORMATS, ExportAuditInput } from './schemas'

type Format = (typeof AUDIT_FORMATS)[number]

const TYPES: Record<Format, string> = { csv: 'text/csv', jsonl: 'application/jsonl' }

export const auditEndpoints: readonly ByteEndpoint[] = [
  exportEndpoint('csv', 'The audit log as CSV, with its hashes'),
  exportEndpoint('jsonl', 'The audit log as lines of JSON, with its hashes'),
]

function exportEndpoint(format: Format, summary: string): ByteEndpoint {
  const { format: _, ...fields } = ExportAuditInput.shape
  return {
    method: 'GET',
    path: `/audit/export.${format}`,
    permission: 'audit:read',
    operation: {
      operationId: `audit.export.${format}`,
      summary,
      tags: ['Audit'],
      parameters: Object.keys(fields).map((name) => ({
        name,
        in: 'query',
        required: false,
        schema: { type: 'string' },
        description: name === 'lang' ? 'Language of the headings: en or ru.' : 'As for the list.',
      })),
      responses: {
        200: {
          description: 'The entries, the oldest first.',
          content: { [TYPES[format]]: { schema: { type: 'string' } } },
        },
      },
    },
    handle: (ctx, req, res) => sendExport(ctx, req, res, format),
  }
}

async function sendExport(
  ctx: Ctx,
  req: IncomingMessage,
  res: ServerResponse,
  format: Format,
): Promise<void> {
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const input = parseInput(ExportAuditInput, { ...Object.fromEntries(searchParams), format })
  const { fileName, send } = await exportAudit(ctx, input)
  res.writeHead(200, {
    'Content-Type': `${TYPES[format]}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="${fileName}"`,
  })
  await send(res)
}
