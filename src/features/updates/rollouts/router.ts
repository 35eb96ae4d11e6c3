import { z } from 'zod'
import { mutationOf, queryOf, router, subscriptionOf } from '../../../trpc/procedures'
import { ROLLOUT_STATES } from './lists'
import { countTargetReasons, getRollout, listRollouts, listRolloutTargets } from './queries'
import { RolloutDetails, RolloutPage, RolloutPreview, TargetPage, TargetReasons } from './schemas'
import { previewRollout, startRollout } from './service/start'
import { pauseRollout, resumeRollout, retryFailedTargets, stopRollout } from './service/steer'
import { watchRollout } from './watch'

const tag = 'Rollouts'
const Steered = z.object({ id: z.uuid(), state: z.enum(ROLLOUT_STATES), revision: z.number().int() })

export const rolloutsRouter = router({
  list: queryOf(listRollouts, {
    method: 'GET',
    path: '/rollouts',
    summary: 'List rollouts',
    tag,
    output: RolloutPage,
  }),
  get: queryOf(getRollout, {
    method: 'GET',
    path: '/rollouts/{rolloutId}',
    summary: 'A rollout with its waves and its history',
    tag,
    output: RolloutDetails,
  }),
  targets: queryOf(listRolloutTargets, {
    method: 'GET',
    path: '/rollouts/{rolloutId}/targets',
    summary: 'The terminals of a rollout and where each stands',
    tag,
    output: TargetPage,
  }),
  reasons: queryOf(countTargetReasons, {
    method: 'GET',
    path: '/rollouts/{rolloutId}/reasons',
    summary: 'Why the terminals of a rollout are where they are, in numbers',
    tag,
    output: TargetReasons,
  }),
  preview: queryOf(previewRollout, {
    method: 'POST',
    path: '/rollouts/preview',
    summary: 'See how many terminals each wave would take',
    tag,
    output: RolloutPreview,
  }),
  start: mutationOf(startRollout, {
    method: 'POST',
    path: '/rollouts',
    summary: 'Send a rule, or a set of applications, to its terminals in waves',
    tag,
    status: 201,
    output: z.object({ rolloutId: z.uuid(), terminals: z.number().int() }),
  }),
  pause: mutationOf(pauseRollout, {
    method: 'POST',
    path: '/rollouts/{rolloutId}/pause',
    summary: 'Pause a rollout',
    tag,
    output: Steered,
  }),
  resume: mutationOf(resumeRollout, {
    method: 'POST',
    path: '/rollouts/{rolloutId}/resume',
    summary: 'Resume a paused or halted rollout',
    tag,
    output: Steered,
  }),
  stop: mutationOf(stopRollout, {
    method: 'POST',
    path: '/rollouts/{rolloutId}/stop',
    summary: 'Stop a rollout for good',
    tag,
    output: Steered,
  }),
  retryFailed: mutationOf(retryFailedTargets, {
    method: 'POST',
    path: '/rollouts/{rolloutId}/retry-failed',
    summary: 'Have the failed terminals of a rollout tried again',
    tag,
    output: Steered.extend({ terminals: z.number().int() }),
  }),
  watch: subscriptionOf(watchRollout),
})
