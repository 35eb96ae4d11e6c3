import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import { backOffSeconds, GIVE_UP_AFTER_MS } from '../../../core/back-off'
import type { Ctx } from '../../../core/context'
import { inTransaction } from '../../../core/verb'
import type { JobRun } from '../../../jobs/schedule'
import { alertMailItems, alertMailState, alertRecipients } from '../tables'
import { composeMail } from './compose'
import { type DueMail, dueMail, dueRecipients, forgetReopened, type Recipient } from './due'
import { isOfServer, MAIL_JOB } from './lists'
import { queueEvents } from './queue'
import { isMailSet, type MailAnswer, sendLetter } from './smtp'

/** Between two mails to one address: what happens meanwhile goes into the next. */
export const DISTANCE_MS = 5 * 60_000
/** A mail server that is back is noticed soon. */
const LONGEST_WAIT_SECONDS = 15 * 60

const STATE = eq(alertMailState.id, 1)

export interface MailCounts {
  sent: number
  refused: number
  givenUp: number
}

/**
 * One look: notes what happened, then sends what is due, one mail an address. What was taken is settled by the holder of the job's lease
 * alone; whoever dies between the two sends it again under the same Message-ID, and nothing is lost. A server that takes nothing is left
 * alone for longer and longer; the others' mails wait with it.
 */
export async function sendMails(
  ctx: Ctx,
  { fence, signal }: Pick<JobRun, 'fence' | 'signal'>,
): Promise<MailCounts> {
  const counts: MailCounts = { sent: 0, refused: 0, givenUp: 0 }
  const fenced = <Result>(run: (tx: Ctx) => Promise<Result>) =>
    inTransaction(ctx, async (tx) => {
      await tx.db.execute(sql`select psm_require_lease(${MAIL_JOB}, ${fence})`)
      return run(tx)
    })
  await fenced(queueEvents)
  if (!isMailSet(ctx.settings)) return counts
  const [state] = await ctx.db.select().from(alertMailState).where(STATE)
  if (state?.nextAttemptAt && state.nextAttemptAt > ctx.clock.now()) return counts
  await fenced(forgetReopened)
  counts.givenUp = await fenced(giveUp)
  for (const recipient of await dueRecipients(ctx)) {
    if (signal.aborted) break
    const mail = await dueMail(ctx, recipient.id)
    if (mail === undefined) continue
    const answer = await sendMail(ctx, recipient, mail)
    await fenced((tx) => settle(tx, recipient, mail, answer))
    counts[answer.error === undefined ? 'sent' : 'refused']++
    if (answer.error === undefined) continue
    ctx.log.warn('alert_mail_refused', { recipientId: recipient.id, reason: answer.error })
    if (isOfServer(answer.error)) break
  }
  return counts
}

function sendMail({ settings }: Ctx, { id, address, language }: Recipient, { alerts, seqs }: DueMail) {
  const publicUrl = settings.http.publicUrl ?? ''
  const messageId = `alerts.${id}.${seqs.at(-1)}@${new URL(publicUrl).hostname}`
  return sendLetter(settings, { to: address, messageId, ...composeMail(alerts, { language, publicUrl }) })
}

/** What a mail server said, of the mail, the address and itself. */
async function settle(tx: Ctx, recipient: Recipient, { seqs }: DueMail, answer: MailAnswer): Promise<void> {
  const { db, clock } = tx
  const now = clock.now()
  const { error } = answer
  const ofRecipient = eq(alertRecipients.id, recipient.id)
  const well = { attempts: 0, failingSince: null, lastError: null, lastAnswer: null }
  if (error === undefined) {
    await db
      .delete(alertMailItems)
      .where(and(eq(alertMailItems.recipientId, recipient.id), inArray(alertMailItems.seq, seqs)))
    const nextMailAt = new Date(now.getTime() + DISTANCE_MS)
    await db
      .update(alertRecipients)
      .set({ ...well, nextMailAt, lastMailedAt: now })
      .where(ofRecipient)
  }
  if (error !== undefined && !isOfServer(error)) {
    const attempts = recipient.attempts + 1
    await db
      .update(alertRecipients)
      .set({ ...failing(recipient, answer, now), attempts, nextMailAt: later(now, attempts) })
      .where(ofRecipient)
  }
  const [state] = await db.select().from(alertMailState).where(STATE).for('update')
  if (state === undefined) return
  // Whatever it said of one mail, it is there and works.
  if (error === undefined || !isOfServer(error))
    await db
      .update(alertMailState)
      .set({
        ...well,
        nextAttemptAt: null,
        ...(error === undefined
          ? { sentCount: state.sentCount + 1 }
          : { failedCount: state.failedCount + 1 }),
      })
      .where(STATE)
  else {
    const attempts = state.attempts + 1
    const next = { attempts, nextAttemptAt: later(now, attempts), failedCount: state.failedCount + 1 }
    await db
      .update(alertMailState)
      .set({ ...failing(state, answer, now), ...next })
      .where(STATE)
  }
}

const failing = (
  { failingSince }: { failingSince: Date | null },
  { error, answer }: MailAnswer,
  now: Date,
) => ({ failingSince: failingSince ?? now, lastError: error ?? null, lastAnswer: answer })

const later = (now: Date, attempts: number): Date =>
  new Date(now.getTime() + Math.min(backOffSeconds(attempts, Math.random()), LONGEST_WAIT_SECONDS) * 1000)

/** What nobody took for three days is no news any more. */
async function giveUp({ db, clock }: Ctx): Promise<number> {
  const before = new Date(clock.now().getTime() - GIVE_UP_AFTER_MS)
  const gone = await db
    .delete(alertMailItems)
    .where(lt(alertMailItems.dueAt, before))
    .returning({ seq: alertMailItems.seq })
  if (gone.length > 0)
    await db
      .update(alertMailState)
      .set({ givenUpCount: sql`${alertMailState.givenUpCount} + ${gone.length}` })
      .where(STATE)
  return gone.length
}
