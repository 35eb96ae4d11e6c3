import { connect, type RawSql } from '../../src/db/client'
import type { EmbeddedPostgres } from '../../src/db/embedded'

/**
 * The same ground for every slice: no slips in the database, and a checkpoint just taken, so that none falls into one
 * slice and not into the next.
 */
export class Ground {
  readonly #sql: RawSql

  constructor(server: EmbeddedPostgres) {
    this.#sql = connect(
      { ...server.owner, user: 'postgres' },
      { max: 1, applicationName: 'psm-bench-ground' },
    )
  }

  /** Every terminal has a TID and a MID, as slips are compared with them. */
  async giveTids(): Promise<void> {
    await this.#sql`
      insert into terminal_tids (terminal_id, tid, mid)
      select id, lpad((row_number() over ())::text, 8, '0'), lpad((row_number() over ())::text, 15, '0') from terminals`
    await this.#sql`vacuum analyze`
  }

  async clear(): Promise<void> {
    const days = await this.#sql<{ name: string }[]>`
      select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'eslips'::regclass`
    for (const { name } of days) await this.#sql`drop table ${this.#sql(name)}`
    await this.#sql`truncate eslip_identities`
    await this
      .#sql`select psm_ensure_eslip_day((now() at time zone 'UTC')::date + i) from generate_series(-1, 1) i`
    await this.checkpoint()
  }

  async checkpoint(): Promise<void> {
    await this.#sql`checkpoint`
  }

  /** Slips of today and yesterday: what comes in, and nothing that is archived meanwhile. */
  async count(): Promise<number> {
    const [row] = await this.#sql<{ slips: number }[]>`
      select count(*)::int as slips from eslips
      where filed_at >= date_trunc('day', now(), 'UTC') - interval '1 day'`
    return row?.slips ?? 0
  }

  end(): Promise<void> {
    return this.#sql.end()
  }
}
