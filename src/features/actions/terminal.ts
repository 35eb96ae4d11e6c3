import { z } from 'zod'
import { message } from '../../terminal/message'
import { actionNotFound } from './errors'
import type { Planner } from './planner'
import { reportActionResult } from './results'
import { ActionResult } from './schemas'

export interface ActionParts {
  planners: readonly Planner[]
}

/** `POST /terminal/v1/actions/{id}/result` (contract, "The one poll"). */
export function actionResultMessage({ planners }: ActionParts) {
  return message({
    name: 'action-result',
    method: 'POST',
    path: '/actions/:id/result',
    summary: 'Report how an action went',
    allowedWhileSuspended: true,
    body: { schema: ActionResult, maxBytes: 256 * 1024 },
    answers: {
      200: { description: 'Kept. Also for a repeat, and for an action that was withdrawn meanwhile.' },
      404: { description: '`action_not_found`: no such action for this terminal.' },
      409: { description: '`state_conflict`: states only move forward.' },
    },
    noted: {
      hasBodies: true,
      countsCardsIn: (body) => body,
      about: (_call, body) =>
        body === undefined ? undefined : [body.state, body.reason].filter(Boolean).join(' '),
    },
    async handle(call, body) {
      const actionId = z.uuid().safeParse(call.params.id)
      if (!actionId.success) throw actionNotFound()
      const ctx = await call.ctx()
      const word = await reportActionResult(ctx, call.caller.terminalId, actionId.data, body)
      for (const planner of planners) if (planner.kind === word.kind) await planner.reported?.(ctx, word)
      call.planMayHaveChanged()
      return { status: 200, json: {} }
    },
  })
}
