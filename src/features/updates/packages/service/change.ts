import { eq, sql } from 'drizzle-orm'
import { callerName, visibilityOf } from '../../../../core/context'
import { type MutationScope, mutation } from '../../../../core/verb'
import { lockStoredFiles, releaseFiles } from '../../../stored-files'
import { outsideYourLimits } from '../../../terminals'
import { packageInUse, packageNotFound } from '../errors'
import { foreignDevices } from '../inspect/devices'
import { ChangePackage, PackageRef, type PackageWarning } from '../schemas'
import { packageFiles, packages } from '../tables'
import { subjectOf } from '../view'
import { findPackage } from './find'
import { rulesOf } from './rules'

type Row = typeof packages.$inferSelect

/**
 * Whom a package is for, and what is noted of it. What it is made of never changes. `outside_your_limits` where rules
 * need it and the caller does not see all terminals.
 */
export const changePackage = mutation(
  { permission: 'packages:write', input: ChangePackage },
  async (scope, input) => {
    const row = await lockRow(scope, input.packageId)
    const models = input.models === undefined ? row.models : [...new Set(input.models)].sort()
    const notes = input.notes ?? row.notes
    const hasOtherModels = models.join('\n') !== row.models.join('\n')
    if (!hasOtherModels && notes === row.notes) scope.nothingChanged()
    else {
      await scope.db
        .update(packages)
        .set({ models, notes, warnings: rejudge(row, models) })
        .where(eq(packages.id, row.id))
      scope.audit({
        action: 'package.updated',
        subject: subjectOf(row),
        before: { models: row.models, notes: row.notes },
        after: { models, notes },
      })
      if (hasOtherModels) await changeRules(scope, row.id)
    }
    return findPackage(scope, row.id)
  },
)

/**
 * For whom a package is decides as much as its rules do: their rollouts halt, as by a change of the rule itself. Rules
 * reach terminals that a limited caller does not see.
 */
async function changeRules(scope: MutationScope, packageId: string): Promise<void> {
  if ((await rulesOf(scope, packageId)).length === 0) return
  if (visibilityOf(scope.actor).kind !== 'all') throw outsideYourLimits()
  await scope.db.execute(sql`
    update update_rules set revision = revision + 1, updated_at = ${scope.clock.now().toISOString()},
      updated_by = ${callerName(scope.actor)}
    where id in (select rule_id from update_rule_steps where package_id = ${packageId})`)
  scope.changed({ topic: 'terminals' })
}

/** Only whether the device is the right one depends on the models. */
function rejudge({ warnings, inspected, platform }: Row, models: readonly string[]): PackageWarning[] {
  const devices = foreignDevices(inspected.devices ?? [], platform, models)
  return [
    ...devices.map((detail) => ({ code: 'wrong_device' as const, detail })),
    ...warnings.filter(({ code }) => code !== 'wrong_device'),
  ]
}

/** Deletes a package that no rule needs, else `package_in_use` with their names. Its bytes go with the next sweep. */
export const deletePackage = mutation(
  { permission: 'packages:write', input: PackageRef },
  async (scope, input) => {
    await lockStoredFiles(scope.db)
    // A rule that takes the package up at this moment holds its row: it is seen below, or finds the package gone.
    const row = await lockRow(scope, input.packageId)
    const rules = await rulesOf(scope, row.id)
    if (rules.length > 0) throw packageInUse({ values: { rules: rules.map((rule) => rule.name) } })
    const files = await scope.db
      .delete(packageFiles)
      .where(eq(packageFiles.packageId, row.id))
      .returning({ key: packageFiles.blobKey })
    await scope.db.delete(packages).where(eq(packages.id, row.id))
    await releaseFiles(
      scope,
      files.map((file) => file.key),
    )
    const { platform, component, version, models, fileCount, sizeBytes } = row
    scope.audit({
      action: 'package.deleted',
      subject: subjectOf(row),
      before: { platform, component, version, models, fileCount, sizeBytes },
    })
    return { packageId: row.id }
  },
)

async function lockRow(scope: MutationScope, packageId: string): Promise<Row> {
  const [row] = await scope.db.select().from(packages).where(eq(packages.id, packageId)).for('update')
  if (row === undefined) throw packageNotFound()
  return row
}
