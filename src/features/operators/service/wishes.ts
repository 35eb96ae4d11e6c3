import { and, eq } from 'drizzle-orm'
import type { Visibility } from '../../../core/context'
import type { Role } from '../../../core/permissions'
import type { MutationScope } from '../../../core/verb'
import { lastAdmin } from '../errors'
import { isSameSight } from '../rights'
import { operatorTwoFactors } from '../sign-in/tables'
import { operatorAccounts } from '../tables'
import { change, endSessions, type Locked, type Row, subjectOf } from './rows'

export const PASSWORD_PROVIDER = 'credential'

/** What is to become of an operator; of a key officer it may have to wait. */
export type Wish =
  | { kind: 'account' }
  | { kind: 'role'; role: Role }
  | { kind: 'limits'; visibility: Visibility }
  /** Its hash. */
  | { kind: 'password'; password: string }
  | { kind: 'second-factor' }

/** True where all is as wished: nothing has to be asked, changed or told. */
export function isFulfilled(row: Row, wish: Wish): boolean {
  if (wish.kind === 'account') return row.state === 'active'
  if (wish.kind === 'role') return row.role === wish.role
  if (wish.kind === 'limits') return isSameSight(row.visibility, wish.visibility)
  // A second factor that was begun and never confirmed goes as well, and is nothing to ask an officer about.
  return wish.kind === 'second-factor' && !row.twoFactorEnabled
}

/** Does it, with its audit row. `last_admin` where nobody else could administer any more. */
export async function fulfil(scope: MutationScope, { row, isLastAdmin }: Locked, wish: Wish): Promise<Row> {
  const { db } = scope
  switch (wish.kind) {
    case 'account':
      return change(scope, row, { state: 'active' }, 'operator.enabled')
    case 'role':
      if (isLastAdmin && wish.role !== 'admin') throw lastAdmin()
      if (wish.role !== row.role) await endSessions(db, row.id)
      return change(scope, row, { role: wish.role }, 'operator.role_changed')
    case 'limits':
      if (isFulfilled(row, wish)) {
        scope.nothingChanged()
        return row
      }
      if (isLastAdmin && wish.visibility.kind !== 'all') throw lastAdmin()
      await endSessions(db, row.id)
      return change(scope, row, { visibility: wish.visibility }, 'operator.visibility_changed')
    case 'password':
      await db
        .update(operatorAccounts)
        .set({ password: wish.password, updatedAt: scope.clock.now() })
        .where(
          and(eq(operatorAccounts.operatorId, row.id), eq(operatorAccounts.providerId, PASSWORD_PROVIDER)),
        )
      await endSessions(db, row.id)
      scope.audit({ action: 'operator.password_reset', subject: subjectOf(row), after: { isReset: true } })
      scope.changed({ topic: 'operator', subjectId: row.id })
      return row
    case 'second-factor':
      await db.delete(operatorTwoFactors).where(eq(operatorTwoFactors.operatorId, row.id))
      if (row.twoFactorEnabled) await endSessions(db, row.id)
      return change(scope, row, { twoFactorEnabled: false }, 'operator.two_factor_reset')
  }
}
