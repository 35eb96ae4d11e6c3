/**
 * Who may do what: the one table. A permission is named `room:verb`; the same names are the scopes of API keys.
 * Terminals never appear here: what a terminal may do is its list of messages.
 */
export const ROLES = ['admin', 'operator', 'support', 'key-officer', 'auditor', 'viewer'] as const
export type Role = (typeof ROLES)[number]

const everyone: readonly Role[] = ROLES
const operators: readonly Role[] = ['admin', 'operator']
/** Reading, and asking a terminal for its logs: what a help desk does on the telephone. */
const supporters: readonly Role[] = ['admin', 'operator', 'support']
const admins: readonly Role[] = ['admin']
/** Reading what administrators did and who may do what, and changing nothing. */
const auditors: readonly Role[] = ['admin', 'auditor']
/** Kept apart from administration, dual control (PCI PIN 6, 8-2): administrators appoint them and cannot do their work. */
const keyOfficers: readonly Role[] = ['key-officer']
/** What programs alone may do. Whoever makes API keys may give it to one. */
const nobody: readonly Role[] = []

export const PERMISSIONS = {
  'terminals:read': everyone,
  'terminals:write': operators,
  'terminals:enroll': operators,
  'groups:read': everyone,
  'groups:write': operators,
  'merchants:read': everyone,
  'merchants:write': operators,
  'licenses:read': everyone,
  'licenses:write': operators,
  'eslips:read': everyone,
  /** Keeping slips from being deleted, and letting go of them. */
  'eslips:hold': admins,
  'status:read': everyone,
  /** The fleet in charts: numbers only, licences and updates among them. */
  'analysis:read': everyone,
  'analysis:refresh': operators,
  /** What terminals asked and were answered. */
  'pos-log:read': everyone,
  'ecr-logs:read': everyone,
  /** Asking a terminal for its log. */
  'ecr-logs:request': supporters,
  'packages:read': everyone,
  'packages:write': operators,
  'updates:read': everyone,
  /** Rules and rollouts, and who gets them. */
  'updates:write': operators,
  'apps:read': everyone,
  /** Applications, sets of them, and which terminals have which. */
  'apps:write': operators,
  /** Letting in a version that another signer made: terminals take it only after the application and its data are removed. */
  'apps:override': admins,
  'actions:read': everyone,
  /** How terminals stand with their keys; never bytes. */
  'keys:read': everyone,
  /** Depositing key files, and seeing what became of the own ones. */
  'keys:deposit': nobody,
  'keys:approve': keyOfficers,
  /** Letting a terminal have keys again after failures. */
  'keys:allow': keyOfficers,
  'keys:revoke': ['admin', 'key-officer'],
  /** Whatever else a caller may write, its files come in by this. */
  'uploads:write': operators,
  /** What the server does on its own. */
  'jobs:read': ['admin', 'operator', 'auditor'],
  'jobs:run': admins,
  /** What is wrong in the fleet and on the server, as far as the caller sees it. */
  'alerts:read': everyone,
  /** Saying that somebody looks after it. */
  'alerts:acknowledge': supporters,
  /** From when on something is wrong, and who is told. */
  'alerts:write': admins,
  /** Settings in force, and how the server is. */
  'system:read': auditors,
  'webhooks:read': auditors,
  'webhooks:write': admins,
  'audit:read': auditors,
  'operators:read': auditors,
  'operators:write': admins,
  /** Changes of key officers that wait until another one confirms them. */
  'appointments:read': ['admin', 'key-officer', 'auditor'],
  'appointments:confirm': keyOfficers,
  'api-keys:read': auditors,
  'api-keys:write': admins,
} as const satisfies Record<string, readonly Role[]>

/** What can be given to a role or to an API key. */
export type Scope = keyof typeof PERMISSIONS

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as [Scope, ...Scope[]]

/** The rung for the own account: every operator stands on it, nobody else, and no key can be given it. */
export const OWN_ACCOUNT = 'account:own'

export type Permission = Scope | typeof OWN_ACCOUNT

/** What a verb asks of its caller: a permission, or one of several. */
export type Needed = Permission | readonly [Permission, ...Permission[]]

/** In words: `keys:read or keys:deposit`. */
export function neededName(needed: Needed): string {
  return [needed].flat().join(' or ')
}

/** True of what no role has: it is for programs. */
export function isForPrograms(permission: Scope): boolean {
  return PERMISSIONS[permission].length === 0
}

export function roleMay(role: Role, permission: Scope): boolean {
  return (PERMISSIONS[permission] as readonly Role[]).includes(role)
}
