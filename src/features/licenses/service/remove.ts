import { and, asc, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import { type Ctx, callerName } from '../../../core/context'
import { isFailure } from '../../../core/errors'
import { type MutationScope, mutation, mutations } from '../../../core/verb'
import { findVisibleBySerial } from '../../terminals'
import { licenceNotFound, licenceSuperseded, notDeleted } from '../errors'
import { LicenceRef, LicenceRefs, RESTORE_OUTCOMES, type RestoreReport } from '../schemas'
import { licenses } from '../tables'
import { subjectOf, toView } from '../view'
import { findLicence, visibleLicences } from './find'
import { lockSerial } from './import'

/**
 * Takes current licences out of use: their terminals get them no more. The files stay and can be taken back. The answer
 * names those that were current until now.
 */
export const deleteLicences = mutation(
  { permission: 'licenses:write', input: LicenceRefs },
  async (scope, input) => {
    const ids = [...new Set(input.licenseIds)]
    const rows = await scope.db
      .select()
      .from(licenses)
      .where(and(inArray(licenses.id, ids), visibleLicences(scope)))
      .orderBy(asc(licenses.id))
      .for('update', { of: licenses })
    if (rows.length < ids.length) throw licenceNotFound()
    scope.nothingChanged()
    const deleted: string[] = []
    for (const row of rows) {
      // One that was replaced is out of use already, and its end is history.
      if (row.state !== 'current') continue
      await scope.db
        .update(licenses)
        .set({ state: 'deleted', endedAt: scope.clock.now(), endedBy: callerName(scope.actor) })
        .where(eq(licenses.id, row.id))
      scope.audit({
        action: 'license.deleted',
        subject: subjectOf(row),
        before: { state: row.state },
        after: { state: 'deleted' },
      })
      await tellTerminal(scope, row.serial)
      deleted.push(row.id)
    }
    return { deleted }
  },
)

async function restoreOne(scope: MutationScope, licenseId: string) {
  const { serial } = await findLicence(scope, licenseId)
  // As an import: neither sees a place free that the other is about to take.
  await lockSerial(scope, serial)
  const row = await findLicence(scope, licenseId)
  if (row.state !== 'deleted') throw notDeleted()
  const [other] = await scope.db
    .select({ id: licenses.id })
    .from(licenses)
    .where(
      and(
        eq(licenses.serial, row.serial),
        eq(licenses.platform, row.platform),
        eq(licenses.product, row.product),
        eq(licenses.state, 'current'),
      ),
    )
  if (other !== undefined) throw licenceSuperseded({ values: { licenseId: other.id } })
  const [changed] = await scope.db
    .update(licenses)
    .set({ state: 'current', endedAt: null, endedBy: null })
    .where(and(eq(licenses.id, row.id), eq(licenses.state, 'deleted')))
    .returning()
  if (changed === undefined) throw notDeleted()
  scope.audit({
    action: 'license.restored',
    subject: subjectOf(row),
    before: { state: 'deleted' },
    after: { state: 'current' },
  })
  await tellTerminal(scope, row.serial)
  return toView(changed)
}

/** Takes a deleted licence back, unless another has taken its place meanwhile (`license_superseded`). */
export const undoDeleteLicence = mutation(
  { permission: 'licenses:write', input: LicenceRef },
  async (scope, input) => restoreOne(scope, input.licenseId),
)

type RestoreResult = z.infer<typeof RestoreReport>['results'][number]

/** Takes deleted licences back, each on its own: what becomes of one is said of that one. */
export const restoreLicences = mutations(
  { permission: 'licenses:write', input: LicenceRefs },
  async (ctx, input) => {
    const results: RestoreResult[] = []
    for (const licenseId of new Set(input.licenseIds)) results.push(await tryToRestore(ctx, licenseId))
    const count = (outcome: RestoreResult['outcome']) =>
      results.filter((one) => one.outcome === outcome).length
    const counts = Object.fromEntries(RESTORE_OUTCOMES.map((outcome) => [outcome, count(outcome)]))
    return { results, counts: counts as z.infer<typeof RestoreReport>['counts'] }
  },
)

const OUTCOME_OF: Readonly<Record<string, RestoreResult['outcome']>> = {
  license_not_found: 'not_found',
  license_not_deleted: 'not_deleted',
  license_superseded: 'superseded',
}

async function tryToRestore(ctx: Ctx, licenseId: string): Promise<RestoreResult> {
  try {
    await undoDeleteLicence(ctx, { licenseId })
    return { licenseId, outcome: 'restored', supersededBy: null }
  } catch (error) {
    const outcome = isFailure(error) ? OUTCOME_OF[error.code] : undefined
    if (!isFailure(error) || outcome === undefined) throw error
    const other = error.details.values?.licenseId
    return { licenseId, outcome, supersededBy: typeof other === 'string' ? other : null }
  }
}

async function tellTerminal(scope: MutationScope, serial: string): Promise<void> {
  const terminal = await findVisibleBySerial(scope, serial)
  if (terminal !== undefined) scope.changed({ topic: 'terminal', subjectId: terminal.id })
}
