import { boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytea, id, moment } from '../../../db/columns'
import { operators } from '../tables'

const operatorId = () =>
  uuid('operator_id')
    .notNull()
    .references(() => operators.id)

export const operatorSessions = pgTable('operator_sessions', {
  id: id().primaryKey(),
  operatorId: operatorId(),
  token: text('token').notNull().unique(),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
  lastUsedAt: moment('last_used_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
  provedAt: moment('proved_at').notNull().defaultNow(),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
})

export const operatorChallenges = pgTable('operator_challenges', {
  id: id().primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: moment('expires_at').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
})

export const operatorTwoFactors = pgTable('operator_two_factors', {
  id: id().primaryKey(),
  operatorId: operatorId().unique(),
  secret: text('secret').notNull(),
  backupCodes: text('backup_codes').notNull(),
  verified: boolean('verified').notNull().default(false),
  failedVerificationCount: integer('failed_verification_count').notNull().default(0),
  lockedUntil: moment('locked_until'),
})

export const operatorUsedCodes = pgTable(
  'operator_used_codes',
  {
    operatorId: operatorId(),
    codeHash: bytea('code_hash').notNull(),
    usedAt: moment('used_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.operatorId, table.codeHash] })],
)

export const signInAttempts = pgTable('sign_in_attempts', {
  loginHash: bytea('login_hash').primaryKey(),
  operatorId: uuid('operator_id').references(() => operators.id),
  failures: integer('failures').notNull().default(0),
  lastFailedAt: moment('last_failed_at').notNull(),
  lockedUntil: moment('locked_until'),
})

export const setupTokens = pgTable('setup_tokens', {
  tokenHash: bytea('token_hash').primaryKey(),
  expiresAt: moment('expires_at').notNull(),
})
