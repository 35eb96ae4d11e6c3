import { boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { PlatformId } from '../../core/platforms'
import { bytea, id, moment } from '../../db/columns'
import type { TerminalState } from './lists'

export const merchants = pgTable('merchants', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  externalId: text('external_id').unique(),
  createdAt: moment('created_at').notNull().defaultNow(),
})

export const terminalGroups = pgTable('terminal_groups', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  notes: text('notes').notNull().default(''),
  createdAt: moment('created_at').notNull().defaultNow(),
})

export const terminals = pgTable('terminals', {
  id: id().primaryKey(),
  serial: text('serial').notNull(),
  platform: text('platform').$type<PlatformId>().notNull(),
  model: text('model').notNull().default(''),
  state: text('state').$type<TerminalState>().notNull().default('expected'),
  merchantId: uuid('merchant_id').references(() => merchants.id),
  address: text('address').notNull().default(''),
  notes: text('notes').notNull().default(''),
  checkInIntervalSeconds: integer('check_in_interval_seconds'),
  registeredAt: moment('registered_at').notNull().defaultNow(),
  enrolledAt: moment('enrolled_at'),
  /** Set while an operator allows a live terminal to enrol anew. */
  reopenedAt: moment('reopened_at'),
  updatedAt: moment('updated_at').notNull().defaultNow(),
  /** IANA name, such as Europe/Moscow; without it the server's setting counts. */
  timeZone: text('time_zone'),
  /** Whether it may be sent to another host for its downloads. */
  mayRedirect: boolean('may_redirect').notNull().default(false),
  /** KCV of the key that its keys come enciphered under, as registered; null where nobody has. */
  transportKeyKcv: text('transport_key_kcv'),
})

export const terminalTids = pgTable(
  'terminal_tids',
  {
    terminalId: uuid('terminal_id')
      .notNull()
      .references(() => terminals.id),
    acquirer: text('acquirer').notNull().default(''),
    tid: text('tid').notNull(),
    mid: text('mid').notNull().default(''),
    isLive: boolean('is_live').notNull().default(true),
  },
  (table) => [primaryKey({ columns: [table.terminalId, table.acquirer] })],
)

export const terminalGroupMembers = pgTable(
  'terminal_group_members',
  {
    groupId: uuid('group_id')
      .notNull()
      .references(() => terminalGroups.id),
    terminalId: uuid('terminal_id')
      .notNull()
      .references(() => terminals.id),
    /** The terminal's; the database fills it in. */
    serial: text('serial').notNull().default(''),
  },
  (table) => [primaryKey({ columns: [table.groupId, table.terminalId] })],
)

export const enrollmentCodes = pgTable('enrollment_codes', {
  id: id().primaryKey(),
  codeHash: bytea('code_hash').notNull().unique(),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  revokedAt: moment('revoked_at'),
})

export const enrollmentCodeTerminals = pgTable(
  'enrollment_code_terminals',
  {
    codeId: uuid('code_id')
      .notNull()
      .references(() => enrollmentCodes.id),
    terminalId: uuid('terminal_id')
      .notNull()
      .references(() => terminals.id),
    spentAt: moment('spent_at'),
  },
  (table) => [primaryKey({ columns: [table.codeId, table.terminalId] })],
)
