import type { RawSql } from '../../../../db/client'
import { COLUMNS } from '../format/columns'
import { GROUP_ROWS } from '../format/encode'

/** The order of a file: a TID's slips lie together, the newest first. */
const ORDER = 's.tid nulls last, s.terminal_id, s.filed_at desc, s.id desc'
/** A day of millions is sorted before its first row comes. */
const LONGEST_MS = 15 * 60_000
const DAY = /^\d{4}-\d{2}-\d{2}$/

/**
 * Reads the slips of a day in the order of a file, GROUP_ROWS at a time, as a JSON text of all their cells. One
 * cursor, one snapshot: a few groups are in memory at most. `take` gets what yields them, and has to come to an end with it
 * before the transaction ends.
 * @param day such as `2026-08-28` (UTC)
 */
export async function readDay<Result>(
  sql: RawSql,
  day: string,
  take: (groups: AsyncIterable<Uint8Array<ArrayBuffer>>) => Promise<Result>,
): Promise<Result> {
  if (!DAY.test(day)) throw new Error(`${day} is not a day.`)
  const cells = COLUMNS.map((column) => column.sql).join(', ')
  // The cells of a row as one text: the database does in C what would be done here for each cell.
  const statement = `
    select json_build_array(${cells})::text as row
    from eslips s left join terminals t on t.id = s.terminal_id
    where s.filed_at >= timestamptz '${day} 00:00Z' and s.filed_at < timestamptz '${day} 00:00Z' + interval '1 day'
    order by ${ORDER}`
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    await tx.unsafe(`set local statement_timeout = ${LONGEST_MS}`)
    return take(groupsOf(tx.unsafe(statement).raw().cursor(GROUP_ROWS) as AsyncIterable<Buffer[][]>))
  }) as Promise<Result>
}

const [BEGIN, COMMA, END] = ['[', ',', ']'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer]

/** The bytes go on as they came: unpacking them is work for another thread. */
async function* groupsOf(batches: AsyncIterable<Buffer[][]>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for await (const rows of batches) {
    const [first] = rows
    if (first === undefined) continue
    const parts = rows.flatMap(([text]) => (text === undefined ? [] : [COMMA, text]))
    yield new Uint8Array(Buffer.concat([BEGIN, ...parts.slice(1), END]))
  }
}
