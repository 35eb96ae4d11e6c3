import { eq, inArray } from 'drizzle-orm'
import type { PlatformId } from '../../../../core/platforms'
import type { Database } from '../../../../db/client'
import { packages } from '../../packages/tables'
import { stepFault } from '../check'
import { rulePackagesForeign, rulePackagesMissing, rulePeriodEmpty, ruleStepsImpossible } from '../errors'
import type { StepFacts } from '../facts'
import { PACKAGE_FACTS } from '../load'
import type { Conditions, RuleFields } from '../schemas'
import { updateRuleSteps } from '../tables'

/**
 * The steps of a rule with their packages. `rule_packages_missing`, `rule_packages_foreign`; with `isLocked` the packages
 * stay to the end of the transaction.
 */
export async function loadGivenSteps(
  db: Database,
  platform: PlatformId,
  given: RuleFields['steps'],
  { isLocked }: { isLocked: boolean },
): Promise<StepFacts[]> {
  const ids = [...new Set(given.map((step) => step.packageId))]
  const found = db
    .select({ ...PACKAGE_FACTS, platform: packages.platform })
    .from(packages)
    .where(inArray(packages.id, ids))
  const rows = await (isLocked ? found.for('key share') : found)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const missing = ids.filter((id) => !byId.has(id))
  if (missing.length > 0) throw rulePackagesMissing({ values: { packages: missing } })
  const foreign = rows.filter((row) => row.platform !== platform)
  if (foreign.length > 0) {
    const names = foreign.map((row) => `${row.platform} ${row.component} ${row.version}`)
    throw rulePackagesForeign({ values: { packages: names } })
  }
  return given.flatMap((step, position) => {
    const row = byId.get(step.packageId)
    if (row === undefined) return []
    const { platform: _platform, ...pack } = row
    const { fromMin = null, fromMax = null, waitsForEarlier } = step
    return [{ position, package: pack, fromMin, fromMax, waitsForEarlier }]
  })
}

/** Refuses what no terminal could ever do: `rule_steps_impossible`, `rule_period_empty`. */
export function requirePossible(rule: {
  steps: readonly StepFacts[]
  conditions: Conditions
  startsAt: Date | null
  endsAt: Date | null
}): void {
  if (rule.startsAt !== null && rule.endsAt !== null && rule.endsAt <= rule.startsAt) throw rulePeriodEmpty()
  const fault = stepFault(rule)
  if (fault !== undefined) throw ruleStepsImpossible({ values: { ...fault, step: fault.position + 1 } })
}

export async function writeSteps(db: Database, ruleId: string, steps: readonly StepFacts[]): Promise<void> {
  await db.delete(updateRuleSteps).where(eq(updateRuleSteps.ruleId, ruleId))
  await db
    .insert(updateRuleSteps)
    .values(steps.map(({ package: { id }, ...step }) => ({ ...step, ruleId, packageId: id })))
}
