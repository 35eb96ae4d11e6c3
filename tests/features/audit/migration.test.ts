import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { openPools, type Pools } from '../../../src/db/client'
import { migrate } from '../../../src/db/migrate'
import { verifyAudit } from '../../../src/features/audit/verify'
import { createGroup } from '../../../src/features/terminals/service/places'
import { connectAs, targetOf } from '../../support/global-setup'
import type { TestDatabase } from '../../support/postgres'
import { makeCtx, makeServices, operator } from '../../support/services'

const NAME = 'psm_test_before_the_chain'
const OTHER_NAME = 'psm_test_before_the_guard'
const { superuser } = inject('testServer')
const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-test-migrations-'))
const server = connectAs(superuser, 'postgres')
let pools: Pools | undefined
afterAll(async () => {
  await pools?.end()
  for (const name of [NAME, OTHER_NAME]) await server.unsafe(`drop database if exists ${name} with (force)`)
  await server.end()
  rmSync(folder, { recursive: true, force: true })
})

/** The migrations as they were before one of them. */
function cutMigrations(before: string): void {
  cpSync('drizzle', folder, { recursive: true })
  const file = path.join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { tag: string }[] }
  const entries = journal.entries.filter(({ tag }) => tag < before)
  writeFileSync(file, JSON.stringify({ ...journal, entries }))
}

it('chains the entries of before, whatever gaps their numbers have, and goes on from there', async () => {
  cutMigrations('0028')
  await server.unsafe(`create database ${NAME} owner psm_owner`)
  const owner = targetOf(superuser, NAME, 'psm_owner')
  const app = targetOf(superuser, NAME, 'psm_app')
  await migrate(owner, folder, undefined)
  pools = openPools(owner, 'psm-test')
  const { sql } = pools
  const append = (count: number) => sql`
    select psm_append((select jsonb_agg(jsonb_build_object('actor_kind', 'job', 'actor_name', 'Крон', 'action', 'a.b',
      'subject_kind', 's', 'subject_id', n::text, 'subject_label', 'x', 'changes', '{}'::jsonb, 'request_id', 'r'))
      from generate_series(1, ${count}::int) n), '[]')`
  await append(300)
  await sql`select nextval('audit_entries_seq_seq')`
  await append(2)
  await migrate(owner, 'drizzle', 'psm_app')
  const services = await makeServices({ ...pools, app, owner } as TestDatabase)
  await createGroup(makeCtx(services, operator('admin')), { name: 'after' })
  expect(await verifyAudit(makeCtx(services, operator('auditor')), {})).toMatchObject({
    checkedInAll: 303,
    problem: null,
    head: { seq: 304, count: 303 },
  })
})

it('takes times as they are that went backwards before anybody wrote that down, and later ones not', async () => {
  await pools?.end()
  cutMigrations('0036')
  await server.unsafe(`create database ${OTHER_NAME} owner psm_owner`)
  const owner = targetOf(superuser, OTHER_NAME, 'psm_owner')
  const app = targetOf(superuser, OTHER_NAME, 'psm_app')
  await migrate(owner, folder, undefined)
  pools = openPools(owner, 'psm-test')
  const { sql } = pools
  const forge = (time: string) =>
    sql.unsafe(`alter table audit_entries disable trigger user;
    insert into audit_entries overriding system value select (jsonb_populate_record(e, jsonb_build_object('seq', seq + 1,
      'at', ${time}, 'prev_hash', hash))).* from audit_entries e order by seq desc limit 1;
    update audit_entries e set hash = psm_audit_hash(e) where seq = (select max(seq) from audit_entries);
    update audit_head h set seq = e.seq, count = e.seq, hash = e.hash
      from (select * from audit_entries order by seq desc limit 1) e;
    alter table audit_entries enable trigger user`)
  await sql`select psm_append('[{"actor_kind": "job", "actor_name": "x", "action": "a.b", "subject_kind": "s", "subject_id": "1",
    "subject_label": "x", "changes": {}, "request_id": "r"}]'::jsonb, '[]')`
  await forge(`at - interval '1 hour'`)
  await forge(`at + interval '1 second'`)
  await migrate(owner, 'drizzle', 'psm_app')
  const auditor = makeCtx(await makeServices({ ...pools, app, owner } as TestDatabase), operator('auditor'))
  expect(await verifyAudit(auditor, {})).toMatchObject({ checkedInAll: 3, problem: null })
  await forge(`at - interval '1 second'`)
  expect((await verifyAudit(auditor, {})).problem).toEqual({ seq: 4, problem: 'time_backwards', after: 3 })
})
