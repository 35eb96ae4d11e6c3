import { z } from 'zod'
import { pageInput, pageOf } from '../../core/paging'
import { PERMISSION_NAMES, PERMISSIONS, ROLES, type Role, type Scope } from '../../core/permissions'
import { APPOINTMENT_KINDS, MIN_PASSWORD_CHARACTERS, USERNAME_PATTERN } from './lists'

/** The table of permissions as pages show it: it stays the one of src/core/permissions.ts. */
export const PERMISSION_TABLE: readonly { name: Scope; roles: readonly Role[] }[] = PERMISSION_NAMES.map(
  (name) => ({ name, roles: PERMISSIONS[name] }),
)

export const Username = z
  .string()
  .trim()
  .regex(USERNAME_PATTERN, 'a user name has 3 to 50 letters, digits, dots, dashes')
export const Password = z
  .string()
  .min(MIN_PASSWORD_CHARACTERS, `a password has at least ${MIN_PASSWORD_CHARACTERS} characters`)
  .max(200)
export const RoleName = z.enum(ROLES)

export const VisibilityInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({
    kind: z.literal('limited'),
    groupIds: z.array(z.uuid()).max(100).default([]),
    merchantIds: z.array(z.uuid()).max(1000).default([]),
  }),
])

/** What is not known is refused: mistyped limits would be none. */
export const CreateOperatorInput = z.strictObject({
  username: Username,
  name: z.string().trim().min(1).max(100).optional(),
  email: z.email().max(200).optional(),
  password: Password,
  role: RoleName,
  visibility: VisibilityInput.default({ kind: 'all' }),
})
export const OperatorRef = z.object({ operatorId: z.uuid() })
export const ResetPasswordInput = z.object({ operatorId: z.uuid(), password: Password })
export const SetRoleInput = z.object({ operatorId: z.uuid(), role: RoleName })
export const SetVisibilityInput = z.object({ operatorId: z.uuid(), visibility: VisibilityInput })
export const OperatorView = z.object({
  id: z.uuid(),
  username: z.string(),
  name: z.string(),
  email: z.string(),
  role: RoleName,
  state: z.enum(['active', 'disabled']),
  visibility: VisibilityInput,
  twoFactorEnabled: z.boolean(),
  lastSignInAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  isAppointedAlone: z
    .boolean()
    .describe(
      'The first key officer: one administrator has appointed this one, and nobody could confirm it.',
    ),
  waiting: z
    .array(
      z.object({
        id: z.uuid(),
        kind: z.enum(APPOINTMENT_KINDS),
        requestedBy: z.string(),
        expiresAt: z.iso.datetime(),
      }),
    )
    .describe('Changes that wait until another key officer confirms them.'),
})
export const OperatorPage = pageOf(
  OperatorView.extend({
    lockedUntil: z.iso.datetime().nullable().describe('Failed attempts have locked a login until then.'),
  }),
)
export const ListOperatorsInput = z.object({
  ...pageInput,
  search: z.string().trim().max(100).optional().describe('A part of user name, name or e-mail.'),
})

export const ListAppointmentsInput = z.object({ ...pageInput })
export const AppointmentRef = z.object({ appointmentId: z.uuid() })
export const AppointmentPage = pageOf(
  z.object({
    id: z.uuid(),
    kind: z.enum(APPOINTMENT_KINDS),
    operator: z.object({ id: z.uuid(), username: z.string(), name: z.string(), role: RoleName }),
    visibility: VisibilityInput.describe('What they see once it is confirmed.'),
    requestedBy: z.string(),
    requestedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    answer: z
      .enum(['may_confirm', 'own', 'of_requester', 'not_asked'])
      .describe(
        'Whether the caller may confirm it: not what is about or by themselves, nor what is asked by who appointed them alone.',
      ),
  }),
)

export const NoInput = z.object({})
export const UpdateAccountInput = z.object({
  name: z.string().trim().min(1).max(100).optional(),
  email: z.email().max(200).optional(),
})
export const AccountPerson = z.object({
  id: z.uuid(),
  username: z.string(),
  name: z.string(),
  email: z.string(),
})
export const AccountView = AccountPerson.extend({
  role: RoleName,
  permissions: z.array(z.string()),
  visibility: VisibilityInput,
  twoFactorEnabled: z.boolean(),
  needsTwoFactor: z.boolean().describe('The role needs a second factor: it cannot be switched off.'),
  lastSignInAt: z.iso.datetime().nullable(),
  session: z.object({
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().describe('It ends then in any case.'),
    idleMinutes: z.number().int().describe('It ends when unused for this long.'),
  }),
})
export const ListSessionsInput = z.object({ ...pageInput })
export const SessionRef = z.object({ sessionId: z.uuid() })
export const SessionPage = pageOf(
  z.object({
    id: z.uuid(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    address: z.string(),
    userAgent: z.string(),
    isCurrent: z.boolean(),
  }),
)

/** As above: a mistyped end would be none, too. */
export const CreateApiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z
    .array(z.enum(PERMISSION_NAMES, `scopes are: ${PERMISSION_NAMES.join(', ')}`))
    .min(1)
    .max(100),
  visibility: VisibilityInput.default({ kind: 'all' }),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
})
export const CreatedApiKey = z.object({
  id: z.uuid(),
  key: z.string().describe('Shown this once; send it as `Authorization: Bearer`.'),
})
export const ApiKeyRef = z.object({ apiKeyId: z.uuid() })
export const ApiKeyView = z.object({
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.string()),
  visibility: VisibilityInput,
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
})
export const ApiKeyPage = pageOf(ApiKeyView)
export const ListApiKeysInput = z.object({ ...pageInput })
