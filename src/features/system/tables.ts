import { pgTable, text } from 'drizzle-orm/pg-core'
import { id, moment } from '../../db/columns'

/** Written by heartbeat.ts in raw statements. */
export const serverInstances = pgTable('server_instances', {
  id: id().primaryKey(),
  host: text('host').notNull(),
  version: text('version').notNull(),
  runtime: text('runtime').notNull(),
  startedAt: moment('started_at').notNull(),
  seenAt: moment('seen_at').notNull(),
})
