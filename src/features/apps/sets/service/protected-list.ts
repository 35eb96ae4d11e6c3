import { asc, eq } from 'drizzle-orm'
import { z } from 'zod'
import { callerName, requirePermission, visibilityOf } from '../../../../core/context'
import { type MutationScope, mutation, query } from '../../../../core/verb'
import { outsideYourLimits } from '../../../terminals'
import { patternTooBroad } from '../errors'
import { AddProtected, PackageName, ProtectedPattern } from '../schemas'
import { appProtected } from '../tables'

/** What no set removes, whatever it says: a list of some dozens. */
export const listProtected = query({ permission: 'apps:read', input: z.object({}) }, async ({ db }) => {
  const rows = await db.select().from(appProtected).orderBy(asc(appProtected.pattern)).limit(MOST)
  return { items: rows.map(({ addedAt, ...row }) => ({ ...row, addedAt: addedAt.toISOString() })) }
})

const MOST = 1_000
/** As the migration has it. */
const SHIPPED_BY = 'psManager'

/** Adds a name, or changes its notes. `app_pattern_too_broad` where it is not a package or the beginning of some. */
export const addProtected = mutation(
  { permission: 'apps:write', input: AddProtected },
  async (scope, { pattern, notes }) => {
    requireNoLimits(scope)
    if (!PackageName.safeParse(pattern.replace(/\.\*$/, '')).success) throw patternTooBroad()
    const row = { pattern, notes, addedBy: callerName(scope.actor), addedAt: scope.clock.now() }
    const [before] = await scope.db.select().from(appProtected).where(eq(appProtected.pattern, pattern))
    if (before !== undefined && before.notes === notes) scope.nothingChanged()
    else {
      await scope.db
        .insert(appProtected)
        .values(row)
        .onConflictDoUpdate({ target: appProtected.pattern, set: { notes } })
      scope.audit({
        action: before === undefined ? 'app_protection.added' : 'app_protection.updated',
        subject: subjectOf(pattern),
        before: before === undefined ? undefined : { notes: before.notes },
        after: { notes },
      })
      scope.changed({ topic: 'terminals' })
    }
    const { addedAt, ...view } = before === undefined ? row : { ...before, notes }
    return { ...view, addedAt: addedAt.toISOString() }
  },
)

/** Takes a name off the list; what is not on it is no error. */
export const removeProtected = mutation(
  { permission: 'apps:write', input: ProtectedPattern },
  async (scope, { pattern }) => {
    requireNoLimits(scope)
    const [found] = await scope.db.select().from(appProtected).where(eq(appProtected.pattern, pattern))
    // What came with the product keeps terminals running: letting go of it is an administrator's decision.
    if (found?.addedBy === SHIPPED_BY) requirePermission(scope.actor, 'apps:override')
    const [gone] = await scope.db.delete(appProtected).where(eq(appProtected.pattern, pattern)).returning()
    if (gone === undefined) scope.nothingChanged()
    else {
      scope.audit({
        action: 'app_protection.removed',
        subject: subjectOf(pattern),
        before: { notes: gone.notes },
      })
      scope.changed({ topic: 'terminals' })
    }
    return { pattern }
  },
)

/** It concerns every terminal there is. */
function requireNoLimits({ actor }: MutationScope): void {
  if (visibilityOf(actor).kind !== 'all') throw outsideYourLimits()
}

const subjectOf = (pattern: string) => ({ kind: 'app_protection', id: pattern, label: pattern })
