import { bigint, boolean, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { Visibility } from '../../core/context'
import type { Role, Scope } from '../../core/permissions'
import { id, moment } from '../../db/columns'

export const operators = pgTable('operators', {
  id: id().primaryKey(),
  username: text('username').notNull(),
  name: text('name').notNull(),
  email: text('email').notNull(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  role: text('role').$type<Role>().notNull(),
  state: text('state').$type<'active' | 'disabled'>().notNull().default('active'),
  visibility: jsonb('visibility').$type<Visibility>().notNull().default({ kind: 'all' }),
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
  twoFactorEnabled: boolean('two_factor_enabled').notNull().default(false),
  lastSignInAt: moment('last_sign_in_at'),
})

export const operatorAccounts = pgTable(
  'operator_accounts',
  {
    id: id().primaryKey(),
    operatorId: uuid('operator_id')
      .notNull()
      .references(() => operators.id),
    providerId: text('provider_id').notNull(),
    accountId: text('account_id').notNull(),
    password: text('password'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [unique().on(table.providerId, table.accountId)],
)

export const apiKeys = pgTable('api_keys', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  scopes: text('scopes').array().$type<Scope[]>().notNull(),
  visibility: jsonb('visibility').$type<Visibility>().notNull().default({ kind: 'all' }),
  createdBy: text('created_by').notNull(),
  makerId: uuid('maker_id'),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at'),
  revokedAt: moment('revoked_at'),
  lastUsedAt: moment('last_used_at'),
  lastUsedAddress: text('last_used_address'),
  allowedAddresses: text('allowed_addresses').array().notNull().default([]),
  requestsPerMinute: integer('requests_per_minute'),
  refusedCalls: bigint('refused_calls', { mode: 'number' }).notNull().default(0),
  lastRefusedAt: moment('last_refused_at'),
  lastRefusedAddress: text('last_refused_address'),
  renewerIds: uuid('renewer_ids').array().notNull().default([]),
})
