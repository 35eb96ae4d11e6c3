import { and, eq, ne, sql } from 'drizzle-orm'
import { callerName } from '../../../../core/context'
import { newId } from '../../../../core/ids'
import { type AuditSubject, type MutationScope, mutation } from '../../../../core/verb'
import { ruleChanged, ruleNameTaken, ruleNotFound } from '../errors'
import type { StepFacts } from '../facts'
import { loadSteps } from '../load'
import { ChangeRule, CopyRule, RuleFields } from '../schemas'
import { updateRules } from '../tables'
import { findRule, type RuleRow } from './find'
import { keepRollouts, requireReach, tellTerminals } from './reach'
import { loadGivenSteps, requirePossible, writeSteps } from './steps'

const permission = 'updates:write'
/** Of two that take one name at once, one must see the other. */
const NAMES_LOCK = 7733017

/** Makes a rule. It concerns nobody until it is assigned. `rule_name_taken`, and what `loadGivenSteps` and `requirePossible` refuse. */
export const createRule = mutation({ permission, input: RuleFields }, async (scope, input) => {
  const { steps: given, ...fields } = input
  await requireFreeName(scope, fields.name)
  const steps = await loadGivenSteps(scope.db, input.platform, given, { isLocked: true })
  return insertRule(scope, { ...fields, ...periodOf(input) }, steps)
})

/** Makes another rule of the same content, assigned to nobody. */
export const copyRule = mutation({ permission, input: CopyRule }, async (scope, { ruleId, name }) => {
  await requireFreeName(scope, name)
  const [row] = await scope.db.select().from(updateRules).where(eq(updateRules.id, ruleId))
  if (row === undefined) throw ruleNotFound()
  const steps = (await loadSteps(scope.db, [ruleId])).get(ruleId) ?? []
  const { platform, models, isEnabled, priority, conditions, startsAt, endsAt, notes } = row
  const content = { name, platform, models, isEnabled, priority, conditions, startsAt, endsAt, notes }
  return insertRule(scope, content, steps)
})

/**
 * Changes what is given. `rule_changed` where somebody was faster, with who and when. A rollout that is under way comes to
 * a halt by it, since its earlier waves vouch for the rule as it was.
 */
export const changeRule = mutation({ permission, input: ChangeRule }, async (scope, input) => {
  const { ruleId, revision, steps: given, startsAt, endsAt, ...changes } = input
  if (changes.name !== undefined) await requireFreeName(scope, changes.name, ruleId)
  const row = await lockRule(scope, ruleId)
  if (row.revision !== revision)
    throw ruleChanged({
      values: { by: row.updatedBy || row.createdBy, at: row.updatedAt.toISOString(), revision: row.revision },
    })
  await requireReach(scope, ruleId)
  const before = (await loadSteps(scope.db, [ruleId])).get(ruleId) ?? []
  const steps =
    given === undefined ? before : await loadGivenSteps(scope.db, row.platform, given, { isLocked: true })
  const after: RuleRow = {
    ...row,
    ...withoutUndefined(changes),
    ...periodOf({
      startsAt: startsAt === undefined ? row.startsAt?.toISOString() : startsAt,
      endsAt: endsAt === undefined ? row.endsAt?.toISOString() : endsAt,
    }),
  }
  requirePossible({ ...after, steps })
  const [was, is] = [auditOf(row, before), auditOf(after, steps)]
  if (JSON.stringify(was) === JSON.stringify(is)) scope.nothingChanged()
  else {
    const hasOtherSteps = JSON.stringify(was.steps) !== JSON.stringify(is.steps)
    const { id: _id, ...values } = after
    await scope.db
      .update(updateRules)
      .set({
        ...values,
        revision: row.revision + 1,
        updatedBy: callerName(scope.actor),
        updatedAt: scope.clock.now(),
      })
      .where(eq(updateRules.id, ruleId))
    if (hasOtherSteps) await writeSteps(scope.db, ruleId, steps)
    scope.audit({ action: 'update_rule.updated', subject: subjectOf(after), before: was, after: is })
    const isSameBut = (fields: Partial<typeof was>) =>
      JSON.stringify({ ...is, ...fields }) === JSON.stringify(was)
    // A name and notes are for people: no plan is another one for them.
    const { name, notes, isEnabled } = was
    if (!isSameBut({ name, notes })) await tellTerminals(scope, ruleId)
    // Earlier waves vouch for what is installed and when. A rule that is off halts its rollout by that alone.
    if (isSameBut({ name, notes, isEnabled })) await keepRollouts(scope, ruleId, row.revision)
  }
  return findRule(scope, ruleId)
})

type RuleContent = Omit<
  typeof updateRules.$inferInsert,
  'id' | 'revision' | 'createdBy' | 'createdAt' | 'updatedBy' | 'updatedAt'
> &
  Pick<RuleRow, 'startsAt' | 'endsAt' | 'conditions'>

async function insertRule(scope: MutationScope, content: RuleContent, steps: readonly StepFacts[]) {
  requirePossible({ ...content, steps })
  const now = scope.clock.now()
  const by = callerName(scope.actor)
  const moments = { createdBy: by, createdAt: now, updatedBy: by, updatedAt: now }
  const [row] = await scope.db
    .insert(updateRules)
    .values({ id: newId(now.getTime()), ...content, ...moments })
    .returning()
  if (row === undefined) throw ruleNotFound()
  await writeSteps(scope.db, row.id, steps)
  scope.audit({ action: 'update_rule.created', subject: subjectOf(row), after: auditOf(row, steps) })
  return findRule(scope, row.id)
}

export async function lockRule(scope: MutationScope, ruleId: string): Promise<RuleRow> {
  const [row] = await scope.db.select().from(updateRules).where(eq(updateRules.id, ruleId)).for('update')
  if (row === undefined) throw ruleNotFound()
  return row
}

async function requireFreeName(scope: MutationScope, name: string, ownId?: string): Promise<void> {
  await scope.db.execute(sql`select pg_advisory_xact_lock(${NAMES_LOCK})`)
  const [other] = await scope.db
    .select({ id: updateRules.id })
    .from(updateRules)
    .where(
      and(
        sql`lower(${updateRules.name}) = lower(${name})`,
        ownId === undefined ? undefined : ne(updateRules.id, ownId),
      ),
    )
  if (other !== undefined) throw ruleNameTaken()
}

function periodOf({ startsAt, endsAt }: Pick<RuleFields, 'startsAt' | 'endsAt'>) {
  return { startsAt: momentOf(startsAt), endsAt: momentOf(endsAt) }
}

const momentOf = (text: string | null | undefined) =>
  text === null || text === undefined ? null : new Date(text)

function withoutUndefined<Values extends object>(values: Values) {
  type Given = { [Key in keyof Values]?: Exclude<Values[Key], undefined> }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given
}

export const subjectOf = ({ id, name }: Pick<RuleRow, 'id' | 'name'>): AuditSubject => ({
  kind: 'update_rule',
  id,
  label: name,
})

/** A rule as the audit log shows it. */
export function auditOf(row: RuleContent, steps: readonly StepFacts[]) {
  return {
    name: row.name,
    platform: row.platform,
    models: row.models ?? [],
    isEnabled: row.isEnabled ?? true,
    priority: row.priority ?? 0,
    conditions: row.conditions,
    startsAt: row.startsAt?.toISOString() ?? null,
    endsAt: row.endsAt?.toISOString() ?? null,
    notes: row.notes ?? '',
    steps: steps.map(stepText),
  }
}

/** `1. system 2.0 (1.5 … 1.9)`, with what it is bounded by. */
function stepText({ package: { component, version, fromVersion }, ...step }: StepFacts, at: number): string {
  const { fromMin, fromMax, waitsForEarlier } = step
  const from =
    fromVersion ?? (fromMin === null && fromMax === null ? '' : `${fromMin ?? ''} … ${fromMax ?? ''}`)
  return `${at + 1}. ${component} ${version}${from === '' ? '' : ` (${from})`}${waitsForEarlier ? ' ⏸' : ''}`
}
