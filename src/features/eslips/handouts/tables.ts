import { bigint, customType, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment } from '../../../db/columns'
import type { HandoutFormat, HandoutKind } from './lists'

/** Runs of whole numbers as PostgreSQL writes them: `{[1,4),[7,8)}`. */
const numberRuns = customType<{ data: string }>({ dataType: () => 'int8multirange' })

export const eslipHandouts = pgTable('eslip_handouts', {
  id: id().primaryKey(),
  kind: text('kind').$type<HandoutKind>().notNull(),
  format: text('format').$type<HandoutFormat>(),
  actorId: uuid('actor_id').notNull(),
  actorName: text('actor_name').notNull(),
  numbers: numberRuns('numbers').notNull(),
  archiveNumber: integer('archive_number'),
  count: bigint('count', { mode: 'number' }).notNull(),
  beganAt: moment('began_at').notNull(),
  lastAt: moment('last_at').notNull(),
})
