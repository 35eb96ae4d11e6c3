import { z } from 'zod'
import { packagePlatform } from '../../packages/ui/words'
import { NETWORK_TYPES, WEEKDAYS } from '../lists'
import { type Conditions, RuleFields, type RuleView } from '../schemas'
import { fromLocal, toLocal } from './moments'
import { numberOf, whole } from './numbers'

const MIB = 1024 * 1024
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

const moment = z
  .string()
  .refine((text) => text === '' || fromLocal(text) !== undefined, 'rules.form.momentWrong')

const StepDraft = z.object({
  packageId: z.string(),
  component: z.string(),
  version: z.string(),
  models: z.array(z.string()),
  fromVersion: z.string().nullable(),
  sizeBytes: z.number(),
  fromMin: z.string().trim().max(64),
  fromMax: z.string().trim().max(64),
  waitsForEarlier: z.boolean(),
})
export type StepDraft = z.input<typeof StepDraft>

/** A rule as it is typed: numbers and moments are texts, what is empty asks for nothing. */
export const RuleForm = z
  .object({
    name: RuleFields.shape.name,
    platform: z.string().refine((id) => packagePlatform(id) !== undefined, 'ui.required'),
    models: z.array(z.object({ value: z.string(), label: z.string() })).max(50),
    isEnabled: z.boolean(),
    steps: z.array(StepDraft).min(1, 'rules.form.needsSteps').max(50),
    hasWindow: z.boolean(),
    days: z.array(z.enum(WEEKDAYS)),
    from: z.string(),
    to: z.string(),
    networkTypes: z.array(z.enum(NETWORK_TYPES)),
    battery: whole(1, 100, 'rules.form.batteryWrong'),
    space: z
      .string()
      .trim()
      .refine((text) => text === '' || /^\d+([.,]\d+)?$/.test(text), 'rules.form.spaceWrong'),
    onlyWhenSettled: z.boolean(),
    mayDowngrade: z.boolean(),
    startsAt: moment,
    endsAt: moment,
    priority: whole(-1000, 1000, 'rules.form.priorityWrong'),
    notes: z.string().max(2000),
  })
  .superRefine(({ hasWindow, days, from, to, startsAt, endsAt }, ctx) => {
    const wrong = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message })
    if (hasWindow && days.length === 0) wrong('days', 'rules.form.needsDays')
    if (hasWindow && !TIME.test(from)) wrong('from', 'rules.form.time')
    if (hasWindow && !TIME.test(to)) wrong('to', 'rules.form.time')
    const [start, end] = [fromLocal(startsAt), fromLocal(endsAt)]
    if (start !== undefined && end !== undefined && end <= start) wrong('endsAt', 'rules.form.endsBefore')
  })
export type RuleDraft = z.input<typeof RuleForm>
type RuleValues = z.output<typeof RuleForm>

const USUAL_WINDOW = { from: '02:00', to: '05:00' }

/** The form of a saved rule; without one, of a new one. */
export function draftOf(rule: RuleView | undefined): RuleDraft {
  const conditions: Conditions = rule?.conditions ?? {}
  const { window, networkTypes = [], minBatteryPercent, minFreeBytes = 0 } = conditions
  return {
    name: rule?.name ?? '',
    platform: rule?.platform ?? '',
    models: (rule?.models ?? []).map((model) => ({ value: model, label: model })),
    isEnabled: rule?.isEnabled ?? true,
    steps: (rule?.steps ?? []).map((step) => ({
      packageId: step.packageId,
      component: step.component,
      version: step.version,
      models: [...step.models],
      fromVersion: step.fromVersion,
      sizeBytes: step.sizeBytes,
      fromMin: step.fromMin ?? '',
      fromMax: step.fromMax ?? '',
      waitsForEarlier: step.waitsForEarlier,
    })),
    hasWindow: window !== undefined,
    days: [...(window?.days ?? WEEKDAYS)],
    from: window?.from ?? USUAL_WINDOW.from,
    to: window?.to ?? USUAL_WINDOW.to,
    networkTypes: [...networkTypes],
    battery: minBatteryPercent === undefined ? '' : String(minBatteryPercent),
    space: minFreeBytes === 0 ? '' : String(minFreeBytes / MIB),
    onlyWhenSettled: conditions.onlyWhenSettled ?? false,
    mayDowngrade: conditions.mayDowngrade ?? false,
    startsAt: toLocal(rule?.startsAt),
    endsAt: toLocal(rule?.endsAt),
    priority: String(rule?.priority ?? 0),
    notes: rule?.notes ?? '',
  }
}

/** What the server is told; undefined where no platform was chosen. */
export function ruleOf(values: RuleValues): RuleFields | undefined {
  const platform = packagePlatform(values.platform)
  if (platform === undefined) return undefined
  return {
    name: values.name,
    platform,
    models: values.models.map(({ value }) => value),
    isEnabled: values.isEnabled,
    priority: values.priority === '' ? 0 : numberOf(values.priority),
    conditions: conditionsOf(values),
    startsAt: fromLocal(values.startsAt)?.toISOString() ?? null,
    endsAt: fromLocal(values.endsAt)?.toISOString() ?? null,
    notes: values.notes,
    steps: values.steps.map(({ packageId, fromMin, fromMax, waitsForEarlier }, place) => ({
      ...{ packageId, fromMin: fromMin || null, fromMax: fromMax || null },
      waitsForEarlier: place > 0 && waitsForEarlier,
    })),
  }
}

/** What asks for nothing is left out, so that a rule saved unchanged stays the same. */
function conditionsOf(values: RuleValues): Conditions {
  const { hasWindow, days, from, to, networkTypes, battery, space } = values
  const isEveryDay = days.length === WEEKDAYS.length
  return {
    ...(hasWindow ? { window: { ...(isEveryDay ? {} : { days }), from, to } } : {}),
    ...(networkTypes.length > 0 ? { networkTypes } : {}),
    ...(battery === '' ? {} : { minBatteryPercent: numberOf(battery) }),
    ...(space === '' ? {} : { minFreeBytes: Math.round(numberOf(space) * MIB) }),
    ...(values.onlyWhenSettled ? { onlyWhenSettled: true } : {}),
    ...(values.mayDowngrade ? { mayDowngrade: true } : {}),
  }
}

/** What a dry-run is asked with: all that decides, so that another name or note asks nothing anew. */
export function triedRule(draft: RuleDraft): RuleFields | undefined {
  const parsed = RuleForm.safeParse({ ...draft, name: '–', notes: '' })
  return parsed.success ? ruleOf(parsed.data) : undefined
}
