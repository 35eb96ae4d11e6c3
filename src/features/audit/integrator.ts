import type { ByteEndpoint } from '../../integrator/bytes'
import { exportEndpoint } from '../../integrator/exports'
import { exportAudit } from './export'
import { type AUDIT_FORMATS, ExportAuditInput } from './schemas'

export const auditEndpoints: readonly ByteEndpoint[] = [
  endpoint('csv', 'text/csv', 'The audit log as CSV, with its hashes'),
  endpoint('jsonl', 'application/jsonl', 'The audit log as lines of JSON, with its hashes'),
]

function endpoint(
  format: (typeof AUDIT_FORMATS)[number],
  mediaType: 'text/csv' | 'application/jsonl',
  summary: string,
): ByteEndpoint {
  return exportEndpoint({
    path: `/audit/export.${format}`,
    permission: 'audit:read',
    operationId: `audit.export.${format}`,
    summary,
    tag: 'Audit',
    input: ExportAuditInput.omit({ format: true }),
    fieldsAre: 'As for the list.',
    rows: 'The entries, the oldest first.',
    mediaType,
    run: (ctx, input) => exportAudit(ctx, { ...input, format }),
  })
}
