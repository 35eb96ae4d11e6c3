import { bigint, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment } from '../../../db/columns'
import type { CardSource } from './lists'

export const cardFindings = pgTable(
  'card_findings',
  {
    terminalId: uuid('terminal_id').notNull(),
    source: text('source').$type<CardSource>().notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
    firstAt: moment('first_at').notNull(),
    lastAt: moment('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.terminalId, table.source] })],
)
