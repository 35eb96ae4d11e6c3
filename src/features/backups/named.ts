import type { RawQuery } from '../../db/client'

/** A blob that the rows of a snapshot name. */
export interface NamedBlob {
  key: string
  /** Null where no row says. */
  sha256: string | null
  /** False: it may be gone, for nobody would ask for it again. */
  isNeeded: boolean
}

const PAGE = 1_000

/**
 * All blobs that are kept by what the query sees, each once and in the order of their keys. What is coming or going is
 * not among them: nobody relies on it, and those who sweep know of it by its row.
 */
export function namedBlobs(sql: RawQuery): AsyncIterable<NamedBlob[]> {
  return sql<NamedBlob[]>`
    select key collate "C" as key, max(sha256) as sha256, bool_or(is_needed) as "isNeeded" from (${allNames(sql)}) named
    group by key collate "C" order by key collate "C"`.cursor(PAGE)
}

const allNames = (sql: RawQuery) => sql`
  select blob_key collate "C" as key, sha256 collate "C" as sha256, true as is_needed from licenses
  union all select blob_key collate "C", sha256 collate "C", true from stored_files where state = 'kept'
  union all select blob_key collate "C", sha256 collate "C", true from stored_file_uses
  union all select blob_key collate "C", sha256 collate "C", true from upload_parts where state = 'kept'
  union all select blob_key collate "C", null, true from ecr_logs where state = 'kept'
  union all select blob_key collate "C", null, true from key_files where blob_key is not null
  union all select blob_key collate "C", sha256 collate "C", deleted_at is null from eslip_archives where emptied_at is null
  union all select manifest_key collate "C", hash collate "C", true from eslip_archives`
