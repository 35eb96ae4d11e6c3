import { and, eq, ne, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { callerName } from '../../../../core/context'
import { newId } from '../../../../core/ids'
import { type AuditSubject, type MutationScope, mutation } from '../../../../core/verb'
import {
  setChanged,
  setConnected,
  setInRollout,
  setNameTaken,
  setNotFound,
  setReleased,
  setWaiting,
} from '../errors'
import { ChangeSet, CopySet, ReleaseSet, SetFields, type SetLine, SetRef } from '../schemas'
import { appConnections, appSetRevisions, appSets } from '../tables'
import { findSet } from './find'
import { type ResolvedLine, type RevisionContent, readRevision, resolveLines, writeRevision } from './lines'
import { requireReach, rolloutUnderWay, tellTerminals } from './reach'

export type SetRow = typeof appSets.$inferSelect

const permission = 'apps:write'
/** Of two that take one name at once, one must see the other. */
const NAMES_LOCK = 7733021

/** Makes a set. It concerns nobody until terminals are connected to it. `app_set_name_taken`, and what `resolveLines` refuses. */
export const createSet = mutation({ permission, input: SetFields }, async (scope, input) => {
  const { lines, removesOthers, conditions, ...labels } = input
  await requireFreeName(scope, input.name)
  const content = {
    removesOthers,
    conditions,
    lines: await resolveLines(scope.db, lines, { isLocked: true }),
  }
  return insertSet(scope, labels, content)
})

/** Makes another set of the same content, which no terminal has; `newest` is looked up anew. */
export const copySet = mutation({ permission, input: CopySet }, async (scope, { setId, name }) => {
  await requireFreeName(scope, name)
  const [row] = await scope.db.select().from(appSets).where(eq(appSets.id, setId))
  if (row === undefined) throw setNotFound()
  const { removesOthers, conditions, lines } = await readRevision(scope.db, setId, row.revision)
  const resolved = await resolveLines(scope.db, lines.map(toInput), { isLocked: true })
  const { notes, goesInWaves } = row
  return insertSet(scope, { name, notes, goesInWaves }, { removesOthers, conditions, lines: resolved })
})

export const toInput = ({ package: name, want, versionCode }: ResolvedLine): SetLine =>
  want === 'version' && versionCode !== null ? { package: name, want, versionCode } : { package: name, want }

/**
 * Changes what is given. What terminals are to have makes a new revision: it goes to all of them at once, or waits for a
 * rollout where the set goes in waves. `app_set_changed` where somebody was faster, with who and when.
 */
export const changeSet = mutation({ permission, input: ChangeSet }, async (scope, input) => {
  const { setId, edition, lines, removesOthers, conditions, ...labels } = input
  if (labels.name !== undefined) await requireFreeName(scope, labels.name, setId)
  const row = await lockSet(scope, setId, edition)
  await requireReach(scope, setId)
  if (labels.goesInWaves === false && row.revision > row.releasedRevision) throw setWaiting()
  const before = await readRevision(scope.db, setId, row.revision)
  const after: RevisionContent = {
    removesOthers: removesOthers ?? before.removesOthers,
    conditions: conditions ?? before.conditions,
    lines: lines === undefined ? before.lines : await resolveLines(scope.db, lines, { isLocked: true }),
  }
  const given = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined))
  const next: SetRow = { ...row, ...given }
  const [was, is] = [auditOf(row, before), auditOf(next, after)]
  if (JSON.stringify(was) === JSON.stringify(is)) scope.nothingChanged()
  else {
    const isOther = JSON.stringify(contentOf(was)) !== JSON.stringify(contentOf(is))
    await save(scope, row, { ...given, ...(isOther ? revisionAfter(next) : {}) })
    if (isOther) {
      const made = {
        madeFor: 'change' as const,
        madeBy: callerName(scope.actor),
        isReleased: !next.goesInWaves,
      }
      await writeRevision(scope, setId, row.revision + 1, after, made)
      if (!next.goesInWaves) await tellTerminals(scope, setId)
    }
    scope.audit({ action: 'app_set.updated', subject: subjectOf(next), before: was, after: is })
  }
  return findSet(scope, setId)
})

/** A new revision that does not wait is out at once. */
export const revisionAfter = ({ revision, goesInWaves }: Pick<SetRow, 'revision' | 'goesInWaves'>) =>
  goesInWaves ? { revision: revision + 1 } : { revision: revision + 1, releasedRevision: revision + 1 }

/** Sends the newest revision to all terminals at once, without waves. `app_set_released`, `app_set_in_rollout`. */
export const releaseSet = mutation({ permission, input: ReleaseSet }, async (scope, { setId, edition }) => {
  const row = await lockSet(scope, setId, edition)
  await requireReach(scope, setId)
  if (row.releasedRevision === row.revision) throw setReleased()
  const rollout = await rolloutUnderWay(scope, setId)
  if (rollout !== undefined) throw setInRollout({ values: { rollout } })
  await save(scope, row, {})
  await releaseRevision(scope, setId, row.revision)
  return findSet(scope, setId)
})

/** From now on all terminals of a set are led to this revision. For a rollout too, which has come to its end. */
export async function releaseRevision(scope: MutationScope, setId: string, revision: number): Promise<void> {
  const [row] = await scope.db.select().from(appSets).where(eq(appSets.id, setId)).for('no key update')
  if (row === undefined || row.releasedRevision >= revision) return
  await scope.db.update(appSets).set({ releasedRevision: revision }).where(eq(appSets.id, setId))
  const now = scope.clock.now()
  await scope.db
    .update(appSetRevisions)
    .set({ releasedAt: now })
    .where(and(eq(appSetRevisions.setId, setId), eq(appSetRevisions.revision, revision)))
  await tellTerminals(scope, setId)
  scope.audit({
    action: 'app_set.released',
    subject: subjectOf(row),
    before: { releasedRevision: row.releasedRevision },
    after: { releasedRevision: revision },
  })
}

/** Deletes a set that no terminal has, with its revisions and its rollouts that are over. `app_set_connected`. */
export const deleteSet = mutation({ permission, input: SetRef }, async (scope, { setId }) => {
  const row = await lockSet(scope, setId)
  await requireReach(scope, setId)
  const terminals = await scope.db.$count(appConnections, eq(appConnections.setId, setId))
  if (terminals > 0) throw setConnected({ values: { terminals } })
  const rollout = await rolloutUnderWay(scope, setId)
  if (rollout !== undefined) throw setInRollout({ values: { rollout } })
  const content = await readRevision(scope.db, setId, row.revision)
  await scope.db.delete(appSets).where(eq(appSets.id, setId))
  scope.audit({ action: 'app_set.deleted', subject: subjectOf(row), before: auditOf(row, content) })
  return { setId }
})

/** Held until the end. `app_set_not_found`; `app_set_changed` where it is not the edition that was read. */
export async function lockSet(scope: MutationScope, setId: string, edition?: number): Promise<SetRow> {
  const [row] = await scope.db.select().from(appSets).where(eq(appSets.id, setId)).for('update')
  if (row === undefined) throw setNotFound()
  if (edition !== undefined && row.edition !== edition)
    throw setChanged({
      values: { by: row.updatedBy, at: row.updatedAt.toISOString(), edition: row.edition },
    })
  return row
}

export async function save(
  { db, actor, clock }: MutationScope,
  row: SetRow,
  change: Partial<SetRow>,
): Promise<void> {
  await db
    .update(appSets)
    .set({ ...change, edition: row.edition + 1, updatedBy: callerName(actor), updatedAt: clock.now() })
    .where(eq(appSets.id, row.id))
}

type Labels = Pick<z.output<typeof SetFields>, 'name' | 'notes' | 'goesInWaves'>

async function insertSet(scope: MutationScope, labels: Labels, content: RevisionContent) {
  const now = scope.clock.now()
  const by = callerName(scope.actor)
  const moments = { createdBy: by, createdAt: now, updatedBy: by, updatedAt: now }
  const id = newId(now.getTime())
  await scope.db.insert(appSets).values({ id, ...labels, ...moments })
  await writeRevision(scope, id, 1, content, { madeFor: 'change', madeBy: by, isReleased: true })
  const subject = subjectOf({ id, name: labels.name })
  scope.audit({ action: 'app_set.created', subject, after: auditOf(labels, content) })
  return findSet(scope, id)
}

async function requireFreeName(scope: MutationScope, name: string, ownId?: string): Promise<void> {
  await scope.db.execute(sql`select pg_advisory_xact_lock(${NAMES_LOCK})`)
  const [other] = await scope.db
    .select({ id: appSets.id })
    .from(appSets)
    .where(
      and(
        sql`lower(${appSets.name}) = lower(${name})`,
        ownId === undefined ? undefined : ne(appSets.id, ownId),
      ),
    )
  if (other !== undefined) throw setNameTaken()
}

export const subjectOf = ({ id, name }: Pick<SetRow, 'id' | 'name'>): AuditSubject => ({
  kind: 'app_set',
  id,
  label: name,
})

/** A set as the audit log shows it. */
export function auditOf(
  { name, notes, goesInWaves }: Labels,
  { removesOthers, conditions, lines }: RevisionContent,
) {
  return { name, notes, goesInWaves, removesOthers, conditions, lines: lines.map(lineText) }
}

const contentOf = ({ removesOthers, conditions, lines }: ReturnType<typeof auditOf>) => ({
  ...{ removesOthers, conditions, lines },
})

/** `com.example.loyalty 41`, `com.example.loyalty 41 (newest)`, `com.example.game −`. */
function lineText({ package: name, want, versionCode }: ResolvedLine): string {
  if (want === 'absent') return `${name} −`
  return `${name} ${versionCode ?? '?'}${want === 'newest' ? ' (newest)' : ''}`
}
