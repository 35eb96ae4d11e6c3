import { and, eq, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, callerName, visibilityOf } from '../../../core/context'
import { newId } from '../../../core/ids'
import { type MutationScope, mutation, query } from '../../../core/verb'
import { outsideYourLimits } from '../../terminals'
import { alertRecipientExists, alertRecipientNotFound, tooManyAlertRecipients } from '../errors'
import {
  AlertRecipientRef,
  type AlertRecipientView,
  CreateAlertRecipientInput,
  UpdateAlertRecipientInput,
} from '../schemas'
import { alertMailState, alertRecipients } from '../tables'
import type { Recipient } from './due'
import { MOST_RECIPIENTS } from './lists'
import { isMailSet, mailHost } from './smtp'

const permission = 'alerts:write'
/** Of two that are added at once one must see the other. */
const COUNT_LOCK = 7733033

/** Whoever sets what the whole fleet is told of sees all of it. */
export function requireNoLimits({ actor }: Pick<Ctx, 'actor'>): void {
  if (visibilityOf(actor).kind === 'limited') throw outsideYourLimits()
}

/** Every address, and how the mail server is doing; fifty at most. `outside_your_limits`. */
export const listAlertRecipients = query({ permission, input: z.object({}) }, async (ctx) => {
  requireNoLimits(ctx)
  const rows = await select(ctx)
  const [state] = await ctx.db.select().from(alertMailState)
  return {
    recipients: rows.map(toView),
    server:
      isMailSet(ctx.settings) && state !== undefined
        ? { host: mailHost(ctx.settings), ...standing(state) }
        : null,
  }
})

/** Adds an address; rules say what it is told of. `alert_recipient_exists`, `too_many_alert_recipients`, `outside_your_limits`. */
export const createAlertRecipient = mutation(
  { permission, input: CreateAlertRecipientInput, isFresh: true },
  async (scope, { address, language }) => {
    requireNoLimits(scope)
    await scope.db.execute(sql`select pg_advisory_xact_lock(${COUNT_LOCK})`)
    await requireNew(scope, address)
    if ((await scope.db.$count(alertRecipients)) >= MOST_RECIPIENTS)
      throw tooManyAlertRecipients({ values: { max: MOST_RECIPIENTS } })
    const now = scope.clock.now()
    const id = newId(now.getTime())
    await scope.db.insert(alertRecipients).values({
      id,
      address,
      language,
      nextMailAt: now,
      createdBy: callerName(scope.actor),
      createdAt: now,
    })
    scope.audit({
      action: 'alert_recipient.created',
      subject: { kind: 'alert_recipient', id, label: address },
      after: { address, language },
    })
    return viewOf(scope, id)
  },
)

/** Changes what is given; another address has refused nothing yet. `alert_recipient_exists`, `alert_recipient_not_found`, `outside_your_limits`. */
export const updateAlertRecipient = mutation(
  { permission, input: UpdateAlertRecipientInput, isFresh: true },
  async (scope, { recipientId, ...given }) => {
    requireNoLimits(scope)
    await scope.db.execute(sql`select pg_advisory_xact_lock(${COUNT_LOCK})`)
    const before = await lockRecipient(scope, recipientId)
    const { address = before.address, language = before.language } = given
    if (address === before.address && language === before.language) {
      scope.nothingChanged()
      return viewOf(scope, recipientId)
    }
    await requireNew(scope, address, recipientId)
    const unharmed = {
      attempts: 0,
      failingSince: null,
      lastError: null,
      lastAnswer: null,
      nextMailAt: scope.clock.now(),
    }
    await scope.db
      .update(alertRecipients)
      .set({ address, language, ...(address === before.address ? {} : unharmed) })
      .where(eq(alertRecipients.id, recipientId))
    scope.audit({
      action: 'alert_recipient.updated',
      subject: { kind: 'alert_recipient', id: recipientId, label: address },
      before: { address: before.address, language: before.language },
      after: { address, language },
    })
    return viewOf(scope, recipientId)
  },
)

/** Takes an address out of all rules, with what it has not been told yet. `alert_recipient_not_found`, `outside_your_limits`. */
export const deleteAlertRecipient = mutation(
  { permission, input: AlertRecipientRef },
  async (scope, { recipientId }) => {
    requireNoLimits(scope)
    const { address, language } = await lockRecipient(scope, recipientId)
    await scope.db.execute(sql`
      update alert_rules set recipient_ids = array_remove(recipient_ids, ${recipientId}::uuid), revision = revision + 1
      where ${recipientId}::uuid = any(recipient_ids)`)
    await scope.db.delete(alertRecipients).where(eq(alertRecipients.id, recipientId))
    scope.audit({
      action: 'alert_recipient.deleted',
      subject: { kind: 'alert_recipient', id: recipientId, label: address },
      before: { address, language },
    })
    return { recipientId }
  },
)

export async function lockRecipient({ db }: Pick<Ctx, 'db'>, id: string): Promise<Recipient> {
  const [row] = await db.select().from(alertRecipients).where(eq(alertRecipients.id, id)).for('update')
  if (row === undefined) throw alertRecipientNotFound()
  return row
}

async function requireNew({ db }: MutationScope, address: string, but?: string): Promise<void> {
  const isSame = sql`lower(${alertRecipients.address}) = lower(${address})`
  const others = but === undefined ? isSame : and(isSame, ne(alertRecipients.id, but))
  if ((await db.$count(alertRecipients, others)) > 0) throw alertRecipientExists()
}

interface Row {
  recipient: Recipient
  waiting: number
}

const select = ({ db }: Pick<Ctx, 'db'>): Promise<Row[]> =>
  db
    .select({
      recipient: alertRecipients,
      waiting: sql<number>`(select count(distinct i.alert_id)::int from alert_mail_items i
        where i.recipient_id = alert_recipients.id and i.what <> 'cleared')`,
    })
    .from(alertRecipients)
    .orderBy(alertRecipients.address)

async function viewOf(ctx: Pick<Ctx, 'db'>, id: string): Promise<AlertRecipientView> {
  const row = (await select(ctx)).find(({ recipient }) => recipient.id === id)
  if (row === undefined) throw alertRecipientNotFound()
  return toView(row)
}

const toView = ({ recipient, waiting }: Row): AlertRecipientView => ({
  id: recipient.id,
  address: recipient.address,
  language: recipient.language,
  lastMailedAt: recipient.lastMailedAt?.toISOString() ?? null,
  waiting,
  ...standing(recipient),
})

const standing = ({
  failingSince,
  lastError,
  lastAnswer,
}: Pick<Recipient, 'failingSince' | 'lastError' | 'lastAnswer'>) => ({
  failingSince: failingSince?.toISOString() ?? null,
  lastError,
  lastAnswer,
})
