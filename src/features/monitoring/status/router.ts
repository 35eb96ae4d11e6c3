import { queryOf, router, subscriptionOf } from '../../../trpc/procedures'
import { getStatus, HistoryPage, listStatus, listStatusHistory, StatusDetails, StatusPage } from './queries'
import { watchStatus } from './watch'

const tag = 'Status'

export const statusRouter = router({
  list: queryOf(listStatus, {
    method: 'GET',
    path: '/status',
    summary: 'How the terminals are',
    tag,
    output: StatusPage,
  }),
  get: queryOf(getStatus, {
    method: 'GET',
    path: '/terminals/{terminalId}/status',
    summary: 'Everything a terminal last said of itself',
    tag,
    output: StatusDetails,
  }),
  history: queryOf(listStatusHistory, {
    method: 'GET',
    path: '/terminals/{terminalId}/status/history',
    summary: 'What changed at a terminal',
    tag,
    output: HistoryPage,
  }),
  watch: subscriptionOf(watchStatus),
})
