import { z } from 'zod'
import {
  CONDITION_SHAPE,
  conditionDraft,
  conditionsOf,
  judgeConditions,
} from '../../../updates/rules/ui/condition-form'
import { MOST_LINES, WANTS } from '../lists'
import { SetFields, type SetLine, type SetView } from '../schemas'

const LineDraft = z
  .object({
    package: z.string(),
    /** Null: it was never uploaded, and can only be absent. */
    appId: z.string().nullable(),
    label: z.string().nullable(),
    labelEn: z.string().nullable(),
    labelRu: z.string().nullable(),
    iconUrl: z.string().nullable(),
    want: z.enum(WANTS),
    /** Of a pinned version; kept while something else is wanted. */
    versionCode: z.number().nullable(),
    versionName: z.string().nullable(),
    newestVersionCode: z.number().nullable(),
    newestVersionName: z.string().nullable(),
  })
  .refine(({ want, versionCode }) => want !== 'version' || versionCode !== null, {
    path: ['versionCode'],
    error: 'sets.form.versionNeeded',
  })
export type LineDraft = z.input<typeof LineDraft>

/** A set as it is typed. */
export const SetForm = z
  .object({
    name: SetFields.shape.name,
    notes: z.string().max(2000),
    goesInWaves: z.boolean(),
    removesOthers: z.boolean(),
    lines: z.array(LineDraft).max(MOST_LINES),
    ...CONDITION_SHAPE,
  })
  .superRefine((values, ctx) => judgeConditions(values, ctx))
export type SetDraft = z.input<typeof SetForm>

/** The form of a saved set; without one, of a new one. */
export function draftOf(set: SetView | undefined): SetDraft {
  return {
    name: set?.name ?? '',
    notes: set?.notes ?? '',
    goesInWaves: set?.goesInWaves ?? false,
    removesOthers: set?.newest.removesOthers ?? false,
    lines: (set?.newest.lines ?? []).map((line) => ({
      package: line.package,
      appId: line.appId,
      label: line.label,
      labelEn: line.labelEn,
      labelRu: line.labelRu,
      iconUrl: line.iconUrl,
      want: line.want,
      versionCode: line.versionCode,
      versionName: line.versionName,
      newestVersionCode: line.newestVersionCode,
      newestVersionName: line.versionCode === line.newestVersionCode ? line.versionName : null,
    })),
    ...conditionDraft(set?.newest.conditions ?? {}),
  }
}

type SetValues = z.output<typeof SetForm>

/** What terminals are to have by it. */
function contentOf(values: SetValues) {
  return {
    removesOthers: values.removesOthers,
    conditions: conditionsOf(values),
    lines: values.lines.map(lineOf),
  }
}

/** A line as the server takes it. */
export function lineOf({
  package: name,
  want,
  versionCode,
}: Pick<LineDraft, 'package' | 'want' | 'versionCode'>): SetLine {
  return want === 'version' && versionCode !== null
    ? { package: name, want, versionCode }
    : { package: name, want }
}

/** What the server is told. */
export const setOf = (values: SetValues) => ({
  name: values.name,
  notes: values.notes,
  goesInWaves: values.goesInWaves,
  ...contentOf(values),
})

/** What a preview is asked with: all that decides, so that another name or note asks nothing anew. */
export function triedSet(draft: SetDraft): ReturnType<typeof contentOf> | undefined {
  const parsed = SetForm.safeParse({ ...draft, name: '–', notes: '' })
  return parsed.success ? contentOf(parsed.data) : undefined
}
