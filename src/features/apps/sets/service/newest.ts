import { asc, inArray, sql } from 'drizzle-orm'
import { callerName } from '../../../../core/context'
import type { MutationScope } from '../../../../core/verb'
import { appSets } from '../tables'
import { auditOf, revisionAfter, save, subjectOf, toInput } from './change'
import { readRevision, resolveLines, writeRevision } from './lines'
import { tellTerminals } from './reach'

/**
 * Brings sets that want the newest version of an application in line with what there is, in the transaction that brought
 * another version: each gets a new revision, which goes out as the set's changes do. For callers who see all terminals.
 * @returns the names of the sets that have changed
 */
export async function followNewest(scope: MutationScope, { appId }: { appId: string }): Promise<string[]> {
  const rows = await scope.db.execute<{ id: string }>(sql`
    select s.id from app_sets s
    join app_set_lines l on l.set_id = s.id and l.revision = s.revision and l.want = 'newest' and l.app_id = ${appId}`)
  if (rows.length === 0) return []
  const sets = await scope.db
    .select()
    .from(appSets)
    .where(
      inArray(
        appSets.id,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(asc(appSets.id))
    .for('update')
  const changed: string[] = []
  for (const row of sets) {
    const before = await readRevision(scope.db, row.id, row.revision)
    const found = before.lines.find((line) => line.want === 'newest' && line.appId === appId)
    if (found === undefined) continue
    const [newest] = await resolveLines(scope.db, [toInput(found)], { isLocked: false })
    if (newest === undefined || newest.versionId === found.versionId) continue
    const lines = before.lines.map((line) => (line === found ? newest : line))
    const after = { ...before, lines }
    await save(scope, row, revisionAfter(row))
    const made = { madeFor: 'newest' as const, madeBy: callerName(scope.actor), isReleased: !row.goesInWaves }
    await writeRevision(scope, row.id, row.revision + 1, after, made)
    if (!row.goesInWaves) await tellTerminals(scope, row.id)
    scope.audit({
      action: 'app_set.updated',
      subject: subjectOf(row),
      before: auditOf(row, before),
      after: auditOf(row, after),
    })
    changed.push(row.name)
  }
  return changed
}
