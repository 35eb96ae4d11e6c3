import type { Job } from '../../jobs/schedule'
import { anchorText } from './chain'
import { readHead } from './verify'

export const auditJobs: readonly Job[] = [
  {
    name: 'audit-anchor',
    schedule: '0 5 3 * * *',
    runsAtStart: true,
    async run({ sql, log }) {
      const head = await readHead({ sql })
      // Nothing to hold on to: an anchor of nothing would look like one.
      if (head.count === 0) return { entries: 0 }
      log.info('audit_anchor', { seq: head.seq, count: head.count, head: anchorText(head) })
      return { entries: head.count, head: anchorText(head) }
    },
  },
]
