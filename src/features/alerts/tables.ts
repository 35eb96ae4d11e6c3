import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Language } from '../../core/languages'
import { id, moment } from '../../db/columns'
import type { AlertEvent, AlertKind, AlertSeverity, AlertState, AlertSubject } from './lists'
import type { MailError } from './mail/lists'

export const alertRules = pgTable('alert_rules', {
  kind: text('kind').$type<AlertKind>().primaryKey(),
  isOn: boolean('is_on').notNull(),
  severity: text('severity').$type<AlertSeverity>().notNull(),
  threshold: doublePrecision('threshold'),
  clearThreshold: doublePrecision('clear_threshold'),
  raiseAfterMinutes: integer('raise_after_minutes').notNull(),
  clearAfterMinutes: integer('clear_after_minutes').notNull(),
  quietMinutes: integer('quiet_minutes').notNull(),
  groupedFrom: integer('grouped_from').notNull(),
  inBell: boolean('in_bell').notNull(),
  recipientIds: uuid('recipient_ids').array().notNull().default([]),
  revision: integer('revision').notNull(),
  updatedAt: moment('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
})

/** Values for the sentence about an alert, such as why a rollout halted. */
export type AlertDetail = Record<string, string | number>

export const alerts = pgTable('alerts', {
  id: id().primaryKey(),
  kind: text('kind').$type<AlertKind>().notNull(),
  severity: text('severity').$type<AlertSeverity>().notNull(),
  state: text('state').$type<AlertState>().notNull(),
  subjectKind: text('subject_kind').$type<AlertSubject>().notNull(),
  /** Of many terminals the alert's own id. */
  subjectId: text('subject_id').notNull(),
  label: text('label').notNull(),
  detail: jsonb('detail').$type<AlertDetail>().notNull().default({}),
  /** Terminals it is about now, and at the most; 1 of everything else. */
  count: integer('count').notNull(),
  peak: integer('peak').notNull(),
  /** Of how many people were last told, or said that they knew. */
  toldCount: integer('told_count').notNull(),
  inBell: boolean('in_bell').notNull(),
  times: integer('times').notNull().default(1),
  firstRaisedAt: moment('first_raised_at').notNull(),
  raisedAt: moment('raised_at').notNull(),
  joinedAt: moment('joined_at').notNull(),
  acknowledgedAt: moment('acknowledged_at'),
  acknowledgedBy: text('acknowledged_by'),
  note: text('note'),
  clearedAt: moment('cleared_at'),
})

export const alertConditions = pgTable(
  'alert_conditions',
  {
    kind: text('kind').$type<AlertKind>().notNull(),
    subjectId: text('subject_id').notNull(),
    badSince: moment('bad_since').notNull(),
    goodSince: moment('good_since'),
    alertId: uuid('alert_id').references(() => alerts.id),
  },
  (table) => [primaryKey({ columns: [table.kind, table.subjectId] })],
)

export const alertStandings = pgTable(
  'alert_standings',
  {
    kind: text('kind').$type<AlertKind>().notNull(),
    terminalId: uuid('terminal_id').notNull(),
    badSince: moment('bad_since').notNull(),
    goodSince: moment('good_since'),
    alertId: uuid('alert_id').references(() => alerts.id),
  },
  (table) => [primaryKey({ columns: [table.kind, table.terminalId] })],
)

export const alertMembers = pgTable(
  'alert_members',
  {
    alertId: uuid('alert_id')
      .notNull()
      .references(() => alerts.id),
    terminalId: uuid('terminal_id').notNull(),
    /** The terminal's: it never changes, and lists are read in its order. */
    serial: text('serial').notNull(),
    joinedAt: moment('joined_at').notNull(),
    leftAt: moment('left_at'),
  },
  (table) => [primaryKey({ columns: [table.alertId, table.terminalId] })],
)

export const alertEvents = pgTable('alert_events', {
  seq: bigint('seq', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  alertId: uuid('alert_id')
    .notNull()
    .references(() => alerts.id),
  what: text('what').$type<AlertEvent>().notNull(),
  at: moment('at').notNull(),
  count: integer('count').notNull(),
  byName: text('by_name'),
  note: text('note'),
})

export const alertLooks = pgTable('alert_looks', {
  kind: text('kind').$type<AlertKind>().primaryKey(),
  lookedAt: moment('looked_at').notNull(),
  revision: integer('revision').notNull(),
})

export const alertRecipients = pgTable('alert_recipients', {
  id: id().primaryKey(),
  address: text('address').notNull(),
  language: text('language').$type<Language>().notNull(),
  nextMailAt: moment('next_mail_at').notNull(),
  attempts: integer('attempts').notNull().default(0),
  failingSince: moment('failing_since'),
  lastError: text('last_error').$type<MailError>(),
  lastAnswer: text('last_answer'),
  lastMailedAt: moment('last_mailed_at'),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
})

export const alertMailItems = pgTable(
  'alert_mail_items',
  {
    recipientId: uuid('recipient_id')
      .notNull()
      .references(() => alertRecipients.id),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    alertId: uuid('alert_id')
      .notNull()
      .references(() => alerts.id),
    what: text('what').$type<'raised' | 'grew' | 'cleared'>().notNull(),
    at: moment('at').notNull(),
    dueAt: moment('due_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.recipientId, table.seq] })],
)

export const alertMailState = pgTable('alert_mail_state', {
  id: integer('id').primaryKey(),
  readSeq: bigint('read_seq', { mode: 'number' }).notNull(),
  attempts: integer('attempts').notNull().default(0),
  nextAttemptAt: moment('next_attempt_at'),
  failingSince: moment('failing_since'),
  lastError: text('last_error').$type<MailError>(),
  lastAnswer: text('last_answer'),
  sentCount: bigint('sent_count', { mode: 'number' }).notNull().default(0),
  failedCount: bigint('failed_count', { mode: 'number' }).notNull().default(0),
  givenUpCount: bigint('given_up_count', { mode: 'number' }).notNull().default(0),
})
