import { and, desc, eq, inArray, lte, ne } from 'drizzle-orm'
import { newId } from '../../core/ids'
import { hashToken, mintToken, TOKEN_PREFIX, tokenHint } from '../../core/tokens'
import type { Database } from '../../db/client'
import { credentials } from './tables'

/**
 * The one mechanism behind terminal tokens and API keys.
 *
 * States: `pending` (handed out, never seen back) → `current` (at most one per subject) → `retiring` (at most one) → `ended`.
 * All but the last open the door.
 *
 * A terminal's secret is asked for by the terminal itself and answered over a line that may break: it waits as `pending`, and
 * its first use ends every other secret of its subject. An answer that got lost locks nobody out, and a secret that was
 * handed out twice lives once. It is never `retiring`: there is one terminal, and what it uses now it will use next time.
 *
 * A program's secret is shown to a person, who puts it where the program reads it, often on several machines and not on all
 * at the same moment: the first use says nothing of the others. So it is `current` from the start, and what was current
 * before is `retiring` until a time that the person names.
 */
export type SubjectKind = 'terminal' | 'api_key'

export interface Issue {
  subjectKind: SubjectKind
  subjectId: string
  origin: 'enrollment' | 'rotation' | 'creation'
  /** What led to it, such as the enrolment code's id. */
  originId?: string
  now: Date
}

/** Makes a pending secret. The token is in the answer and nowhere else. */
export async function issueCredential(
  db: Database,
  issue: Issue,
): Promise<{ credentialId: string; token: string; tokenHash: Buffer }> {
  return insertCredential(db, issue, 'pending')
}

/**
 * Makes a secret that counts at once. What was current before goes on opening the door until `overlapUntil`; what was
 * retiring ends, so that there are never more than two. The caller holds the subject's row.
 */
export async function replaceCredential(
  db: Database,
  issue: Issue & { overlapUntil: Date },
): Promise<{ credentialId: string; token: string; hint: string }> {
  const { subjectKind, subjectId, now, overlapUntil } = issue
  const ofSubject = and(eq(credentials.subjectKind, subjectKind), eq(credentials.subjectId, subjectId))
  await db
    .update(credentials)
    .set({ state: 'ended', endedAt: now })
    .where(and(ofSubject, eq(credentials.state, 'retiring')))
  await db
    .update(credentials)
    .set(
      overlapUntil > now ? { state: 'retiring', expiresAt: overlapUntil } : { state: 'ended', endedAt: now },
    )
    .where(and(ofSubject, eq(credentials.state, 'current')))
  return insertCredential(db, issue, 'current')
}

/** The visible beginning is kept of secrets that people handle: nobody ever looks at a terminal's. */
async function insertCredential(db: Database, issue: Issue, state: 'pending' | 'current') {
  const token = mintToken(issue.subjectKind === 'terminal' ? TOKEN_PREFIX.terminal : TOKEN_PREFIX.apiKey)
  const tokenHash = hashToken(token)
  const hint = tokenHint(token)
  const credentialId = newId(issue.now.getTime())
  await db.insert(credentials).values({
    id: credentialId,
    subjectKind: issue.subjectKind,
    subjectId: issue.subjectId,
    tokenHash,
    state,
    origin: issue.origin,
    originId: issue.originId ?? null,
    createdAt: issue.now,
    hint: issue.subjectKind === 'api_key' ? hint : null,
  })
  return { credentialId, token, tokenHash, hint }
}

/** First use: the secret becomes the only one of its subject. False when it is not pending any more. */
export async function activateCredential(
  db: Database,
  credentialId: string,
  now: Date,
): Promise<{ origin: Issue['origin']; originId: string | null } | undefined> {
  const [known] = await db.select().from(credentials).where(eq(credentials.id, credentialId))
  if (known === undefined) return undefined
  // All of the subject's secrets are locked in one order: two first uses at once must neither end each other nor deadlock.
  const live = await db
    .select()
    .from(credentials)
    .where(
      and(
        eq(credentials.subjectKind, known.subjectKind),
        eq(credentials.subjectId, known.subjectId),
        inArray(credentials.state, ['pending', 'current']),
      ),
    )
    .orderBy(credentials.id)
    .for('update')
  const found = live.find((one) => one.id === credentialId)
  if (found?.state !== 'pending') return undefined
  await db
    .update(credentials)
    .set({ state: 'ended', endedAt: now })
    .where(
      and(
        eq(credentials.subjectKind, found.subjectKind),
        eq(credentials.subjectId, found.subjectId),
        ne(credentials.id, credentialId),
        inArray(credentials.state, ['pending', 'current']),
      ),
    )
  await db
    .update(credentials)
    .set({ state: 'current', firstUsedAt: now })
    .where(eq(credentials.id, credentialId))
  return { origin: found.origin, originId: found.originId }
}

/** Ends every secret of a subject, or only those that were never used. */
export async function endCredentials(
  db: Database,
  subjectKind: SubjectKind,
  subjectIds: readonly string[],
  now: Date,
  which: 'all' | 'pending' = 'all',
): Promise<void> {
  if (subjectIds.length === 0) return
  await db
    .update(credentials)
    .set({ state: 'ended', endedAt: now })
    .where(
      and(
        eq(credentials.subjectKind, subjectKind),
        inArray(credentials.subjectId, [...subjectIds]),
        inArray(credentials.state, which === 'all' ? ['pending', 'current', 'retiring'] : ['pending']),
      ),
    )
}

/** Ends all pending secrets of a subject but the newest `keep`: lost answers must not pile up. */
export async function endOldest(
  db: Database,
  subjectKind: SubjectKind,
  subjectId: string,
  keep: number,
  now: Date,
): Promise<void> {
  const pending = await db
    .select({ id: credentials.id })
    .from(credentials)
    .where(
      and(
        eq(credentials.subjectKind, subjectKind),
        eq(credentials.subjectId, subjectId),
        eq(credentials.state, 'pending'),
      ),
    )
    .orderBy(desc(credentials.id))
  const old = pending.slice(keep).map((one) => one.id)
  if (old.length > 0)
    await db.update(credentials).set({ state: 'ended', endedAt: now }).where(inArray(credentials.id, old))
}

/** Ends the retiring secrets whose time is over. The doors have let none of them in since; this is for those who look. */
export async function endRetired(db: Database, now: Date): Promise<number> {
  const ended = await db
    .update(credentials)
    .set({ state: 'ended', endedAt: credentials.expiresAt })
    .where(and(eq(credentials.state, 'retiring'), lte(credentials.expiresAt, now)))
    .returning({ id: credentials.id })
  return ended.length
}

export interface KnownSecret {
  /** `psk_abcd`: its visible beginning; null of secrets from before it was kept. */
  hint: string | null
  state: 'current' | 'retiring'
  createdAt: Date
  /** When it ends because another has taken its place. */
  endsAt: Date | null
  lastUsedAt: Date | null
  lastUsedAddress: string | null
}

/** The secrets of API keys that open the door: the current one first. */
export async function listSecrets(
  db: Database,
  apiKeyIds: readonly string[],
  now: Date,
): Promise<Map<string, KnownSecret[]>> {
  const found = new Map<string, KnownSecret[]>()
  if (apiKeyIds.length === 0) return found
  const rows = await db
    .select()
    .from(credentials)
    .where(
      and(
        eq(credentials.subjectKind, 'api_key'),
        inArray(credentials.subjectId, [...apiKeyIds]),
        inArray(credentials.state, ['current', 'retiring']),
      ),
    )
    .orderBy(credentials.state)
  for (const { subjectId, hint, state, createdAt, expiresAt, lastUsedAt, lastUsedAddress } of rows) {
    if (state !== 'current' && state !== 'retiring') continue
    if (expiresAt !== null && expiresAt <= now) continue
    const known = found.get(subjectId) ?? []
    found.set(subjectId, known)
    known.push({ hint, state, createdAt, endsAt: expiresAt, lastUsedAt, lastUsedAddress })
  }
  return found
}
