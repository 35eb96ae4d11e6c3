import { integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment } from '../../db/columns'
import type { ActionKind, ActionState } from './lists'
import type { ActionResult, ResultItem } from './schemas'

export const terminalActions = pgTable('terminal_actions', {
  id: id().primaryKey(),
  terminalId: uuid('terminal_id').notNull(),
  kind: text('kind').$type<ActionKind>().notNull(),
  subjectId: uuid('subject_id').notNull(),
  state: text('state').$type<ActionState>().notNull().default('offered'),
  body: jsonb('body').$type<Record<string, unknown>>().notNull(),
  progressPercent: integer('progress_percent'),
  reason: text('reason'),
  vendorCode: text('vendor_code'),
  message: text('message'),
  items: jsonb('items').$type<ResultItem[]>(),
  offeredAt: moment('offered_at').notNull(),
  stateAt: moment('state_at').notNull(),
  /** When the terminal last reported on it. */
  heardAt: moment('heard_at'),
  confirmBy: moment('confirm_by'),
  lateResult: jsonb('late_result').$type<ActionResult>(),
  retriedAt: moment('retried_at'),
})
