import { bigint, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytea, moment, textArray } from '../../../db/columns'
import type { StatusChanges } from './decide'
import type { FleetCounters, Status, Vitals } from './schemas'

export const terminalStatus = pgTable('terminal_status', {
  terminalId: uuid('terminal_id').primaryKey(),
  /** The terminal's: it never changes, and lists are read in its order. */
  serial: text('serial').notNull(),
  status: jsonb('status').$type<Status>().notNull(),
  statusDigest: bytea('status_digest').notNull(),
  clientHash: text('client_hash'),
  mismatches: textArray('mismatches').notNull().default([]),
  receivedAt: moment('received_at').notNull(),
  model: text('model').generatedAlwaysAs(`status ->> 'model'`),
  os: text('os').generatedAlwaysAs(`status ->> 'os'`),
  appName: text('app_name').generatedAlwaysAs(`status -> 'application' ->> 'name'`),
  appVersion: text('app_version').generatedAlwaysAs(`status -> 'application' ->> 'version'`),
  networkType: text('network_type').generatedAlwaysAs(`status -> 'network' ->> 'type'`),
  networkOperator: text('network_operator').generatedAlwaysAs(`status -> 'network' ->> 'operator'`),
  components: jsonb('components').$type<Status['components']>().generatedAlwaysAs(`status -> 'components'`),
})

export const terminalPresence = pgTable('terminal_presence', {
  terminalId: uuid('terminal_id').primaryKey(),
  /** Null while it has never called; the row is there from the registration on. */
  lastSeenAt: moment('last_seen_at'),
  nextCheckInSeconds: integer('next_check_in_seconds'),
  clockSkewMs: bigint('clock_skew_ms', { mode: 'number' }),
  vitals: jsonb('vitals').$type<Vitals>(),
  vitalsAt: moment('vitals_at'),
})

export const statusHistory = pgTable(
  'status_history',
  {
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity(),
    terminalId: uuid('terminal_id').notNull(),
    at: moment('at').notNull(),
    changes: jsonb('changes').$type<StatusChanges>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.at, table.id] })],
)

export const fleetSnapshots = pgTable('fleet_snapshots', {
  at: moment('at').primaryKey(),
  counters: jsonb('counters').$type<FleetCounters>().notNull(),
})
