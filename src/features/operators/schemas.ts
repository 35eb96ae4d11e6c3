import { z } from 'zod'
import { StorableMoment } from '../../core/moment'
import { nameText } from '../../core/names'
import { maskedNetwork, networkText, parseNetwork } from '../../core/network'
import { pageInput, pageOf } from '../../core/paging'
import { PERMISSION_NAMES, PERMISSIONS, ROLES, type Role, type Scope } from '../../core/permissions'
import {
  KEY_EXPIRES_SOON_DAYS,
  KEY_STATES,
  KEY_UNUSED_DAYS,
  KEY_WARNINGS,
  MIN_PASSWORD_CHARACTERS,
  MOST_ALLOWED_ADDRESSES,
  MOST_MADE,
  MOST_REQUESTS_PER_MINUTE,
  OVERLAP_HOURS,
  USERNAME_PATTERN,
} from './lists'

/** The table of permissions as pages show it: it stays the one of src/core/permissions.ts. */
export const PERMISSION_TABLE: readonly { name: Scope; roles: readonly Role[] }[] = PERMISSION_NAMES.map(
  (name) => ({ name, roles: PERMISSIONS[name] }),
)

type Room = Scope extends `${infer One}:${string}` ? One : never

const AREAS = [
  'terminals',
  'monitoring',
  'license',
  'eslip',
  'updates',
  'apps',
  'keys',
  'administration',
] as const
/** Where in the table a room stands; a room without a place does not compile. */
const AREA_OF: Record<Room, (typeof AREAS)[number]> = {
  terminals: 'terminals',
  groups: 'terminals',
  merchants: 'terminals',
  actions: 'terminals',
  status: 'monitoring',
  analysis: 'monitoring',
  'pos-log': 'monitoring',
  'ecr-logs': 'monitoring',
  alerts: 'monitoring',
  licenses: 'license',
  eslips: 'eslip',
  packages: 'updates',
  updates: 'updates',
  uploads: 'updates',
  apps: 'apps',
  keys: 'keys',
  operators: 'administration',
  'api-keys': 'administration',
  webhooks: 'administration',
  audit: 'administration',
  jobs: 'administration',
  system: 'administration',
}

/** The table by features; their words are `app.nav.…`. */
export const PERMISSION_AREAS = AREAS.map((area) => ({
  area,
  permissions: PERMISSION_TABLE.filter(({ name }) => AREA_OF[name.split(':', 1)[0] as Room] === area),
}))

export const Username = z
  .string()
  .trim()
  .regex(USERNAME_PATTERN, 'a user name has 3 to 50 Latin letters, digits, dots, dashes and underscores')
export const Password = z
  .string()
  .min(MIN_PASSWORD_CHARACTERS, `a password has at least ${MIN_PASSWORD_CHARACTERS} characters`)
  .max(200)
export const RoleName = z.enum(ROLES)

/** As the database writes it: limits are compared as text, and another spelling of an identifier would match nothing. */
const placeId = z.uuid().toLowerCase()

export const VisibilityInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({
    kind: z.literal('limited'),
    groupIds: z.array(placeId).max(100).default([]),
    merchantIds: z.array(placeId).max(1000).default([]),
  }),
])

/** What is not known is refused: mistyped limits would be none. */
export const CreateOperatorInput = z.strictObject({
  username: Username,
  name: nameText(100).optional(),
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
})
export const ListedOperator = OperatorView.extend({
  lockedUntil: z.iso.datetime().nullable().describe('Failed attempts have locked a login until then.'),
})
export const OperatorPage = pageOf(ListedOperator)

/** What goes on working when somebody leaves. */
export const MadeView = z.object({
  apiKeys: z
    .array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        how: z
          .enum(['made', 'renewed'])
          .describe('`renewed`: another one made it, and they were given a new secret of it.'),
        expiresAt: z.iso.datetime().nullable(),
        lastUsedAt: z.iso.datetime().nullable(),
      }),
    )
    .nullable()
    .describe(
      `Keys in force whose secret they were shown, the first ${MOST_MADE}. Null without \`api-keys:read\`.`,
    ),
  webhooks: z
    .array(z.object({ id: z.uuid(), name: z.string(), state: z.enum(['enabled', 'disabled']) }))
    .nullable()
    .describe(`Webhooks that they made, the first ${MOST_MADE}. Null without \`webhooks:read\`.`),
})
export const DisabledOperator = OperatorView.extend({ made: MadeView })
export const ListOperatorsInput = z.object({
  ...pageInput,
  search: z.string().trim().max(100).optional().describe('A part of user name, name or e-mail.'),
})

export const RoleList = z.object({
  roles: z.array(
    z.object({
      role: RoleName,
      permissions: z.array(z.enum(PERMISSION_NAMES)),
      needsTwoFactor: z.boolean().describe('Whoever has it does nothing before setting up a second factor.'),
    }),
  ),
})

export const NoInput = z.object({})
export const UpdateAccountInput = z.object({
  name: nameText(100).optional(),
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

/** An address or network, in its canonical form: what is written with bits behind its prefix may not be what is meant. */
export const AllowedAddress = z
  .string()
  .trim()
  .max(60)
  .transform((text, ctx) => {
    const network = parseNetwork(text)
    const masked = network === undefined ? undefined : maskedNetwork(network)
    if (network !== undefined && masked?.bits === network.bits) return networkText(network)
    const message =
      network === undefined || masked === undefined
        ? 'write an address or a network, such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32'
        : `${text} has bits behind its prefix: write ${networkText(masked)}, or the address without a prefix`
    const params = masked === undefined ? {} : { network: networkText(masked) }
    ctx.addIssue({ code: 'custom', message, params })
    return z.NEVER
  })

const keyName = nameText(100)
const keyScopes = z
  .array(z.enum(PERMISSION_NAMES, `scopes are: ${PERMISSION_NAMES.join(', ')}`))
  .min(1)
  .max(100)
const allowedAddresses = z
  .array(AllowedAddress)
  .max(MOST_ALLOWED_ADDRESSES)
  .describe('Addresses and networks (CIDR) that the key may be used from; none: from everywhere.')
const requestsPerMinute = z
  .number()
  .int()
  .min(1)
  .max(MOST_REQUESTS_PER_MINUTE)
  .describe('Requests that the key may make a minute at each server; API_REQUESTS_PER_MINUTE where not set.')

/** As above: a mistyped end would be none, too. */
export const CreateApiKeyInput = z.strictObject({
  name: keyName,
  scopes: keyScopes,
  visibility: VisibilityInput.default({ kind: 'all' }),
  expiresAt: StorableMoment.optional(),
  allowedAddresses: allowedAddresses.default([]),
  requestsPerMinute: requestsPerMinute.optional(),
})
export const CreatedApiKey = z.object({
  id: z.uuid(),
  key: z.string().describe('Shown this once; send it as `Authorization: Bearer`.'),
})
export const ApiKeyRef = z.object({ apiKeyId: z.uuid() })
/** What is left out stays as it is. */
export const UpdateApiKeyInput = z.strictObject({
  apiKeyId: z.uuid(),
  name: keyName.optional(),
  scopes: keyScopes.optional(),
  visibility: VisibilityInput.optional(),
  expiresAt: StorableMoment.nullable().optional().describe('null: until it is revoked.'),
  allowedAddresses: allowedAddresses.optional(),
  requestsPerMinute: requestsPerMinute.nullable().optional().describe('null: API_REQUESTS_PER_MINUTE.'),
})
export const RotateApiKeyInput = z.strictObject({
  apiKeyId: z.uuid(),
  overlapHours: z
    .number()
    .int()
    .min(0)
    .max(OVERLAP_HOURS.most)
    .default(OVERLAP_HOURS.default)
    .describe('How long the secret that is current now still opens the door; 0: not at all.'),
})
export const RotatedApiKey = CreatedApiKey.extend({
  oldEndsAt: z.iso
    .datetime()
    .nullable()
    .describe('Until then the secret before works too; null: it has ended.'),
})
export const ApiKeyView = z.object({
  id: z.uuid(),
  name: z.string(),
  state: z.enum(KEY_STATES).describe('Only an active one opens the door.'),
  scopes: z.array(z.string()),
  visibility: VisibilityInput,
  allowedAddresses: z.array(z.string()),
  requestsPerMinute: z.number().int().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  lastUsedAddress: z.string().nullable(),
  secrets: z
    .array(
      z.object({
        hint: z.string().nullable().describe('How the secret begins; null of one from before this was kept.'),
        state: z.enum(['current', 'retiring']),
        createdAt: z.iso.datetime(),
        endsAt: z.iso.datetime().nullable(),
        lastUsedAt: z.iso.datetime().nullable(),
        lastUsedAddress: z.string().nullable(),
      }),
    )
    .describe('Those that open the door, the current one first.'),
  refused: z
    .object({
      calls: z.number().int(),
      lastAt: z.iso.datetime().nullable(),
      lastAddress: z.string().nullable(),
    })
    .describe('Calls from addresses that are not allowed.'),
  warnings: z
    .array(z.enum(KEY_WARNINGS))
    .describe(
      `\`expires_soon\`: within ${KEY_EXPIRES_SOON_DAYS} days. \`unused\`: for ${KEY_UNUSED_DAYS} days. \`maker_gone\`: the account of whoever made it is closed, and nobody else has given it a new secret since.`,
    ),
})
export const ApiKeyPage = pageOf(ApiKeyView)
export const ListApiKeysInput = z.object({
  ...pageInput,
  search: z.string().trim().max(100).optional().describe('A part of the name.'),
  state: z.enum(KEY_STATES).optional(),
  warning: z.enum(KEY_WARNINGS).optional().describe('Only keys in force that are worth this look.'),
})
