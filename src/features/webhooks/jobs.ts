import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../../jobs/schedule'
import { createCourier } from './service/deliver'
import { dispatchEvents } from './service/dispatch'
import { trimMessages } from './service/trim'
import { eventSources } from './sources'

/** One run looks many times: a row in the list of runs for each look would tell nothing. */
const RUN_MS = 300_000
const LOOK_EVERY_MS = 1_000

export const webhookJobs: readonly Job[] = [
  {
    name: 'deliver-webhooks',
    schedule: '*/2 * * * * *',
    runsAtStart: true,
    async run(ctx, { signal, report }) {
      const courier = createCourier(ctx, eventSources, signal)
      const endMs = performance.now() + RUN_MS
      let written = 0
      try {
        while (!signal.aborted && performance.now() < endMs) {
          written += await dispatchEvents(ctx, eventSources, signal)
          await courier.begin()
          report({ done: courier.counts.delivered })
          await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
        }
      } finally {
        await courier.end()
      }
      const { delivered, again, failed, disabled } = courier.counts
      return {
        messagesWritten: written,
        messagesDelivered: delivered,
        attemptsToRepeat: again,
        messagesFailed: failed,
        webhooksDisabled: disabled,
      }
    },
  },
  {
    name: 'trim-webhooks',
    schedule: '0 23 * * * *',
    runsAtStart: false,
    run: (ctx, { signal }) => trimMessages(ctx, signal),
  },
]
