import { and, desc, eq, lt, notInArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, callerName } from '../../../core/context'
import { newId } from '../../../core/ids'
import { decodeCursor, toPage } from '../../../core/paging'
import { mutation, query } from '../../../core/verb'
import { personBehind } from '../../operators'
import { tooManyWebhooks } from '../errors'
import type { EventType } from '../lists'
import { requireMayRead } from '../rights'
import { CreateWebhookInput, ListWebhooksInput, UpdateWebhookInput, WebhookRef } from '../schemas'
import type { EventSource } from '../sources'
import { webhookCursors, webhookEndpoints } from '../tables'
import { shownUrl, targetOf } from '../target'
import { toCursor } from './cursors'
import { lockEndpoint, seenEndpoints, toView, viewColumns, viewOf } from './find'
import { issueSecret } from './secrets'

/** Each reads the whole sequence for itself. */
const MAX_ENDPOINTS = 100
/** Of two that are made at once one must see the other. */
const COUNT_LOCK = 7733011

/**
 * Makes an endpoint, which begins with what happens from now on. Its secret is in the answer and nowhere else.
 * `scope_beyond_own` where it would tell of what its maker may not read.
 */
export const createWebhookOf = (sources: readonly EventSource[]) =>
  mutation(
    { permission: 'webhooks:write', input: CreateWebhookInput, isFresh: true },
    async (scope, input) => {
      requireMayRead(scope.actor, input)
      const url = targetOf(input.url, scope.settings.webhooks.allowPrivate)
      await scope.db.execute(sql`select pg_advisory_xact_lock(${COUNT_LOCK})`)
      if ((await scope.db.$count(webhookEndpoints)) >= MAX_ENDPOINTS)
        throw tooManyWebhooks({ values: { max: MAX_ENDPOINTS } })
      const now = scope.clock.now()
      const id = newId(now.getTime())
      const eventTypes = [...new Set(input.eventTypes)]
      await scope.db.insert(webhookEndpoints).values({
        id,
        name: input.name,
        url,
        eventTypes,
        visibility: input.visibility,
        state: 'enabled',
        createdBy: callerName(scope.actor),
        makerId: await personBehind(scope),
        createdAt: now,
      })
      await setCursors(scope, sources, id, eventTypes)
      const secret = await issueSecret(scope, id)
      scope.audit({
        action: 'webhook.created',
        subject: { kind: 'webhook', id, label: input.name },
        after: { name: input.name, url: shownUrl(url), eventTypes, visibility: input.visibility },
      })
      return { id, secret }
    },
  )

/** Changes what is given; a type of event that is new to it begins with what happens from now on. `scope_beyond_own` as above. */
export const updateWebhookOf = (sources: readonly EventSource[]) =>
  mutation(
    { permission: 'webhooks:write', input: UpdateWebhookInput, isFresh: true },
    async (scope, input) => {
      const { id, ...before } = await lockEndpoint(scope, input.webhookId)
      const after = {
        name: input.name ?? before.name,
        url: isAsBefore(input.url, before.url)
          ? before.url
          : targetOf(input.url, scope.settings.webhooks.allowPrivate),
        eventTypes: [...new Set(input.eventTypes ?? before.eventTypes)],
        visibility: input.visibility ?? before.visibility,
      }
      requireMayRead(scope.actor, after)
      const { name, url, eventTypes, visibility } = before
      if (JSON.stringify(after) === JSON.stringify({ name, url, eventTypes, visibility }))
        scope.nothingChanged()
      else {
        await scope.db.update(webhookEndpoints).set(after).where(eq(webhookEndpoints.id, id))
        await setCursors(scope, sources, id, after.eventTypes)
        scope.audit({
          action: 'webhook.updated',
          subject: { kind: 'webhook', id, label: after.name },
          before: { name, url: shownUrl(url), eventTypes, visibility },
          after: {
            ...after,
            url: shownUrl(after.url),
            ...(isOnlyHiddenChanged(url, after.url) ? { isHiddenPartChanged: true } : {}),
          },
        })
      }
      return viewOf(scope, id)
    },
  )

/** Also where it comes back as it was shown: whoever changes another field need not know what is hidden. */
const isAsBefore = (given: string | undefined, before: string): given is undefined =>
  given === undefined || given === shownUrl(before)

const isOnlyHiddenChanged = (before: string, after: string) =>
  before !== after && shownUrl(before) === shownUrl(after)

/** Removes an endpoint with its secrets, messages and attempts. */
export const deleteWebhook = mutation(
  { permission: 'webhooks:write', input: WebhookRef },
  async (scope, { webhookId }) => {
    const { id, name, url } = await lockEndpoint(scope, webhookId)
    await scope.db.delete(webhookEndpoints).where(eq(webhookEndpoints.id, id))
    scope.audit({
      action: 'webhook.deleted',
      subject: { kind: 'webhook', id, label: name },
      before: { name, url: shownUrl(url) },
    })
    return { webhookId: id }
  },
)

export const getWebhook = query({ permission: 'webhooks:read', input: WebhookRef }, (ctx, { webhookId }) =>
  viewOf(ctx, webhookId),
)

const Position = z.tuple([z.uuid()])

export const listWebhooks = query(
  { permission: 'webhooks:read', input: ListWebhooksInput },
  async (ctx, { cursor, limit }) => {
    const before = cursor === undefined ? undefined : decodeCursor(cursor, Position)[0]
    const rows = await ctx.db
      .select(viewColumns(ctx.clock.now()))
      .from(webhookEndpoints)
      .where(and(seenEndpoints(ctx), before === undefined ? undefined : lt(webhookEndpoints.id, before)))
      .orderBy(desc(webhookEndpoints.id))
      .limit(limit + 1)
    return toPage(rows, limit, ({ endpoint }) => [endpoint.id], toView)
  },
)

/** A cursor at the newest event for each type that has none yet; those of other types go. */
async function setCursors(
  ctx: Ctx,
  sources: readonly EventSource[],
  endpointId: string,
  types: readonly EventType[],
): Promise<void> {
  const others = notInArray(webhookCursors.eventType, [...types])
  await ctx.db.delete(webhookCursors).where(and(eq(webhookCursors.endpointId, endpointId), others))
  for (const source of sources.filter(({ type }) => types.includes(type)))
    await ctx.db
      .insert(webhookCursors)
      .values({ endpointId, eventType: source.type, ...toCursor(await source.newest(ctx)) })
      .onConflictDoNothing()
}
