import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { PlatformId } from '../../../core/platforms'
import { id, moment, textArray } from '../../../db/columns'
import { packages } from '../packages/tables'
import type { Conditions } from './schemas'

export const updateRules = pgTable('update_rules', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  platform: text('platform').$type<PlatformId>().notNull(),
  models: textArray('models').notNull().default([]),
  isEnabled: boolean('is_enabled').notNull().default(true),
  /** The higher one wins where two concern one component. */
  priority: integer('priority').notNull().default(0),
  conditions: jsonb('conditions').$type<Conditions>().notNull().default({}),
  startsAt: moment('starts_at'),
  endsAt: moment('ends_at'),
  notes: text('notes').notNull().default(''),
  /** Grows with every change: who changes an older one is told. */
  revision: integer('revision').notNull().default(1),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
  updatedBy: text('updated_by').notNull().default(''),
  updatedAt: moment('updated_at').notNull(),
})

export const updateRuleSteps = pgTable(
  'update_rule_steps',
  {
    ruleId: uuid('rule_id')
      .notNull()
      .references(() => updateRules.id),
    position: integer('position').notNull(),
    packageId: uuid('package_id')
      .notNull()
      .references(() => packages.id),
    /** Versions of the component from which this step may be taken; open where null. */
    fromMin: text('from_min'),
    fromMax: text('from_max'),
    /** Offered only when all steps before it are proved. */
    waitsForEarlier: boolean('waits_for_earlier').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.ruleId, table.position] })],
)
