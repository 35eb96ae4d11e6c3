import { sql } from 'drizzle-orm'
import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { id, moment } from '../../../db/columns'
import { appSets } from '../../apps/sets/tables'
import { terminals } from '../../terminals/tables'
import { updateRules } from '../rules/tables'
import {
  NO_TARGETS,
  type RolloutEvent,
  type RolloutReason,
  type RolloutState,
  type SubjectKind,
  type TargetState,
  type WaveCounts,
} from './lists'

/** What rollouts bring, seen alike: rules for updates, and sets of applications. */
export const rolloutSubjects = pgView('rollout_subjects', {
  kind: text('kind').$type<SubjectKind>().notNull(),
  id: uuid('id').notNull(),
  name: text('name').notNull(),
  revision: integer('revision').notNull(),
  isEnabled: boolean('is_enabled').notNull(),
  endsAt: moment('ends_at'),
}).existing()

export const rollouts = pgTable('rollouts', {
  id: id().primaryKey(),
  /** One of both: what it brings. */
  ruleId: uuid('rule_id').references(() => updateRules.id),
  setId: uuid('set_id').references(() => appSets.id),
  subjectId: uuid('subject_id').notNull().generatedAlwaysAs(sql`coalesce(rule_id, set_id)`),
  name: text('name').notNull(),
  state: text('state').$type<RolloutState>().notNull(),
  /** The wave that is open now, from 0. */
  wave: integer('wave').notNull().default(0),
  /** Terminals that may be at it at once; null: as many as there are. */
  maxActive: integer('max_active'),
  /** An offer that is not taken for so long counts as failed. */
  silentMinutes: integer('silent_minutes').notNull(),
  /** Retries of one terminal by itself, and the wait before the first; each next one waits twice as long. */
  maxRetries: integer('max_retries').notNull().default(0),
  retryMinutes: integer('retry_minutes').notNull().default(30),
  /** Why it is halted, or was stopped. */
  reason: jsonb('reason').$type<RolloutReason>(),
  /** Of the rule or set as it was when this began, or was resumed. */
  subjectRevision: integer('subject_revision').notNull(),
  revision: integer('revision').notNull().default(1),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
  stateAt: moment('state_at').notNull(),
})

export const rolloutWaves = pgTable(
  'rollout_waves',
  {
    rolloutId: uuid('rollout_id')
      .notNull()
      .references(() => rollouts.id),
    position: integer('position').notNull(),
    /** A named pilot group, or a share of what is left after it, or a number of terminals; the last one: the rest. */
    groupId: uuid('group_id'),
    percent: doublePrecision('percent'),
    count: integer('count'),
    /** Share of the wave that must have succeeded before the next opens, and share that failed at which all halts. */
    successPercent: doublePrecision('success_percent').notNull(),
    errorPercent: doublePrecision('error_percent').notNull(),
    /** As last counted. */
    counts: jsonb('counts').$type<WaveCounts>().notNull().default(NO_TARGETS),
    openedAt: moment('opened_at'),
    finishedAt: moment('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.rolloutId, table.position] })],
)

export const rolloutTargets = pgTable(
  'rollout_targets',
  {
    rolloutId: uuid('rollout_id')
      .notNull()
      .references(() => rollouts.id),
    terminalId: uuid('terminal_id')
      .notNull()
      .references(() => terminals.id),
    wave: integer('wave').notNull(),
    state: text('state').$type<TargetState>().notNull().default('waiting'),
    retries: integer('retries').notNull().default(0),
    /** Not offered again before. */
    retryAt: moment('retry_at'),
    reason: text('reason'),
    /** A failure that was known when somebody resumed the halted rollout. */
    isExcused: boolean('is_excused').notNull().default(false),
    stateAt: moment('state_at').notNull(),
    checkedAt: moment('checked_at'),
  },
  (table) => [primaryKey({ columns: [table.rolloutId, table.terminalId] })],
)

export const rolloutEvents = pgTable('rollout_events', {
  id: id().primaryKey(),
  rolloutId: uuid('rollout_id')
    .notNull()
    .references(() => rollouts.id),
  what: text('what').$type<RolloutEvent>().notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  byName: text('by_name'),
  at: moment('at').notNull(),
})
