import { afterAll, beforeAll } from 'vitest'
import { connect, type RawSql } from '../../../src/db/client'
import type { TestDatabase } from '../../support/postgres'

/** What somebody who owns the database may do to the audit log: no grant and no trigger stops them. */
export function useTampering(database: TestDatabase) {
  const connection: { owner?: RawSql } = {}
  const owner = () => connection.owner as RawSql
  beforeAll(() => {
    connection.owner = connect(database.owner, { max: 1, applicationName: 'psm-test-audit' })
  })
  afterAll(() => connection.owner?.end())

  const seqs = async () =>
    (await database.sql<{ seq: number }[]>`select seq::float8 as seq from audit_entries order by seq`).map(
      (row) => row.seq,
    )
  /** Entries that come in as they should. */
  const append = (count: number, label = 'x') => database.sql`
    select psm_append((select jsonb_agg(jsonb_build_object('actor_kind', 'job', 'actor_name', 'test', 'action', 'a.b',
      'subject_kind', 's', 'subject_id', n::text, 'subject_label', ${label}::text, 'changes', '{"слово": {"before": null, "after": 1.50}}'::jsonb,
      'request_id', 'r', 'address', case when n % 2 = 0 then '::1' end)) from generate_series(1, ${count}::int) n), '[]')`

  return {
    owner,
    seqs,
    append,
    async tamper(statement: string): Promise<void> {
      await owner().unsafe(`alter table audit_entries disable trigger audit_entries_append_only;
        ${statement};
        alter table audit_entries enable trigger audit_entries_append_only`)
    },
    /** So many fresh rows in a chain that nobody has touched; their numbers. */
    async startAnew(count: number): Promise<number[]> {
      await owner().unsafe(`alter table audit_entries disable trigger user; alter table audit_head disable trigger user;
        truncate audit_entries; truncate audit_head;
        insert into audit_head (id, seq, count, hash) values (1, 0, 0, decode(repeat('00', 32), 'hex'));
        alter table audit_entries enable trigger user; alter table audit_head enable trigger user`)
      await append(count)
      return seqs()
    },
  }
}

/** An entry like another one, but for some fields. */
export const copyOf = (seq: number, more: string) =>
  `create temp table forged as select * from audit_entries where seq = ${seq}; update forged set ${more};
   insert into audit_entries overriding system value select * from forged; drop table forged`

/** Hashes entries anew, as the chain wants it. */
export const rehash = (where: string) => `update audit_entries e set hash = psm_audit_hash(e) where ${where}`

/** Makes the newest entry the end of the chain. */
export const moveHead = `update audit_head h set seq = e.seq, hash = e.hash, count = (select count(*) from audit_entries)
  from (select * from audit_entries order by seq desc limit 1) e`
