import { isNotNull } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { alertMailState, alertRecipients } from '../tables'
import type { MailError } from './lists'
import { isMailSet, mailHost } from './smtp'

export interface FailingMail {
  /** `smtp` of the server itself, else the address's id. */
  id: string
  name: string
  since: Date
  error: MailError
}

/** The mail server while it takes nothing, and addresses that it refuses. */
export async function failingMails({ db, settings }: Ctx): Promise<FailingMail[]> {
  if (!isMailSet(settings)) return []
  const found = [
    ...(await db
      .select()
      .from(alertMailState)
      .where(isNotNull(alertMailState.failingSince))
      .then((rows) => rows.map((row) => ({ ...row, id: 'smtp', name: mailHost(settings) })))),
    ...(await db
      .select()
      .from(alertRecipients)
      .where(isNotNull(alertRecipients.failingSince))
      .then((rows) => rows.map((row) => ({ ...row, name: row.address })))),
  ]
  return found.flatMap(({ id, name, failingSince, lastError }) =>
    failingSince === null || lastError === null ? [] : [{ id, name, since: failingSince, error: lastError }],
  )
}
