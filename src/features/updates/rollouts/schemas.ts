import { z } from 'zod'
import { nameText } from '../../../core/names'
import { pageInput, pageOf } from '../../../core/paging'
import { HALT_REASONS, ROLLOUT_EVENTS, ROLLOUT_STATES, TARGET_STATES } from './lists'

const MOST_WAVES = 20
const MOST_TERMINALS = 10_000_000
const MOST_MINUTES = 30 * 24 * 60
const percent = z.number().gt(0).max(100)

const Wave = z.strictObject({
  groupId: z.uuid().optional().describe('Only of the first wave: the terminals of this group.'),
  percent: percent.optional().describe('Of all terminals that are not in the first wave’s group.'),
  count: z.number().int().min(1).max(MOST_TERMINALS).optional(),
  successPercent: percent.default(95).describe('Share that must have succeeded before the next wave opens.'),
  errorPercent: percent.default(10).describe('Share that has failed at which the rollout halts.'),
})
export type WaveInput = z.output<typeof Wave>

const Waves = z
  .array(Wave)
  .min(1)
  .max(MOST_WAVES)
  .superRefine((waves, context) => {
    for (const [position, { groupId, percent, count }] of waves.entries()) {
      const given = [groupId, percent, count].filter((one) => one !== undefined).length
      const isLast = position === waves.length - 1
      const refuse = (message: string) => context.addIssue({ code: 'custom', path: [position], message })
      if (isLast && given > 0) refuse('the last wave takes the rest: it has no group, percent or count')
      else if (!isLast && given !== 1) refuse('a wave has one of group, percent and count')
      else if (groupId !== undefined && position > 0) refuse('only the first wave may be a group')
    }
  })
  .describe('In their order. The last one takes the rest and says nothing of its size.')

/** What is not known is refused: a mistyped limit would be none. */
const subject = {
  ruleId: z.uuid().optional().describe('The rule for updates that it brings,'),
  setId: z.uuid().optional().describe('or the set of applications.'),
}
const isOne = ({ ruleId, setId }: { ruleId?: string | undefined; setId?: string | undefined }) =>
  (ruleId === undefined) !== (setId === undefined)
const ONE = { path: ['ruleId'], error: 'give either ruleId or setId' }

export const PreviewRolloutInput = z.strictObject({ ...subject, waves: Waves }).refine(isOne, ONE)
const Start = z.strictObject({
  ...subject,
  waves: Waves,
  name: nameText(128),
  maxActive: z
    .number()
    .int()
    .min(1)
    .max(MOST_TERMINALS)
    .optional()
    .describe('Terminals that may be at it at once.'),
  silentMinutes: z
    .number()
    .int()
    .min(1)
    .max(MOST_MINUTES)
    .default(24 * 60)
    .describe('A terminal that was offered the update and says nothing for so long has failed.'),
  maxRetries: z.number().int().min(0).max(10).default(0).describe('Tries of one terminal after the first.'),
  retryMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(30)
    .describe('Before the first of them; each next one waits twice as long, a week at most.'),
})
export const StartRolloutInput = Start.refine(isOne, ONE)

export const RolloutRef = z.object({ rolloutId: z.uuid() })
export const SteerRolloutInput = RolloutRef.extend({
  revision: z
    .number()
    .int()
    .describe('Of the rollout as it was read: `rollout_changed` where it was changed meanwhile.'),
})

export const ListRolloutsInput = z.object({
  ...pageInput,
  ruleId: z.uuid().optional(),
  setId: z.uuid().optional(),
  state: z.enum(ROLLOUT_STATES).optional(),
})
export const ListTargetsInput = z.object({
  ...pageInput,
  ...RolloutRef.shape,
  wave: z.coerce.number().int().min(0).max(MOST_WAVES).optional(),
  state: z.enum(TARGET_STATES).optional(),
  reason: z.string().max(64).optional().describe('Exactly this code.'),
})

const number = z.number().int()
const moment = z.iso.datetime()
const Counts = z.object({
  waiting: number,
  active: number,
  succeeded: number,
  failed: number.describe('That count.'),
  excused: number.describe('Failed, and known of when somebody resumed the halted rollout.'),
  left: number.describe('Not assigned or connected any more, or it is not for them as they are.'),
})

const WaveView = z.object({
  position: number,
  groupId: z.uuid().nullable(),
  groupName: z.string().nullable(),
  percent: z.number().nullable(),
  count: number.nullable(),
  successPercent: z.number(),
  errorPercent: z.number(),
  counts: Counts.describe('Of the terminals that the caller sees.'),
  succeededPercent: number.describe(
    'Of the same; where the caller sees all of them, it decides when the next wave opens.',
  ),
  failedPercent: number.describe(
    'Of the same; where the caller sees all of them, it decides when the rollout halts.',
  ),
  openedAt: moment.nullable(),
  finishedAt: moment.nullable(),
})

export const RolloutView = z.object({
  id: z.uuid(),
  ruleId: z.uuid().nullable().describe('What it brings: this rule for updates,'),
  setId: z.uuid().nullable().describe('or this set of applications.'),
  subjectName: z.string().describe('The name of what it brings.'),
  name: z.string(),
  state: z.enum(ROLLOUT_STATES),
  /** The open wave, from 0. */
  wave: number,
  reason: z
    .object({
      code: z.enum(HALT_REASONS),
      values: z
        .record(z.string(), z.number())
        .describe('Its numbers; callers with limits are not told how many terminals.'),
    })
    .nullable(),
  maxActive: number.nullable(),
  silentMinutes: number,
  maxRetries: number,
  retryMinutes: number,
  revision: number,
  createdBy: z.string(),
  createdAt: moment,
  stateAt: moment,
  waves: z.array(WaveView),
})
export type RolloutView = z.infer<typeof RolloutView>
export const RolloutPage = pageOf(RolloutView)

export const RolloutDetails = RolloutView.extend({
  /** Newest first; the last 100. */
  events: z.array(
    z.object({
      id: z.uuid(),
      what: z.enum(ROLLOUT_EVENTS),
      detail: z.record(z.string(), z.unknown()),
      /** Null: by itself. */
      byName: z.string().nullable(),
      at: moment,
    }),
  ),
})

export const RolloutPreview = z.object({
  terminals: number.describe('To which the rule is assigned, or the set connected.'),
  waves: z.array(z.object({ position: number, terminals: number })),
})

export const TargetPage = pageOf(
  z.object({
    terminalId: z.uuid(),
    serial: z.string(),
    wave: number,
    state: z.enum(TARGET_STATES),
    /** Of a decision, of the terminal's result, or `silent`. */
    reason: z.string().nullable(),
    isExcused: z.boolean(),
    retries: number,
    retryAt: moment.nullable(),
    stateAt: moment,
  }),
)

export const TargetReasons = z.object({
  /** Most terminals first; the first 100. */
  items: z.array(
    z.object({
      state: z.enum(TARGET_STATES),
      reason: z.string(),
      terminals: number.describe('Of those that the caller sees.'),
    }),
  ),
})
