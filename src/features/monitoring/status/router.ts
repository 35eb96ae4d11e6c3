import { mutationOf, queryOf, router, subscriptionOf } from '../../../trpc/procedures'
import { applyBulk, BulkReport, previewBulk } from './bulk'
import { listStatusFacets, StatusFacets } from './facets'
import { HistoryPage, listStatusHistory } from './history'
import { FleetOverview, getFleetOverview } from './overview'
import { getStatus, listStatus } from './queries'
import { StatusDetails, StatusPage } from './schemas'
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
  facets: queryOf(listStatusFacets, {
    method: 'GET',
    path: '/status/facets',
    summary: 'The models, versions and networks that terminals report',
    tag,
    output: StatusFacets,
  }),
  overview: queryOf(getFleetOverview, {
    method: 'GET',
    path: '/status/overview',
    summary: 'The fleet in numbers',
    tag,
    output: FleetOverview,
  }),
  previewBulk: queryOf(previewBulk, {
    method: 'POST',
    path: '/status/bulk/preview',
    summary: 'See what a change of many terminals would do',
    tag,
    output: BulkReport,
  }),
  applyBulk: mutationOf(applyBulk, {
    method: 'POST',
    path: '/status/bulk',
    summary: 'Change many terminals at once',
    tag,
    output: BulkReport,
  }),
  watch: subscriptionOf(watchStatus),
})
