import { type SQL, sql } from 'drizzle-orm'

/** A UUID version 7 of this moment, a new one for every row: for rows that the database makes out of others. */
export function newIdInSql(now: Date): SQL {
  return sql`(lpad(to_hex(${now.getTime()}::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`
}
