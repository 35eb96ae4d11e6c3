import { z } from 'zod'
import { StorableMoment } from '../../../core/moment'
import { nameText } from '../../../core/names'
import { pageInput, pageOf } from '../../../core/paging'
import { StatusFilter } from '../../monitoring/status/schemas'
import { PACKAGE_PLATFORMS } from '../packages/schemas'
import { NETWORK_TYPES, OUTCOMES, REASONS, type ReasonCode, RULE_WARNINGS, WEEKDAYS } from './lists'

const MOST_STEPS = 50
/** Terminals of a rule are counted up to so many. */
export const MOST_COUNTED = 10_000

const line = nameText(128)
const version = z.string().trim().min(1).max(64)
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 02:30')

/** Times of the terminal's own zone. From after to: it goes over midnight, and belongs to the day on which it began. */
export const Window = z.strictObject({
  days: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional().describe('Without: every day.'),
  from: timeOfDay,
  to: timeOfDay,
})
export type Window = z.infer<typeof Window>

/** What is not known is refused, here and in all of a rule: a mistyped condition would let the update go without it. */
export const Conditions = z
  .strictObject({
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

export const RuleStep = z.strictObject({
  packageId: z.uuid(),
  fromMin: version.nullish().describe('The lowest version of the component from which it may be taken.'),
  fromMax: version.nullish().describe('The highest one.'),
  waitsForEarlier: z
    .boolean()
    .default(false)
    .describe('Offered only when the terminal has proved all steps before it.'),
})

const fields = {
  name: line,
  models: z.array(line).max(50).describe('None: all models of the platform.'),
  isEnabled: z.boolean(),
  priority: z
    .number()
    .int()
    .min(-1000)
    .max(1000)
    .describe('The higher one has a component that two rules want.'),
  conditions: Conditions,
  startsAt: StorableMoment.nullish(),
  endsAt: StorableMoment.nullish(),
  notes: z.string().max(2000),
  steps: z.array(RuleStep).min(1).max(MOST_STEPS).describe('In the order in which a terminal takes them.'),
}

export const RuleFields = z.strictObject({
  ...fields,
  platform: z.enum(PACKAGE_PLATFORMS),
  models: fields.models.default([]),
  isEnabled: fields.isEnabled.default(true),
  priority: fields.priority.default(0),
  conditions: fields.conditions.default({}),
  notes: fields.notes.default(''),
})
export type RuleFields = z.infer<typeof RuleFields>

export const RuleRef = z.object({ ruleId: z.uuid() })
export const ChangeRule = z.strictObject({
  ...RuleRef.shape,
  ...z.object(fields).partial().shape,
  revision: z
    .number()
    .int()
    .describe('Of the rule as it was read: `rule_changed` where somebody was faster.'),
})
export const CopyRule = RuleRef.extend({ name: line })
export const DeleteRule = RuleRef.extend({
  isConfirmed: z
    .boolean()
    .default(false)
    .describe(
      'That it is taken from all terminals it is assigned to; else `rule_assigned` where there are any.',
    ),
})
export const DeletedRule = RuleRef.extend({
  /** Assignments that went with it. */
  assignments: z.number().int(),
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
  warnings: z.array(z.object({ code: z.enum(RULE_WARNINGS), detail: z.string() })),
  /** Terminals it is assigned to, of those the caller sees; counted up to MOST_COUNTED. */
  assignedTerminals: z.number().int(),
  isWithinLimits: z
    .boolean()
    .describe('The caller sees all terminals that it is assigned to: only then may it change the rule.'),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedBy: z.string(),
  updatedAt: z.iso.datetime(),
})
export type RuleView = z.infer<typeof RuleView>
export const RulePage = pageOf(RuleView)

const MOST_NAMED = 10_000

/** Which terminals a rule is tried on. Whatever is named, only those that the caller sees. */
export const ChosenTerminals = z.union([
  z.strictObject({ assigned: z.literal(true) }).describe('Those to which the saved rule is assigned.'),
  z.strictObject({ filter: StatusFilter }).describe('As in Monitoring; empty: all.'),
  z.strictObject({ tids: z.array(z.string().trim().min(1).max(64)).min(1).max(MOST_NAMED) }),
  z.strictObject({ terminalIds: z.array(z.uuid()).min(1).max(MOST_NAMED) }),
])
export type ChosenTerminals = z.infer<typeof ChosenTerminals>

const dryRun = {
  rule: RuleFields.optional().describe('As it would be saved. Without: as it is saved.'),
  ruleId: z
    .uuid()
    .optional()
    .describe('Of the saved rule; together with `rule`: of the one that is being changed.'),
  terminals: ChosenTerminals,
}
const ANY_RULE = {
  message: 'give the rule, or the id of a saved one; only a saved one is assigned',
  path: ['ruleId'],
}
const hasRule = (input: { rule?: unknown; ruleId?: unknown; terminals: ChosenTerminals }) =>
  'assigned' in input.terminals ? input.ruleId !== undefined : (input.rule ?? input.ruleId) !== undefined

export const DryRunInput = z.strictObject(dryRun).refine(hasRule, ANY_RULE)

const reasonCode = z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]])
const values = z.record(z.string(), z.union([z.string(), z.number()]))

export const DryRunReport = z.object({
  /** When it was judged. */
  at: z.iso.datetime(),
  /** How many were judged: all that were chosen, unless `isWhole` is false. */
  terminals: z.number().int(),
  isWhole: z.boolean(),
  /** Of those that were named: how many there are not, or not for the caller. */
  notFound: z.number().int(),
  outcomes: z.array(
    z.object({
      outcome: z.enum(OUTCOMES),
      count: z.number().int(),
      /** By the reason that weighs most, the most frequent first. */
      reasons: z.array(
        z.object({
          code: reasonCode,
          count: z.number().int(),
          /** The same by what tells them apart, such as the model: the most frequent ones. */
          groups: z.array(z.object({ values, count: z.number().int() })),
        }),
      ),
    }),
  ),
})
export type DryRunReport = z.infer<typeof DryRunReport>

export const ListDryRunInput = z
  .strictObject({
    ...dryRun,
    ...pageInput,
    outcome: z.enum(OUTCOMES),
    reason: reasonCode.optional().describe('The one that weighs most.'),
  })
  .refine(hasRule, ANY_RULE)

/** A page may be short, or empty, though more follow: `nextCursor` tells. */
export const DryRunPage = pageOf(
  z.object({
    terminalId: z.uuid(),
    serial: z.string(),
    model: z.string(),
    reasons: z.array(z.object({ code: reasonCode, values })),
    /** What it would take now. */
    packages: z.array(z.object({ id: z.uuid(), component: z.string(), version: z.string() })),
  }),
)
