import type { ByteEndpoint } from '../../integrator/bytes'
import { exportEndpoint } from '../../integrator/exports'
import { ExportAlertsInput, exportAlerts } from './export'

export const alertEndpoints: readonly ByteEndpoint[] = [
  exportEndpoint({
    path: '/alerts/export.csv',
    permission: 'alerts:read',
    operationId: 'alerts.export',
    summary: 'Alerts, as CSV',
    tag: 'Alerts',
    input: ExportAlertsInput,
    fieldsAre: 'As for the list.',
    rows: 'Alerts, those that were raised last before the others.',
    run: exportAlerts,
  }),
]
