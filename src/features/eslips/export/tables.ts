import { bigint, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment } from '../../../db/columns'
import type { PullFilter } from './schemas'

export const eslipPulls = pgTable('eslip_pulls', {
  id: id().primaryKey(),
  actorId: uuid('actor_id').notNull(),
  actorName: text('actor_name').notNull(),
  filter: jsonb('filter').$type<PullFilter>().notNull(),
  /** Above this number, up to that one. */
  fromSeq: bigint('from_seq', { mode: 'number' }).notNull(),
  toSeq: bigint('to_seq', { mode: 'number' }).notNull(),
  count: bigint('count', { mode: 'number' }).notNull(),
  beganAt: moment('began_at').notNull(),
  lastAt: moment('last_at').notNull(),
})
