import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { Visibility } from '../../core/context'
import { bytea, id, moment } from '../../db/columns'
import type { DisabledBy, EndpointState, EventType, MessageState, SendError } from './lists'

export const webhookEndpoints = pgTable('webhook_endpoints', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  url: text('url').notNull(),
  eventTypes: text('event_types').array().$type<EventType[]>().notNull(),
  visibility: jsonb('visibility').$type<Visibility>().notNull().default({ kind: 'all' }),
  state: text('state').$type<EndpointState>().notNull(),
  disabledBy: text('disabled_by').$type<DisabledBy>(),
  disabledAt: moment('disabled_at'),
  failingSince: moment('failing_since'),
  lastDeliveredAt: moment('last_delivered_at'),
  deliveredCount: bigint('delivered_count', { mode: 'number' }).notNull().default(0),
  failedCount: bigint('failed_count', { mode: 'number' }).notNull().default(0),
  claimId: uuid('claim_id'),
  claimedUntil: moment('claimed_until'),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
  makerId: uuid('maker_id'),
})

const endpointId = () =>
  uuid('endpoint_id')
    .notNull()
    .references(() => webhookEndpoints.id)

export const webhookSecrets = pgTable('webhook_secrets', {
  id: id().primaryKey(),
  endpointId: endpointId(),
  sealed: bytea('sealed').notNull(),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at'),
})

export const webhookCursors = pgTable(
  'webhook_cursors',
  {
    endpointId: endpointId(),
    eventType: text('event_type').$type<EventType>().notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    archive: integer('archive').notNull().default(0),
    archiveRow: integer('archive_row').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.endpointId, table.eventType] })],
)

export const webhookMessages = pgTable('webhook_messages', {
  id: id().primaryKey(),
  endpointId: endpointId(),
  type: text('type').$type<EventType>().notNull(),
  body: text('body').notNull(),
  events: integer('events').notNull(),
  position: bigint('position', { mode: 'number' }).notNull(),
  state: text('state').$type<MessageState>().notNull(),
  attempts: integer('attempts').notNull().default(0),
  firstAttemptAt: moment('first_attempt_at'),
  nextAttemptAt: moment('next_attempt_at').notNull(),
  lastStatus: integer('last_status'),
  lastError: text('last_error').$type<SendError>(),
  createdAt: moment('created_at').notNull(),
  settledAt: moment('settled_at'),
})

export const webhookAttempts = pgTable('webhook_attempts', {
  id: id().primaryKey(),
  messageId: uuid('message_id')
    .notNull()
    .references(() => webhookMessages.id),
  endpointId: uuid('endpoint_id').notNull(),
  at: moment('at').notNull(),
  isDelivered: boolean('is_delivered').notNull(),
  durationMs: integer('duration_ms').notNull(),
  status: integer('status'),
  error: text('error').$type<SendError>(),
  answer: text('answer').notNull(),
})
