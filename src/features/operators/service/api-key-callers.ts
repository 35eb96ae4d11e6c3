import { eq } from 'drizzle-orm'
import type { Actor, AuditCaller, Services } from '../../../core/context'
import type { MutationScope } from '../../../core/verb'
import type { RawSql } from '../../../db/client'
import { refusedOften } from '../../audit'
import { apiKeyEnded } from '../errors'
import { apiKeys } from '../tables'

/** A secret of an API key as the door for programs needs it. */
export interface FoundKey {
  /** SHA-256 of the secret, in hexadecimal. */
  hash: string
  actor: Extract<Actor, { kind: 'integrator' }>
  credentialId: string
  allowedAddresses: readonly string[]
  /** Null: as the settings say. */
  requestsPerMinute: number | null
  /** When the secret or its key ends, whichever is earlier. */
  endsAt: Date | null
}

/** The keys behind secrets, as far as they open the door now. */
export async function findIntegrators(
  sql: RawSql,
  tokenHashes: readonly Buffer[],
  now: Date,
): Promise<FoundKey[]> {
  const hashes = tokenHashes.map((hash) => hash.toString('hex'))
  type Found = Omit<FoundKey, 'actor'> & Omit<FoundKey['actor'], 'kind'>
  const rows = await sql<Found[]>`
    select given.hash, c.id as "credentialId", k.id, k.name, k.scopes, k.visibility,
      k.allowed_addresses as "allowedAddresses", k.requests_per_minute as "requestsPerMinute",
      least(c.expires_at, k.expires_at) as "endsAt"
    from unnest(${hashes}::text[]) as given(hash)
    join credentials c on c.token_hash = decode(given.hash, 'hex')
    join api_keys k on k.id = c.subject_id
    where c.subject_kind = 'api_key' and c.state in ('current', 'retiring')
      and (c.expires_at is null or c.expires_at > ${now})
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > ${now})`
  return rows.map(({ id, name, scopes, visibility, ...found }) => ({
    ...found,
    actor: { kind: 'integrator', name, id, scopes, visibility },
  }))
}

export interface KeyUse {
  apiKeyId: string
  credentialId: string
  at: Date
  address: string
}

/** Notes when and from where a key, and which of its secrets, was used last; may lag. */
export async function noteApiKeyUse(sql: RawSql, use: KeyUse): Promise<void> {
  await sql`
    with secret as (
      update credentials set last_used_at = ${use.at}, last_used_address = ${use.address}
      where id = ${use.credentialId} and (last_used_at is null or last_used_at < ${use.at}))
    update api_keys set last_used_at = ${use.at}, last_used_address = ${use.address}
    where id = ${use.apiKeyId} and (last_used_at is null or last_used_at < ${use.at})`
}

/** Adds calls that were refused for where they came from; may lag. */
export async function noteRefusedCalls(
  sql: RawSql,
  refused: { apiKeyId: string; calls: number; at: Date; address: string },
): Promise<void> {
  await sql`
    update api_keys set refused_calls = refused_calls + ${refused.calls},
      last_refused_at = ${refused.at}, last_refused_address = ${refused.address}
    where id = ${refused.apiKeyId}`
}

const REFUSED_USE = {
  address_not_allowed: { action: 'api_key.address_refused' },
  rate_limited: { action: 'api_key.rate_refused' },
} as const

/** A row of the key's own history; the same of a minute share one. Never waited for. */
export function auditRefusedUse(
  { auditBursts, log }: Pick<Services, 'auditBursts' | 'log'>,
  caller: AuditCaller & { actor: FoundKey['actor'] },
  code: keyof typeof REFUSED_USE,
): void {
  const { id, name } = caller.actor
  const { action } = REFUSED_USE[code]
  auditBursts
    .note(caller, {
      action,
      subject: { kind: 'api_key', id, label: name },
      after: { code },
      beyond: refusedOften(`${action}: ${code}`),
    })
    .catch((error: unknown) => log.warn('refusal_not_noted', { error: error as Error }))
}

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
