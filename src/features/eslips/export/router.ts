import { queryOf, router } from '../../../trpc/procedures'
import { searchSlips, totalSlips } from '../search'
import { SlipPage, SlipTotals } from '../search/schemas'
import { getSlip } from './details'
import { pullSlips } from './pull'
import { ExportedPage, SlipDetails } from './schemas'

const tag = 'Slips'

export const eslipsRouter = router({
  pull: queryOf(pullSlips, {
    method: 'GET',
    path: '/eslips',
    summary: 'All slips in the order in which they came, none left out and none twice',
    tag,
    output: ExportedPage,
  }),
  search: queryOf(searchSlips, {
    method: 'GET',
    path: '/eslips/search',
    summary: 'Find slips, newest first',
    tag,
    output: SlipPage,
  }),
  totals: queryOf(totalSlips, {
    method: 'GET',
    path: '/eslips/totals',
    summary: 'Count and sum of the slips of a period',
    tag,
    output: SlipTotals,
  }),
  get: queryOf(getSlip, {
    method: 'GET',
    path: '/eslips/{slipId}',
    summary: 'One slip, whole, and what became of it',
    tag,
    output: SlipDetails,
  }),
})
