import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { type Ctx, callerName } from '../../../core/context'
import { newId } from '../../../core/ids'
import { holdsNetwork, parseNetwork } from '../../../core/network'
import { type MutationScope, mutation } from '../../../core/verb'
import { endCredentials, replaceCredential } from '../../credentials'
import { apiKeyExpired, apiKeyNotFound, apiKeyRevoked, expiresInPast, scopeBeyondOwn } from '../errors'
import { isSameSight, requirePersonToGive, requireWithinOwn, seesNoMore } from '../rights'
import { ApiKeyRef, CreateApiKeyInput, RotateApiKeyInput, UpdateApiKeyInput } from '../schemas'
import { apiKeys } from '../tables'
import { viewOf } from './api-key-views'
import { nameLimits, requirePlacesOf } from './limits'

type Row = typeof apiKeys.$inferSelect
const permission = 'api-keys:write'
const HOUR_MS = 3_600_000

/** Makes a key for a program. Its secret is in the answer and nowhere else; it never has more rights than its maker. `limits_unknown` */
export const createApiKey = mutation(
  { permission, input: CreateApiKeyInput, isFresh: true },
  async (scope, input) => {
    requireWithinOwn(scope.actor, input.scopes, input.visibility)
    requirePersonToGive(scope.actor, input.scopes)
    const now = scope.clock.now()
    const id = newId(now.getTime())
    const { name, visibility, allowedAddresses, requestsPerMinute = null } = input
    const expiresAt = endOf(input.expiresAt, now)
    const maker = await makerOf(scope)
    requireWithinOwnKey(maker, { expiresAt, allowedAddresses })
    await requirePlacesOf(scope.db, visibility)
    const scopes = [...new Set(input.scopes)]
    const bounds = { expiresAt, allowedAddresses: [...new Set(allowedAddresses)], requestsPerMinute }
    await scope.db.insert(apiKeys).values({
      ...{ id, name, scopes, visibility, ...bounds },
      createdBy: callerName(scope.actor),
      makerId: maker.personId,
      createdAt: now,
    })
    const { token, hint } = await replaceCredential(scope.db, {
      subjectKind: 'api_key',
      subjectId: id,
      origin: 'creation',
      now,
      overlapUntil: now,
    })
    const told = auditOf({ name, scopes, visibility, ...bounds })
    const [limits] = await nameLimits(scope.db, [visibility] as const)
    scope.audit({
      action: 'api_key.created',
      subject: { kind: 'api_key', id, label: name },
      after: { ...told, visibility: limits, secretBeginsWith: hint },
    })
    scope.changed({ topic: 'api_key', subjectId: id })
    return { id, key: token }
  },
)

/**
 * Changes what a key may do and from where. Nobody gives it more than they have, nor touches one that has more.
 * `api_key_not_found`, `api_key_revoked`, `scope_beyond_own`, `person_needed`, `expires_in_past`, `limits_unknown`
 */
export const updateApiKey = mutation(
  { permission, input: UpdateApiKeyInput, isFresh: true },
  async (scope, { apiKeyId, ...input }) => {
    const row = await lockOwnKey(scope, apiKeyId)
    const now = scope.clock.now()
    const next = {
      name: input.name ?? row.name,
      scopes: input.scopes === undefined ? row.scopes : [...new Set(input.scopes)],
      visibility: input.visibility ?? row.visibility,
      expiresAt: input.expiresAt === undefined ? row.expiresAt : endOf(input.expiresAt, now),
      allowedAddresses:
        input.allowedAddresses === undefined ? row.allowedAddresses : [...new Set(input.allowedAddresses)],
      requestsPerMinute:
        input.requestsPerMinute === undefined ? row.requestsPerMinute : input.requestsPerMinute,
    }
    requireWithinOwn(scope.actor, next.scopes, next.visibility)
    requireWithinOwnKey(await makerOf(scope), next)
    requirePersonToGive(scope.actor, [...row.scopes, ...next.scopes])
    if (!isSameSight(next.visibility, row.visibility)) await requirePlacesOf(scope.db, next.visibility)
    const before = auditOf(row)
    const after = auditOf(next)
    if (JSON.stringify(before) === JSON.stringify(after)) {
      scope.nothingChanged()
      return viewOf(scope, row)
    }
    const [changed] = await scope.db.update(apiKeys).set(next).where(eq(apiKeys.id, row.id)).returning()
    const [was, is] = await nameLimits(scope.db, [row.visibility, next.visibility] as const)
    scope.audit({
      action: 'api_key.updated',
      subject: subjectOf(row),
      before: { ...before, visibility: was },
      after: { ...after, visibility: is },
    })
    scope.changed({ topic: 'api_key', subjectId: row.id })
    return viewOf(scope, changed ?? row)
  },
)

/**
 * A new secret for the same key, shown this once. The one before works on for `overlapHours`, so that a program on several
 * machines is moved without a gap; one that was retiring ends. Who sees the secret has the key's rights: only those who
 * have them rotate it. `api_key_not_found`, `api_key_revoked`, `api_key_expired`, `scope_beyond_own`, `person_needed`
 */
export const rotateApiKey = mutation(
  { permission, input: RotateApiKeyInput, isFresh: true },
  async (scope, input) => {
    const row = await lockOwnKey(scope, input.apiKeyId)
    const now = scope.clock.now()
    if (row.expiresAt !== null && row.expiresAt <= now) throw apiKeyExpired()
    // A program may renew itself: it has its own rights already.
    const isOwn = scope.actor.kind === 'integrator' && scope.actor.id === row.id
    if (!isOwn) requirePersonToGive(scope.actor, row.scopes)
    const maker = await makerOf(scope)
    requireWithinOwnKey(maker, row)
    const overlapUntil = new Date(now.getTime() + input.overlapHours * HOUR_MS)
    const { token, hint } = await replaceCredential(scope.db, {
      subjectKind: 'api_key',
      subjectId: row.id,
      origin: 'rotation',
      now,
      overlapUntil,
    })
    if (maker.personId !== null && ![row.makerId, ...row.renewerIds].includes(maker.personId))
      await scope.db
        .update(apiKeys)
        .set({ renewerIds: [...row.renewerIds, maker.personId] })
        .where(eq(apiKeys.id, row.id))
    const oldEndsAt = input.overlapHours === 0 ? null : overlapUntil.toISOString()
    scope.audit({
      action: 'api_key.rotated',
      subject: subjectOf(row),
      after: { secretBeginsWith: hint, oldEndsAt },
    })
    scope.changed({ topic: 'api_key', subjectId: row.id })
    return { id: row.id, key: token, oldEndsAt }
  },
)

/** Ends a key on every server within seconds. */
export const revokeApiKey = mutation({ permission, input: ApiKeyRef }, async (scope, input) => {
  const row = await lockKey(scope, input.apiKeyId)
  if (row.revokedAt !== null) {
    scope.nothingChanged()
    return viewOf(scope, row)
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
    subject: subjectOf(row),
    after: { revokedAt: now.toISOString() },
  })
  scope.changed({ topic: 'api_key', subjectId: row.id })
  return viewOf(scope, changed ?? row)
})

async function lockKey(scope: MutationScope, apiKeyId: string): Promise<Row> {
  const [row] = await scope.db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, apiKeyId), seesNoMore(scope, apiKeys.visibility)))
    .for('update')
  if (row === undefined) throw apiKeyNotFound()
  return row
}

/** A key that lives and has no more rights than the caller. */
async function lockOwnKey(scope: MutationScope, apiKeyId: string): Promise<Row> {
  const row = await lockKey(scope, apiKeyId)
  if (row.revokedAt !== null) throw apiKeyRevoked()
  requireWithinOwn(scope.actor, row.scopes, row.visibility)
  return row
}

/** The person who calls, or whose key does; null at the command line, and of a key of nobody that is known. */
export async function personBehind(ctx: Pick<Ctx, 'db' | 'actor'>): Promise<string | null> {
  return (await makerOf(ctx)).personId
}

interface Maker {
  /** The person behind the caller, also where that is a key of theirs; null at the command line. */
  personId: string | null
  /** The key that calls, where a program does. */
  key?: Row | undefined
}

async function makerOf({ db, actor }: Pick<Ctx, 'db' | 'actor'>): Promise<Maker> {
  if (actor.kind === 'operator') return { personId: actor.id }
  if (actor.kind !== 'integrator') return { personId: null }
  const [key] = await db.select().from(apiKeys).where(eq(apiKeys.id, actor.id))
  return { personId: key?.makerId ?? null, key }
}

/** A key that makes keys does not free itself by them from its own end or from the places it may be used from. */
function requireWithinOwnKey({ key }: Maker, wanted: Pick<Row, 'expiresAt' | 'allowedAddresses'>): void {
  if (key === undefined) return
  const outlives = key.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > key.expiresAt)
  const own = key.allowedAddresses.map(parseNetwork).filter((one) => one !== undefined)
  const isWithin = (text: string) => {
    const network = parseNetwork(text)
    return network !== undefined && own.some((one) => holdsNetwork(one, network))
  }
  const strays =
    own.length > 0 && (wanted.allowedAddresses.length === 0 || !wanted.allowedAddresses.every(isWithin))
  if (outlives || strays) throw scopeBeyondOwn({ values: { scopes: [] } })
}

function endOf(expiresAt: z.output<typeof UpdateApiKeyInput>['expiresAt'], now: Date): Date | null {
  if (expiresAt === undefined || expiresAt === null) return null
  const end = new Date(expiresAt)
  if (end <= now) throw expiresInPast()
  return end
}

function auditOf(
  key: Pick<Row, 'name' | 'scopes' | 'visibility' | 'expiresAt' | 'allowedAddresses' | 'requestsPerMinute'>,
) {
  const { name, scopes, visibility, expiresAt, allowedAddresses, requestsPerMinute } = key
  return {
    ...{ name, scopes, visibility, allowedAddresses, requestsPerMinute },
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}

const subjectOf = ({ id, name }: Row) => ({ kind: 'api_key', id, label: name })
