import { and, desc, eq, gt, ilike, inArray, isNotNull, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { escapeLike } from '../../../core/like'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import type { Database } from '../../../db/client'
import { type KnownSecret, listSecrets } from '../../credentials'
import { apiKeyNotFound } from '../errors'
import { KEY_EXPIRES_SOON_DAYS, type KEY_STATES, KEY_UNUSED_DAYS, type KEY_WARNINGS } from '../lists'
import { copyOfVisibility, seesNoMore } from '../rights'
import { ApiKeyRef, ListApiKeysInput } from '../schemas'
import { apiKeys } from '../tables'

type Row = typeof apiKeys.$inferSelect
const permission = 'api-keys:read'
const DAY_MS = 86_400_000

const Position = z.tuple([z.uuid()])

export const listApiKeys = query({ permission, input: ListApiKeysInput }, async (ctx, input) => {
  const before = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
  const rows = await ctx.db
    .select()
    .from(apiKeys)
    .where(
      and(
        seesNoMore(ctx, apiKeys.visibility),
        before === undefined ? undefined : lt(apiKeys.id, before),
        input.search ? ilike(apiKeys.name, `%${escapeLike(input.search)}%`) : undefined,
        input.state === undefined ? undefined : isIn(input.state, ctx.clock.now()),
        input.warning === undefined ? undefined : warns(input.warning, ctx.clock.now()),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(input.limit + 1)
  const now = ctx.clock.now()
  const ids = rows.map((row) => row.id)
  const secrets = await listSecrets(ctx.db, ids, now)
  const gone = await withoutMaker(ctx.db, ids)
  return toPage(
    rows,
    input.limit,
    (row) => [row.id],
    (row) => toView(row, { secrets: secrets.get(row.id) ?? [], isMakerGone: gone.has(row.id), now }),
  )
})

export const getApiKey = query({ permission, input: ApiKeyRef }, async (ctx, input) => {
  const [row] = await ctx.db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, input.apiKeyId), seesNoMore(ctx, apiKeys.visibility)))
  if (row === undefined) throw apiKeyNotFound()
  return viewOf(ctx, row)
})

/** One key as it is told, with its secrets' beginnings. */
export async function viewOf({ db, clock }: Pick<Ctx, 'db' | 'clock'>, row: Row) {
  const now = clock.now()
  const secrets = (await listSecrets(db, [row.id], now)).get(row.id) ?? []
  return toView(row, { secrets, isMakerGone: (await withoutMaker(db, [row.id])).has(row.id), now })
}

/** Nobody is here any more who has made a key, or was given a new secret of it. Those of the command line never had anybody. */
const IS_MAKER_GONE = sql`(api_keys.maker_id is not null and not exists (
  select from operators o where o.state = 'active'
    and (o.id = api_keys.maker_id or o.id = any(api_keys.renewer_ids))))`

async function withoutMaker(db: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(inArray(apiKeys.id, [...ids]), IS_MAKER_GONE))
  return new Set(rows.map(({ id }) => id))
}

/** The same as `warningsOf`, as a condition. */
function warns(warning: (typeof KEY_WARNINGS)[number], now: Date): SQL | undefined {
  const daysAway = (days: number) => new Date(now.getTime() + days * DAY_MS)
  const which: Record<typeof warning, SQL | undefined> = {
    expires_soon: lte(apiKeys.expiresAt, daysAway(KEY_EXPIRES_SOON_DAYS)),
    unused: lte(
      sql`coalesce(${apiKeys.lastUsedAt}, ${apiKeys.createdAt})`,
      daysAway(-KEY_UNUSED_DAYS).toISOString(),
    ),
    maker_gone: IS_MAKER_GONE,
  }
  return and(isIn('active', now), which[warning])
}

type State = (typeof KEY_STATES)[number]

/** The same as `stateOf`, as a condition. */
function isIn(state: State, now: Date): SQL | undefined {
  const isThere = isNull(apiKeys.revokedAt)
  const which: Record<State, SQL | undefined> = {
    active: and(isThere, or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now))),
    expired: and(isThere, lte(apiKeys.expiresAt, now)),
    revoked: isNotNull(apiKeys.revokedAt),
  }
  return which[state]
}

function stateOf({ revokedAt, expiresAt }: Pick<Row, 'revokedAt' | 'expiresAt'>, now: Date): State {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}

interface Known {
  secrets: readonly KnownSecret[]
  isMakerGone: boolean
  now: Date
}

function toView(row: Row, { secrets, isMakerGone, now }: Known) {
  return {
    id: row.id,
    name: row.name,
    state: stateOf(row, now),
    scopes: row.scopes,
    visibility: copyOfVisibility(row.visibility),
    allowedAddresses: row.allowedAddresses,
    requestsPerMinute: row.requestsPerMinute,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: text(row.expiresAt),
    revokedAt: text(row.revokedAt),
    lastUsedAt: text(row.lastUsedAt),
    lastUsedAddress: row.lastUsedAddress,
    secrets: secrets.map((one) => ({
      ...one,
      createdAt: one.createdAt.toISOString(),
      endsAt: text(one.endsAt),
      lastUsedAt: text(one.lastUsedAt),
    })),
    refused: {
      calls: row.refusedCalls,
      lastAt: text(row.lastRefusedAt),
      lastAddress: row.lastRefusedAddress,
    },
    warnings: warningsOf(row, isMakerGone, now),
  }
}

/** Of a key that still opens the door. */
function warningsOf(row: Row, isMakerGone: boolean, now: Date): (typeof KEY_WARNINGS)[number][] {
  if (stateOf(row, now) !== 'active') return []
  const endsInMs = (row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime()
  const unusedMs = now.getTime() - (row.lastUsedAt ?? row.createdAt).getTime()
  return [
    ...(isMakerGone ? (['maker_gone'] as const) : []),
    ...(endsInMs <= KEY_EXPIRES_SOON_DAYS * DAY_MS ? (['expires_soon'] as const) : []),
    ...(unusedMs >= KEY_UNUSED_DAYS * DAY_MS ? (['unused'] as const) : []),
  ]
}

const text = (at: Date | null) => at?.toISOString() ?? null
