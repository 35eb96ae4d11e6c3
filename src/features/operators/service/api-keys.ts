import { and, desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, callerName } from '../../../core/context'
import { newId } from '../../../core/ids'
import { decodeCursor, toPage } from '../../../core/paging'
import { type MutationScope, mutation, query } from '../../../core/verb'
import type { RawSql } from '../../../db/client'
import { activateCredential, endCredentials, issueCredential } from '../../credentials'
import { apiKeyEnded, apiKeyNotFound, expiresInPast } from '../errors'
import { copyOfVisibility, requireWithinOwn, seesNoMore } from '../rights'
import { ApiKeyRef, CreateApiKeyInput, ListApiKeysInput } from '../schemas'
import { apiKeys } from '../tables'

/** Makes a key for a program. Its secret is in the answer and nowhere else; it never has more rights than its maker. */
export const createApiKey = mutation(
  { permission: 'api-keys:write', input: CreateApiKeyInput, isFresh: true },
  async (scope, input) => {
    requireWithinOwn(scope.actor, input.scopes, input.visibility)
    const now = scope.clock.now()
    const id = newId(now.getTime())
    const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt)
    if (expiresAt !== null && expiresAt <= now) throw expiresInPast()
    const scopes = [...new Set(input.scopes)]
    await scope.db.insert(apiKeys).values({
      id,
      name: input.name,
      scopes,
      visibility: input.visibility,
      createdBy: callerName(scope.actor),
      makerId: await personBehind(scope),
      createdAt: now,
      expiresAt,
    })
    const { token, credentialId } = await issueCredential(scope.db, {
      subjectKind: 'api_key',
      subjectId: id,
      origin: 'creation',
      now,
      ...(expiresAt === null ? {} : { expiresAt }),
    })
    await activateCredential(scope.db, credentialId, now)
    scope.audit({
      action: 'api_key.created',
      subject: { kind: 'api_key', id, label: input.name },
      after: { name: input.name, scopes, visibility: input.visibility, expiresAt: input.expiresAt ?? null },
    })
    scope.changed({ topic: 'api_key', subjectId: id })
    return { id, key: token }
  },
)

/** The person behind the caller, also where that is a key of theirs; null at the command line. */
export async function personBehind({ db, actor }: MutationScope): Promise<string | null> {
  if (actor.kind === 'operator') return actor.id
  if (actor.kind !== 'integrator') return null
  const [own] = await db.select({ makerId: apiKeys.makerId }).from(apiKeys).where(eq(apiKeys.id, actor.id))
  return own?.makerId ?? null
}

/** Ends a key on every server within seconds. */
export const revokeApiKey = mutation(
  { permission: 'api-keys:write', input: ApiKeyRef },
  async (scope, input) => {
    const [row] = await scope.db
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.id, input.apiKeyId), seesNoMore(scope, apiKeys.visibility)))
      .for('update')
    if (row === undefined) throw apiKeyNotFound()
    if (row.revokedAt !== null) {
      scope.nothingChanged()
      return toView(row)
    }
    const now = scope.clock.now()
    await endCredentials(scope.db, 'api_key', [row.id], now)
    const [changed] = await scope.db
      .update(apiKeys)
      .set({ revokedAt: now })
      .where(eq(apiKeys.id, row.id))
      .returning()
    scope.audit({
      action: 'api_key.revoked',
      subject: { kind: 'api_key', id: row.id, label: row.name },
      after: { revokedAt: now.toISOString() },
    })
    scope.changed({ topic: 'api_key', subjectId: row.id })
    return toView(changed ?? row)
  },
)

/**
 * For what takes its time to come in: a key that has ended meanwhile, or ends before the transaction does, does no more.
 * @throws unauthenticated
 */
export async function requireKeyStands({ db, actor, clock }: MutationScope): Promise<void> {
  if (actor.kind !== 'integrator') return
  const [key] = await db
    .select({ revokedAt: apiKeys.revokedAt, expiresAt: apiKeys.expiresAt })
    .from(apiKeys)
    .where(eq(apiKeys.id, actor.id))
    .for('key share')
  const isEnded = key !== undefined && (key.revokedAt !== null || (key.expiresAt ?? FOREVER) <= clock.now())
  if (isEnded) throw apiKeyEnded()
}

const FOREVER = new Date(8.64e15)

const Position = z.tuple([z.uuid()])

export const listApiKeys = query(
  { permission: 'api-keys:read', input: ListApiKeysInput },
  async (ctx, input) => {
    const before = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
    const rows = await ctx.db
      .select()
      .from(apiKeys)
      .where(
        and(seesNoMore(ctx, apiKeys.visibility), before === undefined ? undefined : lt(apiKeys.id, before)),
      )
      .orderBy(desc(apiKeys.id))
      .limit(input.limit + 1)
    return toPage(rows, input.limit, (row) => [row.id], toView)
  },
)

function toView(row: typeof apiKeys.$inferSelect) {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    visibility: copyOfVisibility(row.visibility),
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}

/** The caller behind a secret's hash, as the door for programs needs it; undefined where it opens nothing. */
export async function findIntegrator(
  sql: RawSql,
  tokenHash: Buffer,
  now: Date,
): Promise<Extract<Actor, { kind: 'integrator' }> | undefined> {
  const [row] = await sql<Omit<Extract<Actor, { kind: 'integrator' }>, 'kind'>[]>`
    select k.id, k.name, k.scopes, k.visibility
    from credentials c join api_keys k on k.id = c.subject_id
    where c.token_hash = ${tokenHash} and c.subject_kind = 'api_key' and c.state <> 'ended'
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > ${now})`
  return row === undefined ? undefined : { kind: 'integrator', ...row }
}

/** Notes when keys were used last; may lag. */
export async function noteApiKeyUse(sql: RawSql, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length > 0)
    await sql`update api_keys set last_used_at = ${now} where id = any(${ids as string[]}::uuid[])`
}
