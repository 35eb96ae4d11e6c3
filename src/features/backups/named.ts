import type { RawQuery } from '../../db/client'

/** A blob that the rows of a snapshot name. */
export interface NamedBlob {
  key: string
  /** Null where no row says. */
  sha256: string | null
}

const PAGE = 1_000

/**
 * All blobs that are kept by what the query sees, each once and in the order of their keys. What is coming or going is
 * not among them: nobody relies on it, and those who sweep know of it by its row.
 */
export function namedBlobs(sql: RawQuery): AsyncIterable<NamedBlob[]> {
  return sql<NamedBlob[]>`
    select blob_key collate "C" as key, max(sha256) as sha256 from named_blobs where is_kept
    group by 1 order by 1`.cursor(PAGE)
}
