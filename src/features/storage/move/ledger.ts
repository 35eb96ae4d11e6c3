import type { StoreKind } from '../../../blobs/blob-store'
import type { RawSql } from '../../../db/client'

/** What a store was given and read back as it should be, so that a move that was cut off goes on after it. */
export async function verifiedAmong(
  sql: RawSql,
  store: StoreKind,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await sql<{ key: string }[]>`
    select blob_key as key from blob_copies where store = ${store} and blob_key = any(${keys as string[]}::text[])`
  return new Set(rows.map(({ key }) => key))
}

export async function noteVerified(sql: RawSql, store: StoreKind, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await sql`
    insert into blob_copies (blob_key, store, verified_at)
    select key, ${store}, now() from unnest(${keys as string[]}::text[]) as key
    on conflict (blob_key) do update set store = excluded.store, verified_at = excluded.verified_at`
}

/** Of what is not there any more as it was: the next round copies it again. */
export async function forgetSome(sql: RawSql, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await sql`delete from blob_copies where blob_key = any(${keys as string[]}::text[])`
}

const AT_ONCE = 10_000

export async function forgetVerified(sql: RawSql): Promise<void> {
  for (let gone = AT_ONCE; gone === AT_ONCE; )
    gone = (
      await sql`
        delete from blob_copies where blob_key = any(array(select blob_key from blob_copies limit ${AT_ONCE}))`
    ).count
}
