import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { RawQuery } from '../client'
import type { TableShape } from './catalog'
import { counted, RowDigest, type RowSum } from './row-digest'

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const placeOf = ({ name, columns }: TableShape) =>
  `public.${quoted(name)} (${columns.map(quoted).join(', ')})`

/** The rows of one table in COPY's text format, as they are stored: generated columns are not among them. */
export async function copyOut(sql: RawQuery, table: TableShape): Promise<Readable> {
  const rows = await sql.unsafe(`copy ${placeOf(table)} to stdout`).readable()
  // Where the last rows fill the stream, postgres.js has paused its socket and nobody asks for more: what comes next on
  // that connection would never be read.
  rows.once('close', () => rows._read(0))
  return rows
}

/** What the rows of a table add up to. */
export async function sumRows(sql: RawQuery, table: TableShape): Promise<RowSum> {
  const digest = new RowDigest()
  for await (const chunk of await copyOut(sql, table)) digest.update(chunk as Buffer)
  return digest.result()
}

/**
 * Fills a table that was made or emptied in the same transaction, whose rows nobody will have to freeze later.
 * @returns what the rows that were sent add up to
 */
export async function copyIn(
  sql: RawQuery,
  table: TableShape,
  rows: AsyncIterable<Uint8Array>,
): Promise<RowSum> {
  const query = sql.unsafe(`copy ${placeOf(table)} from stdin with (freeze)`)
  const refusing = new AbortController()
  const refused = refusalOf(query, refusing)
  const digest = new RowDigest()
  const target = await query.writable()
  await Promise.race([pipeline(counted(rows, digest), target, { signal: refusing.signal }), refused])
  return digest.result()
}

/**
 * postgres.js answers a COPY when it begins, and has nobody to tell when the server refuses its rows after the last one
 * was sent (porsager/postgres#1173): the stream would never end. The query itself is still told.
 */
function refusalOf(query: unknown, refusing: AbortController): Promise<never> {
  const told = query as { reject(error: unknown): void }
  const settle = told.reject
  const refused = new Promise<never>((_, refuse) => {
    told.reject = (error) => {
      refuse(error)
      settle(error)
      refusing.abort(error)
    }
  })
  refused.catch(() => {})
  return refused
}
