import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { mutation, query } from '../../../core/verb'
import { changeTerminals, judgeTerminals } from '../../terminals'
import { TerminalChange } from '../../terminals/schemas'
import { targetChanged, tooManyTerminals } from './errors'
import { findTerminals } from './find'
import { StatusFilter } from './schemas'

/** Terminals one bulk change may be about: it is one transaction, with an audit row for each. */
export const BULK_MAX = 50_000
const SELECTED_MAX = 10_000
const SAMPLE = 10

const Target = z.union([
  z.strictObject({ terminalIds: z.array(z.uuid()).min(1).max(SELECTED_MAX) }),
  z.strictObject({ filter: StatusFilter }),
])

export const PreviewBulkInput = z.object({ target: Target, change: TerminalChange })
export const ApplyBulkInput = PreviewBulkInput.extend({
  expectedTerminals: z.number().int().min(0).describe('`terminals` of the preview that was agreed to.'),
})

export const BulkReport = z.object({
  terminals: z.number().int().describe('How many are chosen.'),
  willChange: z.number().int().describe('How many of them the change changes.'),
  skipped: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  sample: z.array(z.string()).describe('The first serial numbers that it changes.'),
})

const permission = 'terminals:write'

/** What a change of many terminals would do; nothing is changed. `too_many_terminals`. */
export const previewBulk = query({ permission, input: PreviewBulkInput }, async (ctx, { target, change }) => {
  const ids = await idsOf(ctx, target)
  return toReport(ids, await judgeTerminals(ctx, ids, change, false))
})

/**
 * Changes many terminals at once, all or none. `target_changed` where others fit than `expectedTerminals` said;
 * `too_many_terminals`.
 */
export const applyBulk = mutation(
  { permission, input: ApplyBulkInput },
  async (scope, { target, change, expectedTerminals }) => {
    const ids = await idsOf(scope, target)
    if (ids.length !== expectedTerminals) throw targetChanged({ values: { terminals: ids.length } })
    const judgement = await judgeTerminals(scope, ids, change, true)
    await changeTerminals(scope, judgement.toChange, change)
    return toReport(ids, judgement)
  },
)

async function idsOf(ctx: Ctx, target: z.output<typeof Target>): Promise<string[]> {
  if ('terminalIds' in target) return [...new Set(target.terminalIds)]
  const page = { limit: BULK_MAX, isFull: true }
  const found = await findTerminals(ctx, target.filter, { sort: 'serial', direction: 'asc' }, page)
  if (found.nextCursor !== null) throw tooManyTerminals({ values: { max: BULK_MAX } })
  return found.ids
}

function toReport(
  ids: readonly string[],
  { toChange, skipped }: Awaited<ReturnType<typeof judgeTerminals>>,
): z.input<typeof BulkReport> {
  return {
    terminals: ids.length,
    willChange: toChange.length,
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
    sample: toChange.slice(0, SAMPLE).map((row) => row.serial),
  }
}
