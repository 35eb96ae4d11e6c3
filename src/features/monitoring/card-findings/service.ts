import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Database, RawQuery } from '../../../db/client'
import type { CardSource } from './lists'
import { cardFindings } from './tables'

export interface CardFinding {
  terminalId: string
  source: CardSource
  /** Numbers that were cut; of slips, slips that had some. */
  count: number
  atMs: number
}

const asJson = (found: readonly CardFinding[]) =>
  JSON.stringify(
    found.map(({ terminalId, source, count, atMs }) => ({
      t: terminalId,
      source,
      count,
      at: new Date(atMs).toISOString(),
    })),
  )

/** Adds to what was found before, in the caller's transaction. Terminals that are gone are left out. */
export async function recordCardFindings(
  db: Pick<Database, 'execute'>,
  found: readonly CardFinding[],
): Promise<void> {
  if (found.length > 0) await db.execute(sql`select psm_record_card_findings(${asJson(found)}::text::jsonb)`)
}

/** The same for batches, which have no use for Drizzle. */
export async function recordCardFindingsRaw(query: RawQuery, found: readonly CardFinding[]): Promise<void> {
  if (found.length > 0) await query`select psm_record_card_findings(${asJson(found)}::text::jsonb)`
}

/** Of one terminal, by source. Whether the caller may see it is not asked here. */
export async function cardFindingsOf(db: Database, terminalId: string) {
  const rows = await db
    .select()
    .from(cardFindings)
    .where(eq(cardFindings.terminalId, terminalId))
    .orderBy(asc(cardFindings.source))
  return rows.map(({ source, count, firstAt, lastAt }) => ({
    source,
    count,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  }))
}

/** Terminals (`terminal_id`) in what of which card numbers were found since then, and when last (`since`). */
export function cardFindingsSince(at: Date): SQL {
  return sql`select c.terminal_id, max(c.last_at) as since from card_findings c
    where c.last_at > ${at.toISOString()}::timestamptz group by c.terminal_id`
}

/** The same of one row `terminals`. */
export function hasCardFindingSince(at: Date): SQL {
  return sql`exists (select from card_findings c
    where c.terminal_id = terminals.id and c.last_at > ${at.toISOString()}::timestamptz)`
}
