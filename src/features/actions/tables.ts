import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment } from '../../db/columns'
import type { ActionKind, ActionState, ResultReason } from './lists'
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

/** How the latest action of each kind went at each terminal. Kept by triggers, see drizzle/0021_analysis.sql. */
export const terminalLatestActions = pgTable(
  'terminal_latest_actions',
  {
    terminalId: uuid('terminal_id').notNull(),
    kind: text('kind').$type<ActionKind>().notNull(),
    serial: text('serial').notNull(),
    actionId: uuid('action_id').notNull(),
    offeredAt: moment('offered_at').notNull(),
    state: text('state').$type<ActionState>().notNull(),
    /** Only where it failed or was rejected. */
    reason: text('reason').$type<ResultReason>(),
  },
  (table) => [primaryKey({ columns: [table.terminalId, table.kind] })],
)
