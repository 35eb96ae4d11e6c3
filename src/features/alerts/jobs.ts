import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../../jobs/schedule'
import { watchAlerts } from './evaluate/watch'
import { WATCH_JOB } from './lists'
import { MAIL_JOB } from './mail/lists'
import { sendMails } from './mail/send'
import { trimAlerts } from './trim'

/** One run looks many times: a row in the list of runs for each look would tell nothing. */
const MAIL_RUN_MS = 300_000
const MAIL_EVERY_MS = 5_000

export const alertJobs: readonly Job[] = [
  {
    name: WATCH_JOB,
    schedule: '30 * * * * *',
    runsAtStart: true,
    run: watchAlerts,
  },
  {
    name: 'trim-alerts',
    schedule: '0 53 2 * * *',
    runsAtStart: false,
    run: trimAlerts,
  },
  {
    name: MAIL_JOB,
    schedule: '*/5 * * * * *',
    runsAtStart: true,
    async run(ctx, run) {
      const { signal, report } = run
      const endMs = performance.now() + MAIL_RUN_MS
      const sums = { mailsSent: 0, mailsRefused: 0, notesGivenUp: 0 }
      while (!signal.aborted && performance.now() < endMs) {
        const { sent, refused, givenUp } = await sendMails(ctx, run)
        sums.mailsSent += sent
        sums.mailsRefused += refused
        sums.notesGivenUp += givenUp
        report({ done: sums.mailsSent })
        await sleep(MAIL_EVERY_MS, undefined, { signal }).catch(() => {})
      }
      return sums
    },
  },
]
