import { z } from 'zod'
import type { FieldState } from '../../../../ui/form/state'
import { NETWORK_TYPES, WEEKDAYS } from '../lists'
import type { Conditions } from '../schemas'
import { numberOf, whole } from './numbers'

const MIB = 1024 * 1024
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/
const USUAL_WINDOW = { from: '02:00', to: '05:00' }

/** Conditions as they are typed, as part of a form: numbers are texts, what is empty asks for nothing. */
export const CONDITION_SHAPE = {
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
}
const Shape = z.object(CONDITION_SHAPE)
type ConditionDraft = z.input<typeof Shape>

/** What the fields need of a form that has conditions among its values. */
export interface ConditionForm {
  readonly values: Pick<ConditionDraft, 'hasWindow' | 'from' | 'to'>
  field(name: 'hasWindow' | 'onlyWhenSettled'): FieldState<boolean>
  field(name: 'from' | 'to' | 'battery' | 'space'): FieldState<string>
  field(name: 'days'): FieldState<ConditionDraft['days']>
  field(name: 'networkTypes'): FieldState<ConditionDraft['networkTypes']>
}

/** What is wrong with a window that is wanted. */
export function judgeConditions(
  { hasWindow, days, from, to }: Pick<ConditionDraft, 'hasWindow' | 'days' | 'from' | 'to'>,
  ctx: z.RefinementCtx,
): void {
  const wrong = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message })
  if (hasWindow && days.length === 0) wrong('days', 'rules.form.needsDays')
  if (hasWindow && !TIME.test(from)) wrong('from', 'rules.form.time')
  if (hasWindow && !TIME.test(to)) wrong('to', 'rules.form.time')
}

type Typed = Omit<Conditions, 'mayDowngrade'>

export function conditionDraft(conditions: Typed): ConditionDraft {
  const { window, networkTypes = [], minBatteryPercent, minFreeBytes = 0, onlyWhenSettled } = conditions
  return {
    hasWindow: window !== undefined,
    days: [...(window?.days ?? WEEKDAYS)],
    from: window?.from ?? USUAL_WINDOW.from,
    to: window?.to ?? USUAL_WINDOW.to,
    networkTypes: [...networkTypes],
    battery: minBatteryPercent === undefined ? '' : String(minBatteryPercent),
    space: minFreeBytes === 0 ? '' : String(minFreeBytes / MIB),
    onlyWhenSettled: onlyWhenSettled ?? false,
  }
}

/** What asks for nothing is left out, so that what is saved unchanged stays the same. */
export function conditionsOf(values: z.output<typeof Shape>): Typed {
  const { hasWindow, days, from, to, networkTypes, battery, space } = values
  const isEveryDay = days.length === WEEKDAYS.length
  return {
    ...(hasWindow ? { window: { ...(isEveryDay ? {} : { days }), from, to } } : {}),
    ...(networkTypes.length > 0 ? { networkTypes } : {}),
    ...(battery === '' ? {} : { minBatteryPercent: numberOf(battery) }),
    ...(space === '' ? {} : { minFreeBytes: Math.round(numberOf(space) * MIB) }),
    ...(values.onlyWhenSettled ? { onlyWhenSettled: true } : {}),
  }
}
