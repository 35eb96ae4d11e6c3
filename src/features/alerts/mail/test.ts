import { eq } from 'drizzle-orm'
import { newId } from '../../../core/ids'
import { inMutation, mutations } from '../../../core/verb'
import { alertRecipientNotFound, mailNotSet } from '../errors'
import { AlertRecipientRef } from '../schemas'
import { alertRecipients } from '../tables'
import { requireNoLimits } from './recipients'
import { isMailSet, sendLetter } from './smtp'
import { MAIL_WORDS } from './words'

/**
 * Sends a test message to an address at once, whatever waits, and tells what the mail server said. It is not repeated.
 * `alert_recipient_not_found`, `mail_not_set`, `outside_your_limits`.
 */
export const testAlertMail = mutations(
  { permission: 'alerts:write', input: AlertRecipientRef },
  async (ctx, { recipientId }) => {
    requireNoLimits(ctx)
    const [recipient] = await ctx.db.select().from(alertRecipients).where(eq(alertRecipients.id, recipientId))
    if (recipient === undefined) throw alertRecipientNotFound()
    const { settings } = ctx
    if (!isMailSet(settings)) throw mailNotSet()
    const words = MAIL_WORDS[recipient.language]
    const publicUrl = settings.http.publicUrl ?? ''
    const { error, answer, durationMs } = await sendLetter(settings, {
      to: recipient.address,
      subject: words.testSubject,
      text: [words.test, publicUrl, `-- \n${words.why}`, ''].join('\n\n'),
      messageId: `test.${newId()}@${new URL(publicUrl).hostname}`,
    })
    await inMutation(ctx, async (scope) =>
      scope.audit({
        action: 'alert_recipient.tested',
        subject: { kind: 'alert_recipient', id: recipientId, label: recipient.address },
        after: { error: error ?? null },
      }),
    )
    return { isSent: error === undefined, error: error ?? null, answer, durationMs }
  },
)
