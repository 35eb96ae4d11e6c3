import { boolean, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment } from '../../db/columns'
import type { MovedSet } from '../apps/sets'
import type { Standing } from '../terminals'
import { terminals } from '../terminals/tables'
import { updateRules } from '../updates/rules/tables'

/** Who gets what a rule says. It follows the TID, whichever terminal has it; a terminal without one is its own place. */
export const updateAssignments = pgTable('update_assignments', {
  id: id().primaryKey(),
  ruleId: uuid('rule_id')
    .notNull()
    .references(() => updateRules.id),
  acquirer: text('acquirer'),
  tid: text('tid'),
  terminalId: uuid('terminal_id').references(() => terminals.id),
  assignedBy: text('assigned_by').notNull(),
  assignedAt: moment('assigned_at').notNull(),
})

/** Assigned and unassigned, by whom and when; the assignment itself may be gone. */
export const updateAssignmentHistory = pgTable('update_assignment_history', {
  id: id().primaryKey(),
  ruleId: uuid('rule_id').notNull(),
  ruleName: text('rule_name').notNull(),
  acquirer: text('acquirer'),
  tid: text('tid'),
  terminalId: uuid('terminal_id'),
  what: text('what').$type<'assigned' | 'unassigned'>().notNull(),
  byName: text('by_name').notNull(),
  at: moment('at').notNull(),
})

/** What a swap found, and what of it it moved. */
export interface SwapBefore {
  old: Standing
  new: Standing
  /** Groups that the new one was given. */
  groupIds: string[]
  /** Rules that the old one was assigned by itself. */
  movedRuleIds: string[]
  /** The set of applications that it gave to the new one, which had another or none. Missing in swaps of earlier versions. */
  movedSet?: MovedSet | null
}

/** One broken terminal replaced by another, and how to take it back. */
export const swaps = pgTable('swaps', {
  id: id().primaryKey(),
  oldTerminalId: uuid('old_terminal_id')
    .notNull()
    .references(() => terminals.id),
  newTerminalId: uuid('new_terminal_id')
    .notNull()
    .references(() => terminals.id),
  reason: text('reason').notNull().default(''),
  /** What both had before. */
  before: jsonb('before').$type<SwapBefore>().notNull(),
  /** The keys of the new one have to be loaded anew. */
  keysRequested: boolean('keys_requested').notNull().default(true),
  byName: text('by_name').notNull(),
  at: moment('at').notNull(),
  undoUntil: moment('undo_until').notNull(),
  undoneAt: moment('undone_at'),
  /** When the old one is retired; null once it is, or when the swap was undone. */
  retireAt: moment('retire_at'),
  retiredAt: moment('retired_at'),
})
