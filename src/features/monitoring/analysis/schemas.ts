import { z } from 'zod'
import { LANGUAGES } from '../../../core/languages'
import { StatusFilter } from '../status/schemas'

export const AnalysisInput = z.object({
  groupId: z.uuid().optional().describe('Only terminals of this group.'),
  merchantId: z.uuid().optional().describe('Only terminals of this merchant.'),
})

export const ExportAnalysisInput = z.strictObject({
  ...AnalysisInput.shape,
  lang: z.enum(LANGUAGES).default('en'),
})

const counter = z.number().int()

export const AnalysisChart = z.object({
  dimension: z.string().describe('What is told apart, such as `model` or `connectivity`.'),
  subject: z.string().nullable().describe('Of `component`: the name of the component.'),
  terminals: counter.describe('Of all values together, those that are not told among them.'),
  slices: z
    .array(
      z.object({
        value: z.string().nullable().describe('Null: the terminals do not say.'),
        terminals: counter,
        filter: StatusFilter.describe('By which GET /status lists these terminals.'),
      }),
    )
    .describe('The most frequent values first.'),
  rest: z
    .object({ values: counter, terminals: counter })
    .describe('Values that are too rare to be told one by one.'),
})
export type AnalysisChart = z.infer<typeof AnalysisChart>

export const Analysis = z.object({
  countedAt: z.iso.datetime().nullable().describe('Null: it is being counted for the first time; ask again.'),
  isLive: z.boolean().describe('It was counted for this answer: few terminals are asked for.'),
  isAwaited: z.boolean().describe('Newer numbers are on their way.'),
  terminals: counter,
  inService: counter.describe('Neither retired nor revoked: all but the states are counted among these.'),
  charts: z.array(AnalysisChart),
})
export type Analysis = z.infer<typeof Analysis>

export const RefreshReport = z.object({
  isAsked: z.boolean().describe('False: the numbers are counted at each look anyway.'),
})
