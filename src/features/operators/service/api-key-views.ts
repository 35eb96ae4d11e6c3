import { and, desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { type KnownSecret, listSecrets } from '../../credentials'
import { apiKeyNotFound } from '../errors'
import { KEY_EXPIRES_SOON_DAYS, KEY_UNUSED_DAYS, type KEY_WARNINGS } from '../lists'
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
      and(seesNoMore(ctx, apiKeys.visibility), before === undefined ? undefined : lt(apiKeys.id, before)),
    )
    .orderBy(desc(apiKeys.id))
    .limit(input.limit + 1)
  const now = ctx.clock.now()
  const secrets = await listSecrets(
    ctx.db,
    rows.map((row) => row.id),
    now,
  )
  return toPage(
    rows,
    input.limit,
    (row) => [row.id],
    (row) => toView(row, secrets.get(row.id) ?? [], now),
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
  return toView(row, (await listSecrets(db, [row.id], now)).get(row.id) ?? [], now)
}

function toView(row: Row, secrets: readonly KnownSecret[], now: Date) {
  return {
    id: row.id,
    name: row.name,
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
    warnings: warningsOf(row, now),
  }
}

/** Of a key that still opens the door. */
function warningsOf(row: Row, now: Date): (typeof KEY_WARNINGS)[number][] {
  const endsInMs = (row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime()
  if (row.revokedAt !== null || endsInMs <= 0) return []
  const unusedMs = now.getTime() - (row.lastUsedAt ?? row.createdAt).getTime()
  return [
    ...(endsInMs <= KEY_EXPIRES_SOON_DAYS * DAY_MS ? (['expires_soon'] as const) : []),
    ...(unusedMs >= KEY_UNUSED_DAYS * DAY_MS ? (['unused'] as const) : []),
  ]
}

const text = (at: Date | null) => at?.toISOString() ?? null
