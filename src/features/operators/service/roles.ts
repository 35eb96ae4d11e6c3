import { ROLES } from '../../../core/permissions'
import { query } from '../../../core/verb'
import { scopesOf } from '../rights'
import { NoInput } from '../schemas'

/** What each role may do, and which of them need a second factor here (`SECOND_FACTOR_ROLES`). */
export const listRoles = query({ permission: 'operators:read', input: NoInput }, async ({ settings }) => ({
  roles: ROLES.map((role) => ({
    role,
    permissions: scopesOf(role),
    needsTwoFactor: settings.signIn.secondFactorRoles.includes(role),
  })),
}))
