import type { Ctx } from '../../../core/context'
import { findTerminals, tooManyTerminals } from '../../monitoring/status'
import { type NamedTid, type NamedTwice, readNamesCsv, requirePlaces } from '../../terminals'
import { openUpload } from '../../uploads'
import { CHOSEN_MAX } from '../lists'
import type { Choice } from '../schemas'
import { tidsOfRange } from './range'

/** What a choice names, not yet looked up; what a caller may not see drops out when it is. */
export interface Chosen {
  tids: readonly NamedTid[]
  serials: readonly string[]
  terminalIds: readonly string[]
  twice: readonly NamedTwice[]
  unreadable: readonly { line: number; value: string }[]
}

const NOTHING: Chosen = { tids: [], serials: [], terminalIds: [], twice: [], unreadable: [] }

/** `too_many_terminals`, `group_not_found`, and what is wrong with a list. */
export async function choose(ctx: Ctx, choice: Choice): Promise<Chosen> {
  switch (choice.by) {
    case 'tids':
      return { ...NOTHING, tids: choice.tids.map((tid) => ({ tid, acquirer: choice.acquirer ?? null })) }
    case 'range': {
      const tids = tidsOfRange(choice.from, choice.to) ?? []
      return { ...NOTHING, tids: tids.map((tid) => ({ tid, acquirer: choice.acquirer ?? null })) }
    }
    case 'group':
      await requirePlaces(ctx, { merchantId: null, groupIds: [choice.groupId] })
      return { ...NOTHING, terminalIds: await fitting(ctx, { groupId: choice.groupId }) }
    case 'filter':
      return { ...NOTHING, terminalIds: await fitting(ctx, choice.filter) }
    case 'csv':
      return { ...NOTHING, ...(await readNamesCsv(await contentOf(ctx, choice), CHOSEN_MAX)) }
    case 'terminals':
      return { ...NOTHING, terminalIds: choice.terminalIds }
  }
}

async function fitting(ctx: Ctx, filter: Extract<Choice, { by: 'filter' }>['filter']): Promise<string[]> {
  const page = { limit: CHOSEN_MAX, isFull: true }
  const found = await findTerminals(ctx, filter, { sort: 'serial', direction: 'asc' }, page)
  if (found.nextCursor !== null) throw tooManyTerminals({ values: { max: CHOSEN_MAX } })
  return found.ids
}

async function contentOf(
  ctx: Ctx,
  { csv = '', uploadId }: Extract<Choice, { by: 'csv' }>,
): Promise<string | Uint8Array> {
  if (uploadId === undefined) return csv
  const upload = await openUpload(ctx, uploadId, 'assignments')
  return upload.read(0, upload.sizeBytes)
}
