import { z } from 'zod'
import { packagePlatform } from '../../packages/ui/words'
import { RuleFields, type RuleView } from '../schemas'
import { CONDITION_SHAPE, conditionDraft, conditionsOf, judgeConditions } from './condition-form'
import { fromLocal, toLocal } from './moments'
import { numberOf, whole } from './numbers'

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
    ...CONDITION_SHAPE,
    mayDowngrade: z.boolean(),
    startsAt: moment,
    endsAt: moment,
    priority: whole(-1000, 1000, 'rules.form.priorityWrong'),
    notes: z.string().max(2000),
  })
  .superRefine((values, ctx) => {
    judgeConditions(values, ctx)
    const [start, end] = [fromLocal(values.startsAt), fromLocal(values.endsAt)]
    if (start !== undefined && end !== undefined && end <= start)
      ctx.addIssue({ code: 'custom', path: ['endsAt'], message: 'rules.form.endsBefore' })
  })
export type RuleDraft = z.input<typeof RuleForm>
type RuleValues = z.output<typeof RuleForm>

/** The form of a saved rule; without one, of a new one. */
export function draftOf(rule: RuleView | undefined): RuleDraft {
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
    ...conditionDraft(rule?.conditions ?? {}),
    mayDowngrade: rule?.conditions.mayDowngrade ?? false,
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
    conditions: { ...conditionsOf(values), ...(values.mayDowngrade ? { mayDowngrade: true } : {}) },
    startsAt: fromLocal(values.startsAt)?.toISOString() ?? null,
    endsAt: fromLocal(values.endsAt)?.toISOString() ?? null,
    notes: values.notes,
    steps: values.steps.map(({ packageId, fromMin, fromMax, waitsForEarlier }, place) => ({
      ...{ packageId, fromMin: fromMin || null, fromMax: fromMax || null },
      waitsForEarlier: place > 0 && waitsForEarlier,
    })),
  }
}

/** What a dry-run is asked with: all that decides, so that another name or note asks nothing anew. */
export function triedRule(draft: RuleDraft): RuleFields | undefined {
  const parsed = RuleForm.safeParse({ ...draft, name: '–', notes: '' })
  return parsed.success ? ruleOf(parsed.data) : undefined
}
