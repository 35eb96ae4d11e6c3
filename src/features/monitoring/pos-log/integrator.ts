import { z } from 'zod'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { exportEndpoint } from '../../../integrator/exports'
import { ExportPosLogInput, exportPosLog } from './export'

const status = z.coerce.number().pipe(z.number().int().min(100).max(599)).optional()

export const posLogEndpoints: readonly ByteEndpoint[] = [
  exportEndpoint({
    path: '/pos-log/export.csv',
    permission: 'pos-log:read',
    operationId: 'posLog.export',
    summary: 'What terminals asked and were answered, as CSV',
    tag: 'POS log',
    input: z.strictObject({ ...ExportPosLogInput.shape, status, statusFrom: status }),
    fieldsAre: 'As for the list.',
    rows: 'The entries, the newest million of them at most.',
    run: exportPosLog,
  }),
]
