import { z } from 'zod'
import { numberOf, whole } from '../../rules/ui/numbers'
import { SUBJECT_KINDS, type SubjectKind } from '../lists'
import { StartRolloutInput } from '../schemas'

export const SIZES = ['group', 'percent', 'count'] as const
export const UNITS = ['minutes', 'hours', 'days'] as const
const UNIT_MINUTES: Record<(typeof UNITS)[number], number> = { minutes: 1, hours: 60, days: 24 * 60 }
export const MOST_WAVES = 20
const MOST_TERMINALS = 10_000_000
const LONGEST_SILENCE_MINUTES = 30 * 24 * 60

const Option = z.object({ value: z.string(), label: z.string(), hint: z.string().optional() })
const share = z
  .string()
  .trim()
  .refine((text) => isShare(text), 'rollouts.new.percentWrong')
const isShare = (text: string) => /^\d+([.,]\d+)?$/.test(text) && numberOf(text) > 0 && numberOf(text) <= 100
const isCount = (text: string) =>
  /^\d+$/.test(text) && numberOf(text) >= 1 && numberOf(text) <= MOST_TERMINALS

/** Of the last wave the thresholds alone are told: it takes the rest. */
const WaveDraft = z.object({
  by: z.enum(SIZES),
  group: Option.nullable(),
  size: z.string().trim(),
  success: share,
  error: share,
})
export type WaveDraft = z.input<typeof WaveDraft>

const WavesForm = z
  .array(WaveDraft)
  .min(1)
  .max(MOST_WAVES)
  .superRefine((waves, ctx) => {
    for (const [position, { by, group, size }] of waves.slice(0, -1).entries()) {
      const wrong = (field: string, message: string) =>
        ctx.addIssue({ code: 'custom', path: [position, field], message })
      if (by === 'group' && group === null) wrong('group', 'rollouts.new.groupNeeded')
      if (by === 'percent' && !isShare(size)) wrong('size', 'rollouts.new.percentWrong')
      if (by === 'count' && !isCount(size)) wrong('size', 'rollouts.new.countWrong')
    }
  })

/** A rollout as it is typed: numbers are texts, what is empty is left to the server. */
export const RolloutForm = z
  .object({
    /** What is brought: a rule for updates, or a set of applications. */
    kind: z.enum(SUBJECT_KINDS),
    subject: Option.nullable().refine((subject) => subject !== null, 'ui.required'),
    name: StartRolloutInput.shape.name,
    waves: WavesForm,
    maxActive: whole(1, MOST_TERMINALS, 'rollouts.new.maxActiveWrong'),
    silent: z.string().trim(),
    silentUnit: z.enum(UNITS),
    retries: whole(0, 10, 'rollouts.new.retriesWrong'),
    retryMinutes: whole(1, 24 * 60, 'rollouts.new.retryWrong'),
  })
  .superRefine(({ silent, silentUnit }, ctx) => {
    const minutes = /^\d+$/.test(silent) ? Number(silent) * UNIT_MINUTES[silentUnit] : 0
    if (minutes < 1 || minutes > LONGEST_SILENCE_MINUTES)
      ctx.addIssue({ code: 'custom', path: ['silent'], message: 'rollouts.new.silentWrong' })
  })
export type RolloutDraft = z.input<typeof RolloutForm>
type Waves = z.input<typeof StartRolloutInput>['waves']

const usual = { success: '95', error: '10', group: null } as const
const careful = { success: '95', error: '5', group: null } as const

/** Where one may begin; all of it can be changed afterwards. */
export const PRESETS = {
  careful: [
    { ...careful, by: 'percent', size: '1' },
    { ...careful, by: 'percent', size: '10' },
    { ...careful, by: 'percent', size: '' },
  ],
  pilot: [
    { ...careful, by: 'group', size: '' },
    { ...usual, by: 'percent', size: '' },
  ],
  once: [{ ...usual, by: 'percent', size: '' }],
} as const satisfies Record<string, readonly WaveDraft[]>
export type Preset = keyof typeof PRESETS

/** The waves of a preset, to be changed. */
export const wavesOfPreset = (preset: Preset): WaveDraft[] => PRESETS[preset].map((wave) => ({ ...wave }))

export function firstDraft(
  subject: RolloutDraft['subject'],
  name: string,
  kind: SubjectKind = 'rule',
): RolloutDraft {
  return {
    ...{ kind, subject, name, waves: wavesOfPreset('careful'), maxActive: '' },
    ...{ silent: '24', silentUnit: 'hours', retries: '1', retryMinutes: '30' },
  }
}

/** One more wave before the last: larger than the one before it, as far as that can be told. */
export function withAnotherWave(waves: readonly WaveDraft[]): WaveDraft[] {
  const before = waves.at(-2)
  const doubled = before?.by === 'percent' ? Math.min(100, numberOf(before.size) * 2) : 10
  const added: WaveDraft = {
    ...usual,
    ...(before && { success: before.success, error: before.error }),
    by: 'percent',
    size: String(Number.isFinite(doubled) && doubled > 0 ? doubled : 10),
  }
  return [...waves.slice(0, -1), added, ...waves.slice(-1)].map((wave) => ({ ...wave }))
}

/** Without one of the waves; what comes first now can be a group, what comes last takes the rest. */
export function withoutWave(waves: readonly WaveDraft[], position: number): WaveDraft[] {
  return waves.filter((_, at) => at !== position).map((wave) => ({ ...wave }))
}

function wavesOf(waves: z.output<typeof WavesForm>): Waves {
  return waves.map(({ by, group, size, success, error }, position) => {
    const thresholds = { successPercent: numberOf(success), errorPercent: numberOf(error) }
    if (position === waves.length - 1) return thresholds
    if (by === 'group') return { ...thresholds, groupId: group?.value }
    return { ...thresholds, [by]: numberOf(size) }
  })
}

/** What a preview is asked with; undefined where the waves are not fit for it. */
export function triedWaves(waves: readonly WaveDraft[]): Waves | undefined {
  const parsed = WavesForm.safeParse(waves)
  return parsed.success ? wavesOf(parsed.data) : undefined
}

/** What is brought, as the server takes it. */
export const subjectOf = (kind: SubjectKind, id: string) => (kind === 'rule' ? { ruleId: id } : { setId: id })

/** What the server is told; undefined where nothing was chosen. */
export function rolloutOf(
  values: z.output<typeof RolloutForm>,
): z.input<typeof StartRolloutInput> | undefined {
  const { kind, subject, name, waves, maxActive, silent, silentUnit, retries, retryMinutes } = values
  if (subject === null) return undefined
  return {
    ...subjectOf(kind, subject.value),
    ...{ name, waves: wavesOf(waves) },
    ...(maxActive === '' ? {} : { maxActive: numberOf(maxActive) }),
    silentMinutes: numberOf(silent) * UNIT_MINUTES[silentUnit],
    maxRetries: numberOf(retries),
    ...(retryMinutes === '' ? {} : { retryMinutes: numberOf(retryMinutes) }),
  }
}
