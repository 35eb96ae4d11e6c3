import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import { Analysis, RefreshReport } from './schemas'
import { getAnalysis, refreshAnalysis } from './service'

const tag = 'Analysis'

export const analysisRouter = router({
  get: queryOf(getAnalysis, {
    method: 'GET',
    path: '/analysis',
    summary: 'The fleet told apart by model, version, state and more',
    tag,
    output: Analysis,
  }),
  refresh: mutationOf(refreshAnalysis, {
    method: 'POST',
    path: '/analysis/refresh',
    summary: 'Ask for newer numbers',
    tag,
    status: 202,
    output: RefreshReport,
  }),
})
