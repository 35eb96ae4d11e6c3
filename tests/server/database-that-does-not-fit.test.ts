import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../../src/config'
import { createLogger } from '../../src/core/log'
import { prepareDatabase } from '../../src/server/backing'
import { startFailureText } from '../../src/server/start-failure'
import { startTcpPostgres, type TcpPostgres } from '../support/tcp-postgres'

const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-test-unfit-'))
let server: TcpPostgres
let other: TcpPostgres
beforeAll(async () => {
  server = await startTcpPostgres(undefined)
  other = await startTcpPostgres(undefined)
  for (const name of ['untouched', 'elsewhere', 'migrated']) await server.createDatabase(name)
  await server.admin.unsafe(
    `create database latin owner psm_owner template template0 encoding 'LATIN1' locale 'C'`,
  )
}, 60_000)
afterAll(async () => {
  await server?.stop()
  await other?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const silent = createLogger({ level: 'silent' })
const prepare = (env: Record<string, string>) =>
  prepareDatabase(readSettings({ STORAGE_DIR: folder, ...env }), 'server', silent)

/** What whoever started the server is told: a line, without a stack. */
async function saidAtStart(env: Record<string, string>): Promise<string> {
  const error = await prepare(env).then(
    () => new Error('It starts.'),
    (refusal: unknown) => refusal,
  )
  return startFailureText(error)
}

const app = (database: string, of = server) => of.urlOf('psm_app', database)
const owner = (database: string, of = server) => of.urlOf('psm_owner', database)

describe('a database that does not fit is refused in one line, before anything is made in it', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a role that may make nothing, and no owner named',
      () => ({ DATABASE_URL: app('untouched') }),
      /^The role psm_app may make nothing in the database untouched: .*DATABASE_OWNER_URL/,
    ],
    [
      'two databases of one server',
      () => ({ DATABASE_URL: app('elsewhere'), DATABASE_OWNER_URL: owner('untouched') }),
      /^DATABASE_OWNER_URL leads to the database untouched, DATABASE_URL to elsewhere: both must name/,
    ],
    [
      'databases of the same name of two servers',
      () => ({ DATABASE_URL: app('psm', other), DATABASE_OWNER_URL: owner('psm') }),
      /^DATABASE_OWNER_URL leads to the database psm, DATABASE_URL to psm of another server/,
    ],
    [
      'a way past the pooler to another database',
      () => ({
        DATABASE_URL: app('untouched'),
        DATABASE_OWNER_URL: owner('untouched'),
        DATABASE_DIRECT_URL: app('elsewhere'),
      }),
      /^DATABASE_DIRECT_URL leads to the database elsewhere, DATABASE_URL to untouched/,
    ],
    [
      'another encoding',
      () => ({ DATABASE_URL: app('latin'), DATABASE_OWNER_URL: owner('latin') }),
      /^The database latin has the encoding LATIN1: make one with ENCODING 'UTF8' TEMPLATE template0\.$/,
    ],
  ])('%s', async (_, env, said) => {
    expect(await saidAtStart(env())).toMatch(said)
    const [row] = await server.admin<{ count: number }[]>`
      select count(*)::int as count from pg_stat_user_tables where schemaname = 'drizzle'`
    expect(row?.count).toBe(0)
  })

  it('tables of another role are named with it', async () => {
    await prepare({ DATABASE_URL: app('migrated'), DATABASE_OWNER_URL: owner('migrated') })
    await server.admin.unsafe('grant create on database migrated to psm_app')
    expect(await saidAtStart({ DATABASE_URL: app('migrated') })).toMatch(
      /^The tables of the database migrated belong to the role psm_owner, and psm_app may not change them: name psm_owner by DATABASE_OWNER_URL\.$/,
    )
  }, 60_000)

  it('several hosts work with an owner as without', async () => {
    const twice = (url: string) => url.replace(/127\.0\.0\.1:\d+/, (place) => `${place},${place}`)
    await prepare({ DATABASE_URL: twice(app('migrated')), DATABASE_OWNER_URL: twice(owner('migrated')) })
  })
})

describe('STORAGE_DIR', () => {
  it('that is a file is named as one', async () => {
    const file = path.join(folder, 'a-file')
    writeFileSync(file, '')
    for (const STORAGE_DIR of [file, path.join(file, 'below')])
      expect(await saidAtStart({ STORAGE_DIR })).toBe(`Settings: STORAGE_DIR: ${STORAGE_DIR} is not a folder`)
  })
})
