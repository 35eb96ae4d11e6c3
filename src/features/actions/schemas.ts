import { z } from 'zod'
import { pageInput, pageOf } from '../../core/paging'
import { ACTION_KINDS, ACTION_STATES, RESULT_REASONS, type ResultReason } from './lists'

const reason = z.enum(Object.keys(RESULT_REASONS) as [ResultReason, ...ResultReason[]])
const reportedState = z.enum(['downloading', 'downloaded', 'installed', 'failed', 'rejected'])
const vendorCode = z.string().max(64)

export const ResultItem = z.object({
  component: z.string().max(128).optional(),
  package: z.string().max(255).optional(),
  state: reportedState,
  reason: reason.optional(),
  vendorCode: vendorCode.optional(),
})
export type ResultItem = z.infer<typeof ResultItem>

export const ActionResult = z.object({
  state: reportedState,
  progressPercent: z.number().min(0).max(100).optional(),
  reason: reason.optional(),
  vendorCode: vendorCode.optional(),
  message: z.string().max(1000).optional(),
  items: z.array(ResultItem).max(500).optional(),
})
export type ActionResult = z.infer<typeof ActionResult>

export const ListActionsInput = z.object({
  ...pageInput,
  terminalId: z.uuid().optional(),
  kind: z.enum(ACTION_KINDS).optional(),
  state: z.enum(ACTION_STATES).optional(),
})

export const ActionView = z.object({
  id: z.uuid(),
  terminalId: z.uuid(),
  kind: z.enum(ACTION_KINDS),
  subjectId: z.uuid(),
  state: z.enum(ACTION_STATES),
  progressPercent: z.number().int().nullable(),
  reason: z.string().nullable(),
  vendorCode: z.string().nullable(),
  message: z.string().nullable(),
  rule: z.string().nullable().describe('Of an update: the name its rule had when it was offered.'),
  brings: z
    .array(z.object({ component: z.string(), version: z.string() }))
    .describe('Of an update: what it leads to.'),
  set: z.string().nullable().describe('Of applications: the name its set had when it was offered.'),
  installs: z
    .array(z.object({ package: z.string(), versionCode: z.number().int(), versionName: z.string() }))
    .describe('Of applications: what comes.'),
  removes: z.array(z.string()).describe('Of applications: the packages that go.'),
  isRetried: z.boolean().describe('It is offered anew, as another action.'),
  offeredAt: z.iso.datetime(),
  stateAt: z.iso.datetime(),
})
export const ActionPage = pageOf(ActionView)
export const ActionRef = z.object({ actionId: z.uuid() })
