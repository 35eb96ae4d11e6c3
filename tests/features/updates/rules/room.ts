import type { Ctx } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { updateAssignments } from '../../../../src/features/profile/tables'
import { packages } from '../../../../src/features/updates/packages/tables'
import type { RuleView } from '../../../../src/features/updates/rules/schemas'
import { createRule } from '../../../../src/features/updates/rules/service/change'
import type { TestDatabase } from '../../../support/postgres'

type Package = Partial<typeof packages.$inferInsert>

/** A package without its bytes: rules go by what it leads to. */
export async function addPackage({ db }: Pick<TestDatabase, 'db'>, more: Package = {}): Promise<string> {
  const id = newId()
  await db.insert(packages).values({
    ...{ id, platform: 'wiseasy-wpos3', component: 'system', version: '2.0', kind: 'android-ota' },
    ...{ fileCount: 1, sizeBytes: 1_000, createdBy: 'test', createdAt: new Date() },
    ...more,
  })
  return id
}

type Fields = Parameters<typeof createRule>[1]

export const fieldsOf = (packageId: string, more: Partial<Fields> = {}): Fields => ({
  ...{ name: `rule ${newId()}`, platform: 'wiseasy-wpos3', steps: [{ packageId }] },
  ...more,
})

export async function addRule(
  ctx: Ctx,
  database: TestDatabase,
  more: Partial<Fields> = {},
): Promise<RuleView> {
  return createRule(ctx, fieldsOf(await addPackage(database), more))
}

/** Assigns a rule to terminals themselves, or to the TIDs of an acquirer. */
export async function assign(
  { db }: Pick<TestDatabase, 'db'>,
  ruleId: string,
  to: { terminalIds?: readonly string[]; tids?: readonly string[] },
): Promise<void> {
  const made = () => ({ id: newId(), ruleId, assignedBy: 'test', assignedAt: new Date() })
  await db
    .insert(updateAssignments)
    .values([
      ...(to.terminalIds ?? []).map((terminalId) => ({ ...made(), terminalId })),
      ...(to.tids ?? []).map((tid) => ({ ...made(), tid, acquirer: '' })),
    ])
}
