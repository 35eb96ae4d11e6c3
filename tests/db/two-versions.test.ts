import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type RawSql } from '../../src/db/client'
import { migrate } from '../../src/db/migrate'
import { useTestDatabase } from '../support/postgres'

/** A version after this one: it knows a table that is only ever added to, and gives the application a right that it has not now. */
const NEXT_VERSION = `
  create table later_entries (seq bigint primary key);
  grant select, insert on later_entries to psm_app;
  grant insert on eslip_archives to psm_app;`

describe('an older version that starts on the database of a newer one', () => {
  const database = useTestDatabase()
  const newer = mkdtempSync(path.join(os.tmpdir(), 'psm-test-newer-'))
  let owner: RawSql

  beforeAll(async () => {
    cpSync('drizzle', newer, { recursive: true })
    const journalFile = path.join(newer, 'meta/_journal.json')
    const journal = JSON.parse(readFileSync(journalFile, 'utf8')) as { entries: { when: number }[] }
    const when = Math.max(...journal.entries.map((one) => one.when)) + 1
    const entry = { ...journal.entries.at(-1), idx: journal.entries.length, when, tag: '9999_later' }
    writeFileSync(journalFile, JSON.stringify({ ...journal, entries: [...journal.entries, entry] }))
    writeFileSync(path.join(newer, '9999_later.sql'), NEXT_VERSION)
    owner = connect(database.owner, { max: 1, applicationName: 'psm-test' })
  })
  afterAll(async () => {
    await owner.end()
    rmSync(newer, { recursive: true, force: true })
  })

  const rights = async () =>
    (
      await owner<{ table: string; right: string }[]>`
        select table_name as table, privilege_type as right from information_schema.role_table_grants
        where grantee = 'psm_app' order by 1, 2`
    ).map(({ table, right }) => `${table} ${right}`)

  it('leaves rights as that one has them: gives none back, takes none away', async () => {
    expect(await migrate(database.owner, newer, 'psm_app')).toEqual({ isNewer: false })
    // What the newer version does at its start beyond what this one would.
    await owner.unsafe(
      'revoke update, delete on later_entries from psm_app; grant insert on eslip_archives to psm_app',
    )
    const before = await rights()
    expect(before).toContain('eslip_archives INSERT')
    expect(before).not.toContain('later_entries DELETE')
    expect(await migrate(database.owner, 'drizzle', 'psm_app')).toEqual({ isNewer: true })
    expect(await rights()).toEqual(before)
  })

  it('sets them where it is the newest itself', async () => {
    await owner`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`
    expect(await migrate(database.owner, 'drizzle', 'psm_app')).toEqual({ isNewer: false })
    expect(await rights()).not.toContain('eslip_archives INSERT')
  })
})
