import { sql } from 'drizzle-orm'
import type { Database } from '../../db/client'
import { compareKcvs } from './bundle/compare'
import type { Said } from './decide'
import type { KeyFileRow } from './moves'
import type { SlotFacts } from './tables'

/** What check values say of a file. */
export function proofOf(
  slots: readonly SlotFacts[],
  shown: readonly { slot: string; kcv: string }[],
): Extract<Said, { state: 'installed' }>['proof'] {
  const deposited = slots.filter(({ kcv }) => kcv !== null)
  if (deposited.length === 0) return 'nothing'
  const { match, mismatches } = compareKcvs(deposited, shown)
  if (mismatches.length > 0) return 'differing'
  return match ? 'shown' : 'open'
}

/** Whether the status that came after the terminal's word shows another key in one of the slots. */
export async function isContradicted(db: Database, file: KeyFileRow): Promise<boolean> {
  const [row] = await db.execute<{ keys: { slot: string; kcv: string }[] | null }>(sql`
    select status -> 'keys' as keys from terminal_status
    where terminal_id = ${file.terminalId} and received_at > ${file.stateAt.toISOString()}`)
  return proofOf(file.slots, row?.keys ?? []) === 'differing'
}
