import type { ByteEndpoint } from '../../../integrator/bytes'
import { exportEndpoint } from '../../../integrator/exports'
import { exportKeyBatch } from './report'
import { ExportKeyBatchInput } from './schemas'

export const keyReportEndpoints: readonly ByteEndpoint[] = [
  exportEndpoint({
    path: '/key-batches/export.csv',
    permission: 'keys:read',
    operationId: 'keyLoads.exportBatch',
    summary: 'Every file of a batch, as CSV',
    tag: 'Keys',
    input: ExportKeyBatchInput,
    fieldsAre: 'Its name.',
    rows: 'A line for each file.',
    run: exportKeyBatch,
  }),
]
