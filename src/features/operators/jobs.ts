import type { Job } from '../../jobs/schedule'
import { endRetired } from '../credentials'

/** What signing in leaves behind; nothing here opens anything any more. */
export const operatorJobs: readonly Job[] = [
  {
    name: 'sweep-sign-in',
    schedule: '0 37 * * * *',
    runsAtStart: false,
    async run({ sql, clock, settings }) {
      const now = clock.now()
      const idleSince = new Date(now.getTime() - settings.signIn.idleMinutes * 60_000)
      const sessions = await sql`
        delete from operator_sessions where expires_at < ${now} or last_used_at < ${idleSince}`
      await sql`delete from operator_challenges where expires_at < now()`
      // A code is good for a minute and a half; a lock for as long as it says.
      await sql`delete from operator_used_codes where used_at < now() - interval '10 minutes'`
      const attempts = await sql`
        delete from sign_in_attempts
        where last_failed_at < ${new Date(now.getTime() - ATTEMPTS_KEPT_MS)}
          and (locked_until is null or locked_until < ${now})`
      await sql`delete from setup_tokens where expires_at < ${now}`
      return { sessions: sessions.count, attempts: attempts.count }
    },
  },
  {
    name: 'end-replaced-secrets',
    schedule: '0 7 * * * *',
    runsAtStart: false,
    async run({ db, clock }) {
      return { ended: await endRetired(db, clock.now()) }
    },
  },
]

const ATTEMPTS_KEPT_MS = 24 * 3_600_000
