import { and, asc, eq, lt, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { inTransaction } from '../../../core/verb'
import { composeMessage, EVENTS_A_MESSAGE } from '../message'
import type { EventSource } from '../sources'
import { webhookCursors, webhookEndpoints, webhookMessages } from '../tables'

/** An endpoint that does not keep up is read for no further: its cursor remembers where, and the outbox stays small. */
const MAX_WAITING = 20

/**
 * Turns events into messages: for each enabled endpoint whose cursor is behind, reads on, writes a message and moves the
 * cursor in one transaction that holds the cursor's row. So nothing is skipped or told twice, whoever dies when and
 * however many dispatchers there are: one that finds the row held leaves it to the other.
 * @returns how many messages were written
 */
export async function dispatchEvents(
  ctx: Ctx,
  sources: readonly EventSource[],
  signal: AbortSignal,
): Promise<number> {
  let messages = 0
  for (const source of sources) {
    const newest = await source.newestSeq(ctx)
    for (const endpointId of await endpointsBehind(ctx, source, newest)) {
      let step: Step = 'passed'
      while (step !== 'done' && !signal.aborted) {
        step = await inTransaction(ctx, (tx) => dispatchNext(tx, source, endpointId))
        if (step === 'written') messages++
      }
    }
  }
  return messages
}

async function endpointsBehind(ctx: Ctx, source: EventSource, newest: number): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: webhookCursors.endpointId })
    .from(webhookCursors)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookCursors.endpointId))
    .where(
      and(
        eq(webhookEndpoints.state, 'enabled'),
        eq(webhookCursors.eventType, source.type),
        lt(webhookCursors.seq, newest),
      ),
    )
    .orderBy(asc(webhookCursors.endpointId))
  return rows.map(({ id }) => id)
}

/** `passed`: the cursor moved over events that are not for this endpoint. */
type Step = 'written' | 'passed' | 'done'

async function dispatchNext(tx: Ctx, source: EventSource, endpointId: string): Promise<Step> {
  const ofEndpoint = and(eq(webhookCursors.endpointId, endpointId), eq(webhookCursors.eventType, source.type))
  const [cursor] = await tx.db
    .select({ seq: webhookCursors.seq, visibility: webhookEndpoints.visibility })
    .from(webhookCursors)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookCursors.endpointId))
    .where(and(ofEndpoint, eq(webhookEndpoints.state, 'enabled')))
    .for('update', { of: webhookCursors, skipLocked: true })
  if (cursor === undefined) return 'done'
  const waiting = and(eq(webhookMessages.endpointId, endpointId), eq(webhookMessages.state, 'pending'))
  if ((await tx.db.$count(webhookMessages, waiting)) >= MAX_WAITING) return 'done'
  const { items, lastSeq } = await source.read(tx, {
    afterSeq: cursor.seq,
    limit: EVENTS_A_MESSAGE,
    visibility: cursor.visibility,
  })
  if (lastSeq <= cursor.seq) return 'done'
  const now = tx.clock.now()
  const message = items.length === 0 ? undefined : composeMessage(source, items, lastSeq, now)
  if (message !== undefined)
    await tx.db.insert(webhookMessages).values({
      id: newId(now.getTime()),
      endpointId,
      type: source.type,
      body: message.body,
      events: message.events,
      position: sql`nextval('webhook_positions')`,
      state: 'pending',
      nextAttemptAt: now,
      createdAt: now,
    })
  await tx.db
    .update(webhookCursors)
    .set({ seq: message?.lastSeq ?? lastSeq })
    .where(ofEndpoint)
  return message === undefined ? 'passed' : 'written'
}
