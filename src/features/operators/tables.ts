import { boolean, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { Visibility } from '../../core/context'
import type { Role, Scope } from '../../core/permissions'
import { id, moment } from '../../db/columns'
import type { AppointmentKind } from './lists'

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
  wasKeyOfficer: boolean('was_key_officer').notNull().default(false),
  appointedAloneBy: uuid('appointed_alone_by'),
})

/** Changes of key officers that wait until another one confirms them. */
export const operatorAppointments = pgTable('operator_appointments', {
  id: id().primaryKey(),
  operatorId: uuid('operator_id')
    .notNull()
    .references(() => operators.id),
  kind: text('kind').$type<AppointmentKind>().notNull(),
  visibility: jsonb('visibility').$type<Visibility>(),
  password: text('password'),
  requestedBy: uuid('requested_by').notNull(),
  requestedByName: text('requested_by_name').notNull(),
  requestedAt: moment('requested_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
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
})
