import type { Ctx, Visibility } from '../../../../core/context'
import type { Cell } from '../format/columns'

interface Owned {
  merchantId: Cell
  terminalId: string
}

/** Which of these slips the caller may see, in their order. */
export type SeesSlips = 'all' | ((slips: readonly Owned[]) => Promise<boolean[]>)

/**
 * What a caller sees of an archive: slips that came while the terminal was one of its merchants', and those of terminals
 * that are in its groups now. The same as of slips in the database.
 */
export function slipSight(ctx: Ctx, visibility: Visibility): SeesSlips {
  if (visibility.kind === 'all') return 'all'
  const merchantIds = new Set<Cell>(visibility.merchantIds)
  const groupIds = [...visibility.groupIds]
  const known = new Map<string, boolean>()
  return async (slips) => {
    const asked = new Set(slips.map((one) => one.terminalId).filter((id) => !known.has(id)))
    if (groupIds.length > 0 && asked.size > 0) {
      const rows = await ctx.sql<{ id: string }[]>`
        select distinct terminal_id as id from terminal_group_members
        where terminal_id = any(${[...asked]}::uuid[]) and group_id = any(${groupIds}::uuid[])`
      for (const id of asked) known.set(id, false)
      for (const { id } of rows) known.set(id, true)
    }
    return slips.map((one) => merchantIds.has(one.merchantId) || known.get(one.terminalId) === true)
  }
}
