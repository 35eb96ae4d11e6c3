import { bigint, boolean, integer, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { moment } from '../../../db/columns'

export const posLog = pgTable(
  'pos_log',
  {
    at: moment('at').notNull(),
    id: bigint('id', { mode: 'number' }).notNull(),
    terminalId: uuid('terminal_id').notNull(),
    requestId: text('request_id').notNull(),
    kind: text('kind').notNull(),
    items: integer('items'),
    about: text('about'),
    status: smallint('status').notNull(),
    code: text('code'),
    requestBytes: bigint('request_bytes', { mode: 'number' }).notNull(),
    answerBytes: bigint('answer_bytes', { mode: 'number' }).notNull(),
    durationMs: integer('duration_ms').notNull(),
    address: text('address').notNull(),
    isBrokenOff: boolean('is_broken_off').notNull(),
    count: integer('count').notNull(),
    lastAt: moment('last_at').notNull(),
    requestBody: text('request_body'),
    answerBody: text('answer_body'),
  },
  (table) => [primaryKey({ columns: [table.at, table.id] })],
)

export const posLogGaps = pgTable('pos_log_gaps', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  fromAt: moment('from_at').notNull(),
  toAt: moment('to_at').notNull(),
  dropped: bigint('dropped', { mode: 'number' }).notNull(),
})
