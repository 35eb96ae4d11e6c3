import { z } from 'zod'
import { pageInput, pageOf } from '../../../core/paging'
import { PACKAGE_PLATFORMS } from '../packages/schemas'
import { NETWORK_TYPES, WEEKDAYS } from './lists'

const line = z.string().trim().min(1).max(128)
const version = z.string().trim().min(1).max(64)
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 02:30')

/** Times of the terminal's own zone. From after to: it goes over midnight, and belongs to the day on which it began. */
export const Window = z.object({
  days: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional().describe('Without: every day.'),
  from: timeOfDay,
  to: timeOfDay,
})
export type Window = z.infer<typeof Window>

export const Conditions = z
  .object({
    window: Window,
    networkTypes: z.array(z.enum(NETWORK_TYPES)).min(1),
    minBatteryPercent: z.number().int().min(1).max(100),
    /** Beside the room that the files themselves take. */
    minFreeBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    /** Not while payments wait for their settlement. */
    onlyWhenSettled: z.boolean(),
    /** Versions below the reported one may be offered. */
    mayDowngrade: z.boolean(),
  })
  .partial()
export type Conditions = z.infer<typeof Conditions>

export const RuleStep = z.object({
  packageId: z.uuid(),
  fromMin: version.nullish().describe('The lowest version of the component from which it may be taken.'),
  fromMax: version.nullish().describe('The highest one.'),
  waitsForEarlier: z
    .boolean()
    .default(false)
    .describe('Offered only when the terminal has proved all steps before it.'),
})

export const RuleFields = z.object({
  name: line,
  platform: z.enum(PACKAGE_PLATFORMS),
  models: z.array(line).max(50).default([]).describe('None: all models of the platform.'),
  isEnabled: z.boolean().default(true),
  priority: z.number().int().min(-1000).max(1000).default(0),
  conditions: Conditions.default({}),
  startsAt: z.iso.datetime({ offset: true }).nullish(),
  endsAt: z.iso.datetime({ offset: true }).nullish(),
  notes: z.string().max(2000).default(''),
  steps: z.array(RuleStep).min(1).max(50).describe('In the order in which a terminal takes them.'),
})
export type RuleFields = z.infer<typeof RuleFields>

export const RuleRef = z.object({ ruleId: z.uuid() })
export const ChangeRule = RuleRef.extend({
  ...RuleFields.partial().omit({ platform: true }).shape,
  revision: z
    .number()
    .int()
    .describe('Of the rule as it was read: `rule_changed` where somebody was faster.'),
})

export const ListRulesInput = z.object({
  ...pageInput,
  platform: z.enum(PACKAGE_PLATFORMS).optional(),
  search: z.string().trim().max(64).optional(),
  isEnabled: z.boolean().optional(),
})

const StepView = z.object({
  position: z.number().int(),
  packageId: z.uuid(),
  component: z.string(),
  version: z.string(),
  models: z.array(z.string()),
  fromVersion: z.string().nullable(),
  sizeBytes: z.number().int(),
  fromMin: z.string().nullable(),
  fromMax: z.string().nullable(),
  waitsForEarlier: z.boolean(),
})

export const RuleView = z.object({
  id: z.uuid(),
  name: z.string(),
  platform: z.enum(PACKAGE_PLATFORMS),
  models: z.array(z.string()),
  isEnabled: z.boolean(),
  priority: z.number().int(),
  conditions: Conditions,
  startsAt: z.iso.datetime().nullable(),
  endsAt: z.iso.datetime().nullable(),
  notes: z.string(),
  revision: z.number().int(),
  steps: z.array(StepView),
  /** Terminals it is assigned to, of those the caller sees; counted up to MOST_COUNTED. */
  assignedTerminals: z.number().int(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type RuleView = z.infer<typeof RuleView>
export const RulePage = pageOf(RuleView)
