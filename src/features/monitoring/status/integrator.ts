import { z } from 'zod'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { exportEndpoint } from '../../../integrator/exports'
import { ExportStatusInput, exportStatus } from './export'

const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true')

export const statusEndpoints: readonly ByteEndpoint[] = [
  exportEndpoint({
    path: '/status/export.csv',
    permission: 'status:read',
    operationId: 'status.export',
    summary: 'How the terminals are, as CSV',
    tag: 'Status',
    input: z.strictObject({
      ...ExportStatusInput.shape,
      silentForHours: z.coerce.number().pipe(z.number().min(0).max(87_600)).optional(),
      hasMismatch: yesOrNo.optional(),
      hasCardFinding: yesOrNo.optional(),
      hasAppSet: yesOrNo.optional(),
      inService: yesOrNo.optional(),
    }),
    fieldsAre: 'As for the list.',
    rows: 'The rows.',
    run: exportStatus,
  }),
]
