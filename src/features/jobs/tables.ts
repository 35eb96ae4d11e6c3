import { bigint, boolean, integer, json, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment } from '../../db/columns'
import type { JobOutcome, JobProgress, JobRequester } from './schemas'

/** Written by src/jobs, in raw statements; read and asked of here. */
export const jobDefinitions = pgTable('job_definitions', {
  name: text('name').primaryKey(),
  schedule: text('schedule').notNull(),
  isDryRunnable: boolean('is_dry_runnable').notNull(),
  seenAt: moment('seen_at').notNull(),
})

export const jobRequests = pgTable('job_requests', {
  name: text('name').primaryKey(),
  isDryRun: boolean('is_dry_run').notNull(),
  requestedAt: moment('requested_at').notNull(),
  requestedByKind: text('requested_by_kind').$type<JobRequester['kind']>().notNull(),
  requestedByName: text('requested_by_name').notNull(),
  attempts: integer('attempts').notNull().default(0),
  runId: uuid('run_id'),
})

export const jobLeases = pgTable('job_leases', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  fence: bigint('fence', { mode: 'number' }).notNull(),
  expiresAt: moment('expires_at').notNull(),
  sameBeatUntil: moment('same_beat_until').notNull().defaultNow(),
})

export const jobRuns = pgTable('job_runs', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  holder: text('holder').notNull(),
  fence: bigint('fence', { mode: 'number' }).notNull(),
  startedAt: moment('started_at').notNull(),
  endedAt: moment('ended_at'),
  outcome: text('outcome').$type<Exclude<JobOutcome, 'running' | 'lost'>>(),
  details: json('details').$type<Record<string, unknown>>().notNull().default({}),
  isDryRun: boolean('is_dry_run').notNull().default(false),
  requestedByKind: text('requested_by_kind').$type<JobRequester['kind']>(),
  requestedByName: text('requested_by_name'),
  stopAskedAt: moment('stop_asked_at'),
  stopAskedBy: text('stop_asked_by'),
  progress: jsonb('progress').$type<JobProgress>(),
})
