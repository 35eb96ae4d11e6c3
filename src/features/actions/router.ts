import { mutationOf, queryOf, router } from '../../trpc/procedures'
import { getAction, listActions, retryAction } from './results'
import { ActionPage, ActionView } from './schemas'

const tag = 'Actions'

export const actionsRouter = router({
  list: queryOf(listActions, {
    method: 'GET',
    path: '/actions',
    summary: 'List actions',
    tag,
    output: ActionPage,
  }),
  get: queryOf(getAction, {
    method: 'GET',
    path: '/actions/{actionId}',
    summary: 'Show an action',
    tag,
    output: ActionView,
  }),
  retry: mutationOf(retryAction, {
    method: 'POST',
    path: '/actions/{actionId}/retry',
    summary: 'Offer a failed action again',
    tag,
    output: ActionView,
  }),
})
