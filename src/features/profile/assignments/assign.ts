import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { type MutationScope, mutation, query } from '../../../core/verb'
import { isDuplicate } from '../../terminals'
import { loadRules, modelMisfit, type RuleFacts, ruleNotFound } from '../../updates/rules'
import { updateRules } from '../../updates/rules/tables'
import { finishUpload } from '../../uploads'
import { assignmentChanged } from '../errors'
import { NAMED_MAX } from '../lists'
import { ApplyAssignmentInput, type AssignmentReport, type Choice, PreviewAssignmentInput } from '../schemas'
import { type Chosen, choose } from './choose'
import { type Counted, countPlaces, SAMPLE, TOLD_ONE_BY_ONE } from './count'
import { placesOf, type What } from './places'
import { writePlaces } from './write'

const permission = 'updates:write'

/** What assigning or taking away would do; nothing is changed. `rule_not_found`, `group_not_found`, `too_many_terminals`. */
export const previewAssignment = query(
  { permission, input: PreviewAssignmentInput },
  async (ctx, { ruleId, what, choice }) => {
    const rule = await findRule(ctx, ruleId)
    const chosen = await choose(ctx, choice)
    const [row] = await ctx.db.execute<{ counted: Counted }>(
      sql`with ${placesOf(ctx, ruleId, what, chosen)} ${countPlaces(ruleId, what)}`,
    )
    return toReport(rule, chosen, row?.counted as Counted)
  },
)

/**
 * Assigns a rule, or takes it away, all or nothing. `assignment_changed` where it would change anything else than what
 * `fingerprint` was given for; and as the preview.
 */
export const applyAssignment = mutation(
  { permission, input: ApplyAssignmentInput },
  async (scope, { ruleId, what, choice, fingerprint }) => {
    const rule = await lockRule(scope, ruleId)
    const chosen = await choose(scope, choice)
    const counted = await write(scope, { rule, what, chosen })
    if (counted.fingerprint !== fingerprint) throw assignmentChanged()
    if (choice.by === 'csv' && choice.uploadId !== undefined) await finishUpload(scope, choice.uploadId)
    tell(scope, { rule, what, choice, counted })
    return toReport(rule, chosen, counted)
  },
)

async function write(
  scope: MutationScope,
  { rule, what, chosen }: { rule: RuleFacts; what: What; chosen: Chosen },
): Promise<Counted> {
  try {
    const [row] = await scope.db.execute<{ counted: Counted }>(
      sql`with ${placesOf(scope, rule.id, what, chosen)}, ${writePlaces(scope, rule, what)}
        ${countPlaces(rule.id, what)}`,
    )
    return row?.counted as Counted
  } catch (error) {
    // A swap gave a terminal the rule meanwhile: the index is the judge.
    throw isDuplicate(error, 'update_assignments_terminal')
      ? assignmentChanged(undefined, { cause: error })
      : error
  }
}

interface Applied {
  rule: RuleFacts
  what: What
  choice: Choice
  counted: Counted
}

function tell(scope: MutationScope, { rule, what, choice, counted }: Applied): void {
  if (counted.changes === 0) {
    scope.nothingChanged()
    return
  }
  scope.audit({
    action: what === 'assign' ? 'update_rule.assigned' : 'update_rule.unassigned',
    subject: { kind: 'update_rule', id: rule.id, label: rule.name },
    after: { assignments: counted.changes, terminals: counted.changedTerminals, chosenBy: choice.by },
  })
  if (counted.told.length > TOLD_ONE_BY_ONE) scope.changed({ topic: 'terminals' })
  else for (const subjectId of counted.told) scope.changed({ topic: 'terminal', subjectId })
}

async function findRule(ctx: Pick<Ctx, 'db'>, ruleId: string): Promise<RuleFacts> {
  const [rule] = await loadRules(ctx.db, { ruleIds: [ruleId] })
  if (rule === undefined) throw ruleNotFound()
  return rule
}

/** One after the other: who assigns the same rule at the same moment sees what the first one did. */
async function lockRule(scope: MutationScope, ruleId: string): Promise<RuleFacts> {
  await scope.db
    .select({ id: updateRules.id })
    .from(updateRules)
    .where(eq(updateRules.id, ruleId))
    .for('no key update')
  return findRule(scope, ruleId)
}

function toReport(rule: RuleFacts, { unreadable }: Chosen, counted: Counted): AssignmentReport {
  const { models, told: _told, ...counts } = counted
  return {
    ...counts,
    unreadable: { count: unreadable.length, first: unreadable.slice(0, NAMED_MAX) },
    misfits: misfitsOf(rule, models),
  }
}

/** One for each thing that does not fit, whichever models and reports it is found in. */
function misfitsOf(rule: RuleFacts, models: Counted['models']): AssignmentReport['misfits'] {
  const found = new Map<string, Misfit>()
  for (const { platform, model, reported, count, first } of models) {
    const misfit = misfitOf(rule, platform, [model, reported ?? ''])
    if (misfit === undefined) continue
    const key = JSON.stringify(misfit)
    const before = found.get(key)
    const names = [...(before?.first ?? []), ...first].sort()
    found.set(key, { ...misfit, count: (before?.count ?? 0) + count, first: names.slice(0, SAMPLE) })
  }
  return [...found.values()]
}

type Misfit = AssignmentReport['misfits'][number]

function misfitOf(
  rule: RuleFacts,
  platform: string,
  models: string[],
): Pick<Misfit, 'reason' | 'is' | 'needs'> | undefined {
  if (platform !== rule.platform) return { reason: 'wrong_platform', is: platform, needs: rule.platform }
  const misfit = modelMisfit(rule.models, { models })
  return misfit && { reason: 'wrong_model', is: misfit.model, needs: misfit.needs }
}
