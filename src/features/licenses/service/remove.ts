import { and, eq, inArray } from 'drizzle-orm'
import { type MutationScope, mutation } from '../../../core/verb'
import { findVisibleBySerial } from '../../terminals'
import { licenceNotFound, licenceSuperseded, notDeleted } from '../errors'
import { LicenceRef, LicenceRefs } from '../schemas'
import { licenses } from '../tables'
import { subjectOf, toView } from '../view'
import { findLicence, visibleLicences } from './find'
import { nameOf } from './import'

/** Takes licences out of use: their terminals get them no more. The files stay and can be taken back. */
export const deleteLicences = mutation(
  { permission: 'licenses:write', input: LicenceRefs },
  async (scope, input) => {
    const ids = [...new Set(input.licenseIds)]
    const rows = await scope.db
      .select()
      .from(licenses)
      .where(and(inArray(licenses.id, ids), visibleLicences(scope)))
      .for('update', { of: licenses })
    if (rows.length < ids.length) throw licenceNotFound()
    scope.nothingChanged()
    const deleted: string[] = []
    for (const row of rows) {
      if (row.state === 'deleted') continue
      await scope.db
        .update(licenses)
        .set({ state: 'deleted', endedAt: scope.clock.now(), endedBy: nameOf(scope) })
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

/** Takes a deleted licence back, unless another has taken its place meanwhile (`license_superseded`). */
export const undoDeleteLicence = mutation(
  { permission: 'licenses:write', input: LicenceRef },
  async (scope, input) => {
    const row = await findLicence(scope, input.licenseId)
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
      .where(eq(licenses.id, row.id))
      .returning()
    scope.audit({
      action: 'license.restored',
      subject: subjectOf(row),
      before: { state: 'deleted' },
      after: { state: 'current' },
    })
    await tellTerminal(scope, row.serial)
    return toView(changed ?? row)
  },
)

async function tellTerminal(scope: MutationScope, serial: string): Promise<void> {
  const terminal = await findVisibleBySerial(scope, serial)
  if (terminal !== undefined) scope.changed({ topic: 'terminal', subjectId: terminal.id })
}
