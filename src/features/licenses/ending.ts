import { type SQL, sql } from 'drizzle-orm'

/** When: behind the first moment, and not behind the second. */
export interface Ending {
  /** Absent: from the beginning of time. */
  after?: Date
  until: Date
}

const ends = ({ after, until }: Ending): SQL => sql`l.state = 'current'
  and l.valid_until <= ${until.toISOString()}::timestamptz
  ${after === undefined ? sql`` : sql`and l.valid_until > ${after.toISOString()}::timestamptz`}`

/** Terminals (`terminal_id`) with a current licence that ends then, and when the first of them does (`ends_at`). */
export function endingLicences(when: Ending): SQL {
  return sql`select t.id as terminal_id, min(l.valid_until) as ends_at
    from licenses l join terminals t on t.serial = l.serial and t.platform = l.platform
    where ${ends(when)} group by t.id`
}

/** The same of one row `terminals`. */
export function hasEnding(when: Ending): SQL {
  return sql`exists (select from licenses l
    where l.serial = terminals.serial and l.platform = terminals.platform and ${ends(when)})`
}
