import type { RawSql } from '../../../../db/client'
import { COLUMNS, CONTENT } from '../format/columns'
import { GROUP_ROWS } from '../format/encode'
import { addDays } from './days'
import type { PackedGroup } from './press'

/** The order of a file: a TID's slips lie together, the newest first. */
const ORDER = 's.tid nulls last, s.terminal_id, s.filed_at desc, s.id desc'
/** From the sorting of a day of millions to its last row: the database's clock does not stop while nothing is fetched. */
const LONGEST_MS = 12 * 3_600_000
/** A day of millions is sorted on disk all the same, in fewer runs. */
const SORT_MEMORY = '64MB'
const [BEGIN, COMMA, END] = ['[', ',', ']'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer]
const DAY = /^\d{4}-\d{2}-\d{2}$/

/**
 * Reads the slips of a day in the order of a file, GROUP_ROWS at a time. One cursor, one snapshot: a few groups are in
 * memory at most. `take` gets what yields them, and has to come to an end with it before the transaction ends.
 * @param day such as `2026-08-28` (UTC)
 */
export async function readDay<Result>(
  sql: RawSql,
  day: string,
  take: (groups: AsyncIterable<PackedGroup>) => Promise<Result>,
): Promise<Result> {
  if (!DAY.test(day)) throw new Error(`${day} is not a day.`)
  const columns = COLUMNS.map((column) => `${column.sql} as ${column.name}`).join(', ')
  const cells = COLUMNS.filter(({ name }) => name !== CONTENT).map(({ name }) => `d.${name}`)
  // The cells of a row as one text: the database does in C what would be done here for each cell. Contents go on as they
  // are. What is sorted (hence the offset) are rows as they are stored, half as long as what is made of them.
  const statement = `
    select json_build_array(${cells.join(', ')})::text, d.content
    from (
      select ${columns} from eslips s left join terminals t on t.id = s.terminal_id
      where s.filed_at >= timestamptz '${day} 00:00Z' and s.filed_at < timestamptz '${addDays(day, 1)} 00:00Z'
      order by ${ORDER} offset 0) d`
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    await tx.unsafe(`set local statement_timeout = ${LONGEST_MS}`)
    await tx.unsafe(`set local work_mem = '${SORT_MEMORY}'`)
    return take(groupsOf(tx.unsafe(statement).raw().cursor(GROUP_ROWS) as AsyncIterable<Buffer[][]>))
  }) as Promise<Result>
}

async function* groupsOf(batches: AsyncIterable<Buffer[][]>): AsyncGenerator<PackedGroup, void> {
  for await (const rows of batches) {
    if (rows.length === 0) continue
    const ends = new Uint32Array(rows.length)
    let end = 0
    for (const [at, [, content]] of rows.entries()) {
      end += content?.length ?? 0
      ends[at] = end
    }
    const texts = rows.flatMap(([text], at) => (text === undefined ? [] : [at === 0 ? BEGIN : COMMA, text]))
    yield { cells: joined([...texts, END]), contents: joined(rows.flatMap(([, text]) => text ?? [])), ends }
  }
}

/** In memory of their own, which goes to another thread as it is. */
function joined(parts: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
