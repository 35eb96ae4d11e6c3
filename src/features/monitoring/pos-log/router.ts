import { queryOf, router, subscriptionOf } from '../../../trpc/procedures'
import { getPosLogEntry, listPosLog, summarisePosLog } from './queries'
import { PosLogDetails, PosLogPage, PosLogSummary } from './schemas'
import { watchPosLog } from './watch'

const tag = 'POS log'

export const posLogRouter = router({
  list: queryOf(listPosLog, {
    method: 'GET',
    path: '/pos-log',
    summary: 'What terminals asked and were answered',
    tag,
    output: PosLogPage,
  }),
  get: queryOf(getPosLogEntry, {
    method: 'GET',
    path: '/pos-log/{entryId}',
    summary: 'One request and its answer, with their bodies where they may be kept',
    tag,
    output: PosLogDetails,
  }),
  summary: queryOf(summarisePosLog, {
    method: 'GET',
    path: '/terminals/{terminalId}/pos-log/summary',
    summary: 'How the requests of a terminal were answered',
    tag,
    output: PosLogSummary,
  }),
  watch: subscriptionOf(watchPosLog),
})
