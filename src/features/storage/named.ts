import type { RawQuery, RawSql } from '../../db/client'
import { badBlobCursor } from './errors'

/** What blobs are kept for, in the order in which they are gone through. */
export const BLOB_KINDS = [
  'license',
  'key-file',
  'package-file',
  'app-version',
  'stored-file',
  'upload-part',
  'ecr-log',
  'eslip-archive',
  'eslip-manifest',
] as const
export type BlobKind = (typeof BLOB_KINDS)[number]

/** A blob that must be there, as the database has it. */
export interface NamedBlob {
  kind: BlobKind
  /** As it is written in the row, right or wrong. */
  key: string
  /** Null where it was stored before its hash was kept. */
  sha256: string | null
  sizeBytes: number | null
}

/** How far a walk through all of them has come: what comes after it goes on there. */
export interface NamedCursor {
  kind: BlobKind
  after: string
}

const PAGE = 500

/**
 * Goes through all blobs that must be there, kind by kind and in the order of their keys, a page of them in memory. A blob
 * that several rows of a kind name comes once.
 */
export async function* namedBlobs(
  sql: RawSql,
  from: NamedCursor = { kind: BLOB_KINDS[0], after: '' },
): AsyncGenerator<{ page: NamedBlob[]; cursor: NamedCursor }, void> {
  for (const kind of BLOB_KINDS.slice(BLOB_KINDS.indexOf(from.kind)))
    for (let after = kind === from.kind ? from.after : ''; ; ) {
      // No DISTINCT: the database would sort a million rows for each page, instead of reading along the index.
      const rows = await sql<NamedBlob[]>`
        select kind, blob_key as key, sha256, size_bytes::float8 as "sizeBytes"
        from named_blobs where kind = ${kind} and is_kept and blob_key > ${after}
        order by blob_key limit ${PAGE}`
      after = rows.at(-1)?.key ?? after
      const page = rows.filter(({ key }, at) => key !== rows[at - 1]?.key)
      if (page.length > 0) yield { page, cursor: { kind, after } }
      if (rows.length < PAGE) break
    }
}

/** A blob that must be there, whatever it is for. */
export type KeptBlob = Pick<NamedBlob, 'key' | 'sha256'>

const SNAPSHOT_PAGE = 1_000

/**
 * All blobs that must be there by what the query sees, each once, whichever kinds name it, and in the order of their keys
 * byte by byte: for who holds a snapshot. What is coming or going is not among them: nobody relies on it, and those who
 * sweep know of it by its row.
 */
export function keptBlobs(sql: RawQuery): AsyncIterable<KeptBlob[]> {
  return sql<KeptBlob[]>`
    select blob_key collate "C" as key, max(sha256) as sha256 from named_blobs where is_kept
    group by 1 order by 1`.cursor(SNAPSHOT_PAGE)
}

/** How many there are and how large they are together, those named several times counted so often. */
export async function countNamed(sql: RawSql): Promise<{ count: number; sizeBytes: number }> {
  const [row] = await sql<{ count: number; sizeBytes: number }[]>`
    select count(*)::float8 as count, coalesce(sum(size_bytes), 0)::float8 as "sizeBytes"
    from named_blobs where is_kept`
  return row ?? { count: 0, sizeBytes: 0 }
}

const MOST_OWNERS = 20

/** In words, what needs this blob now; nothing where it has been let go of. */
export async function ownersOf(sql: RawSql, key: string): Promise<string[]> {
  const rows = await sql<{ owner: string }[]>`
    select coalesce(belongs_to, kind) as owner from named_blobs where blob_key = ${key} and is_kept
    order by 1 limit ${MOST_OWNERS}`
  return rows.map(({ owner }) => owner)
}

/** Those of the keys that any row names, also where it is coming or going. */
export async function namedAmong(sql: RawSql, keys: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ key: string }[]>`
    select blob_key as key from named_blobs where blob_key = any(${keys as string[]}::text[])`
  return new Set(rows.map(({ key }) => key))
}

export const writeCursor = ({ kind, after }: NamedCursor): string => `${kind}:${after}`

/** @throws bad_blob_cursor */
export function readCursor(written: string): NamedCursor {
  const at = written.indexOf(':')
  const kind = BLOB_KINDS.find((one) => one === written.slice(0, at))
  if (kind === undefined) throw badBlobCursor()
  return { kind, after: written.slice(at + 1) }
}
