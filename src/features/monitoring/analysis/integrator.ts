import type { ByteEndpoint } from '../../../integrator/bytes'
import { exportEndpoint } from '../../../integrator/exports'
import { exportAnalysis } from './export'
import { ExportAnalysisInput } from './schemas'

export const analysisEndpoints: readonly ByteEndpoint[] = [
  exportEndpoint({
    path: '/analysis/export.csv',
    permission: 'analysis:read',
    operationId: 'analysis.export',
    summary: 'All charts of the analysis, as CSV',
    tag: 'Analysis',
    input: ExportAnalysisInput,
    fieldsAre: 'As for the analysis.',
    rows: 'A row for each value.',
    responses: { 503: { description: '`analysis_not_counted`: it is being counted for the first time.' } },
    run: exportAnalysis,
  }),
]
