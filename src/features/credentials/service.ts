import { and, desc, eq, inArray, ne } from 'drizzle-orm'
import { newId } from '../../core/ids'
import { hashToken, mintToken, TOKEN_PREFIX } from '../../core/tokens'
import type { Database } from '../../db/client'
import { credentials } from './tables'

/**
 * The one mechanism behind terminal tokens and API keys.
 *
 * States: `pending` (handed out, never seen back) → `current` (used; at most one per subject) → `ended`.
 * Both pending and current secrets open the door. The first use of a pending one ends every other secret of its
 * subject: an answer that got lost locks nobody out, and a secret that was handed out twice lives once.
 */
export type SubjectKind = 'terminal' | 'api_key'

export interface Issue {
  subjectKind: SubjectKind
  subjectId: string
  origin: 'enrollment' | 'rotation' | 'creation'
  /** What led to it, such as the enrolment code's id. */
  originId?: string
  expiresAt?: Date
  now: Date
}

/** Makes a pending secret. The token is in the answer and nowhere else. */
export async function issueCredential(
  db: Database,
  issue: Issue,
): Promise<{ credentialId: string; token: string; tokenHash: Buffer }> {
  const token = mintToken(issue.subjectKind === 'terminal' ? TOKEN_PREFIX.terminal : TOKEN_PREFIX.apiKey)
  const tokenHash = hashToken(token)
  const credentialId = newId(issue.now.getTime())
  await db.insert(credentials).values({
    id: credentialId,
    subjectKind: issue.subjectKind,
    subjectId: issue.subjectId,
    tokenHash,
    state: 'pending',
    origin: issue.origin,
    originId: issue.originId ?? null,
    expiresAt: issue.expiresAt ?? null,
    createdAt: issue.now,
  })
  return { credentialId, token, tokenHash }
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
        inArray(credentials.state, which === 'all' ? ['pending', 'current'] : ['pending']),
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
