import { and, asc, eq, lt, sql } from 'drizzle-orm'
import type { Ctx, Visibility } from '../../../core/context'
import { newId } from '../../../core/ids'
import { inTransaction } from '../../../core/verb'
import { composeMessage, EVENTS_A_MESSAGE, isShortEnough } from '../message'
import type { EventPlace, EventSource } from '../sources'
import { webhookCursors, webhookEndpoints, webhookMessages } from '../tables'
import { toCursor, toPlace } from './cursors'

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
    const { seq } = await source.newest(ctx)
    for (const endpointId of await endpointsBehind(ctx, source, seq)) {
      let step: Step = 'passed'
      while (step !== 'done' && !signal.aborted) {
        step = await inTransaction(ctx, (tx) => dispatchNext(tx, source, endpointId))
        if (step === 'written') messages++
      }
    }
  }
  return messages
}

/** Also such as have had the newest number out of an archive: those look once more, and find nothing. */
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
  const [found] = await tx.db
    .select({ cursor: webhookCursors, visibility: webhookEndpoints.visibility })
    .from(webhookCursors)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookCursors.endpointId))
    .where(and(ofEndpoint, eq(webhookEndpoints.state, 'enabled')))
    .for('update', { of: webhookCursors, skipLocked: true })
  if (found === undefined) return 'done'
  const waiting = and(eq(webhookMessages.endpointId, endpointId), eq(webhookMessages.state, 'pending'))
  if ((await tx.db.$count(webhookMessages, waiting)) >= MAX_WAITING) return 'done'
  const after = toPlace(found.cursor)
  const now = tx.clock.now()
  const { body, events, place } = await readMessage(tx, source, { after, visibility: found.visibility }, now)
  if (isSame(place, after)) return 'done'
  if (events > 0)
    await tx.db.insert(webhookMessages).values({
      id: newId(now.getTime()),
      endpointId,
      type: source.type,
      body,
      events,
      position: sql`nextval('webhook_positions')`,
      state: 'pending',
      nextAttemptAt: now,
      createdAt: now,
    })
  await tx.db.update(webhookCursors).set(toCursor(place)).where(ofEndpoint)
  return events === 0 ? 'passed' : 'written'
}

/** The next events as a message; where it would be too long, it is the first of them that fit. */
async function readMessage(
  tx: Ctx,
  source: EventSource,
  from: { after: EventPlace; visibility: Visibility },
  at: Date,
): Promise<{ body: string; events: number; place: EventPlace }> {
  for (let limit = EVENTS_A_MESSAGE; ; limit = Math.ceil(limit / 2)) {
    const { items, place } = await source.read(tx, { ...from, limit })
    const body = composeMessage(source, items, place, at)
    if (items.length <= 1 || isShortEnough(body)) return { body, events: items.length, place }
  }
}

const isSame = (one: EventPlace, other: EventPlace) =>
  one.seq === other.seq && one.archive === other.archive && one.row === other.row
