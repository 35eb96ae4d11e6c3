import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { decodeCursor, toPage } from '../../../core/paging'
import { mutation, query } from '../../../core/verb'
import { noteHandover } from '../../audit'
import { webhookDisabled, webhookMessageNotFound } from '../errors'
import { mayReadBody } from '../rights'
import { ListMessagesInput, MessageRef, ReplayFailedInput } from '../schemas'
import { idOfWire, wireId } from '../signature'
import { webhookAttempts, webhookMessages } from '../tables'
import { findEndpoint, lockEndpoint } from './find'

const SHOWN_ATTEMPTS = 100
const REPLAYED_AT_ONCE = 1_000

type Message = typeof webhookMessages.$inferSelect

const Position = z.tuple([z.uuid()])

/** The messages of an endpoint, the newest first; settled ones are kept for 30 days. */
export const listMessages = query(
  { permission: 'webhooks:read', input: ListMessagesInput },
  async (ctx, { webhookId, state, cursor, limit }) => {
    const { id } = await findEndpoint(ctx, webhookId)
    const before = cursor === undefined ? undefined : decodeCursor(cursor, Position)[0]
    const rows = await ctx.db
      .select()
      .from(webhookMessages)
      .where(
        and(
          eq(webhookMessages.endpointId, id),
          state === undefined ? undefined : eq(webhookMessages.state, state),
          before === undefined ? undefined : lt(webhookMessages.id, before),
        ),
      )
      .orderBy(desc(webhookMessages.id))
      .limit(limit + 1)
    return toPage(rows, limit, (row) => [row.id], toView)
  },
)

/** A message with what is sent, for who may read that elsewhere as well, and how each attempt ended. The audit log tells who read it. */
export const getMessage = query({ permission: 'webhooks:read', input: MessageRef }, async (ctx, input) => {
  const { id, name, visibility } = await findEndpoint(ctx, input.webhookId)
  const message = await findMessage(ctx, input)
  const isReadable = mayReadBody(ctx.actor, message.type, visibility)
  if (isReadable)
    await noteHandover(ctx, {
      action: 'webhook.viewed',
      subject: { kind: 'webhook', id, label: name },
      after: { messageId: input.messageId },
    })
  const attempts = await ctx.db
    .select()
    .from(webhookAttempts)
    .where(eq(webhookAttempts.messageId, message.id))
    .orderBy(desc(webhookAttempts.id))
    .limit(SHOWN_ATTEMPTS)
  return {
    ...toView(message),
    body: isReadable ? message.body : null,
    history: attempts.map(({ at, isDelivered, status, error, answer, durationMs }) => ({
      at: at.toISOString(),
      isDelivered,
      status,
      error,
      answer,
      durationMs,
    })),
  }
})

/** Sends a settled message once more, after those that wait: under the same `webhook-id`, with three new days. */
export const replayMessage = mutation(
  { permission: 'webhooks:write', input: MessageRef },
  async (scope, input) => {
    const { id, name, state } = await lockEndpoint(scope, input.webhookId)
    const message = await findMessage(scope, input)
    if (state === 'disabled') throw webhookDisabled()
    if (message.state === 'pending') {
      scope.nothingChanged()
      return toView(message)
    }
    const [replayed] = await scope.db
      .update(webhookMessages)
      .set({ ...anew(scope), position: sql`nextval('webhook_positions')` })
      .where(eq(webhookMessages.id, message.id))
      .returning()
    scope.audit({
      action: 'webhook.replayed',
      subject: { kind: 'webhook', id, label: name },
      after: { messageId: input.messageId },
    })
    return toView(replayed ?? message)
  },
)

/** The same for all that were given up since a moment, in their order; 1000 at a time, the oldest first. */
export const replayFailed = mutation(
  { permission: 'webhooks:write', input: ReplayFailedInput },
  async (scope, { webhookId, since }) => {
    const { id, name, state } = await lockEndpoint(scope, webhookId)
    if (state === 'disabled') throw webhookDisabled()
    const rows = await scope.db
      .select({ id: webhookMessages.id })
      .from(webhookMessages)
      .where(
        and(
          eq(webhookMessages.endpointId, id),
          eq(webhookMessages.state, 'failed'),
          gte(webhookMessages.createdAt, new Date(since)),
        ),
      )
      .orderBy(webhookMessages.position)
      .limit(REPLAYED_AT_ONCE + 1)
    const ids = rows.slice(0, REPLAYED_AT_ONCE).map((row) => row.id)
    if (ids.length === 0) scope.nothingChanged()
    else {
      const now = scope.clock.now().toISOString()
      await scope.db.execute(sql`
        update webhook_messages m set state = 'pending', attempts = 0, first_attempt_at = null,
          next_attempt_at = ${now}, settled_at = null, position = o.position
        from (select id, nextval('webhook_positions') as position
              from unnest(${sql.param(ids)}::uuid[]) with ordinality as given (id, place) order by place) o
        where m.id = o.id`)
      scope.audit({
        action: 'webhook.replayed',
        subject: { kind: 'webhook', id, label: name },
        after: { messages: ids.length, since },
      })
    }
    return { replayed: ids.length, isMore: rows.length > ids.length }
  },
)

const anew = (ctx: Ctx) =>
  ({
    state: 'pending',
    attempts: 0,
    firstAttemptAt: null,
    nextAttemptAt: ctx.clock.now(),
    settledAt: null,
  }) as const

async function findMessage(
  ctx: Ctx,
  { webhookId, messageId }: z.output<typeof MessageRef>,
): Promise<Message> {
  const [row] = await ctx.db
    .select()
    .from(webhookMessages)
    .where(and(eq(webhookMessages.id, idOfWire(messageId)), eq(webhookMessages.endpointId, webhookId)))
  if (row === undefined) throw webhookMessageNotFound()
  return row
}

function toView(row: Message) {
  const { type, state, events, attempts, lastStatus, lastError } = row
  return {
    id: wireId(row.id),
    type,
    state,
    events,
    attempts,
    lastStatus,
    lastError,
    createdAt: row.createdAt.toISOString(),
    nextAttemptAt: state === 'pending' ? row.nextAttemptAt.toISOString() : null,
    settledAt: row.settledAt?.toISOString() ?? null,
  }
}
