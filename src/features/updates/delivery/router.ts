import { queryOf, router } from '../../../trpc/procedures'
import { explainUpdates } from './explain'
import { Explanation } from './schemas'

export const updatesRouter = router({
  explain: queryOf(explainUpdates, {
    method: 'GET',
    path: '/terminals/{terminalId}/updates',
    summary: 'Why a terminal gets an update, or does not',
    tag: 'Updates',
    output: Explanation,
  }),
})
