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
const { superuser } = inject('testServer')
const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-test-migrations-'))
const server = connectAs(superuser, 'postgres')
let pools: Pools | undefined
afterAll(async () => {
  await pools?.end()
  await server.unsafe(`drop database if exists ${NAME} with (force)`)
  await server.end()
  rmSync(folder, { recursive: true, force: true })
})

/** The migrations as they were before the chain. */
function cutMigrations(): void {
  cpSync('drizzle', folder, { recursive: true })
  const file = path.join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { tag: string }[] }
  const entries = journal.entries.filter(({ tag }) => tag < '0028')
  writeFileSync(file, JSON.stringify({ ...journal, entries }))
}

it('chains the entries of before, whatever gaps their numbers have, and goes on from there', async () => {
  cutMigrations()
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
