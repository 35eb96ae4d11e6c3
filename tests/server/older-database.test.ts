import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings, type Settings } from '../../src/config'
import { createLogger } from '../../src/core/log'
import { connect } from '../../src/db/client'
import { startEmbeddedPostgres } from '../../src/db/embedded'
import { migrate } from '../../src/db/migrate'
import { prepareDatabase } from '../../src/server/backing'
import { startTcpPostgres, type TcpPostgres } from '../support/tcp-postgres'

const silent = createLogger({ level: 'silent' })
const root = mkdtempSync(path.join(os.tmpdir(), 'psm-test-older-'))
/** The migrations of the version before. */
const older = path.join(root, 'drizzle')
let server: TcpPostgres

beforeAll(async () => {
  cpSync('drizzle', older, { recursive: true })
  const file = path.join(older, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: object[] }
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, -1) }))
  server = await startTcpPostgres(undefined)
})
afterAll(async () => {
  await server?.stop()
  rmSync(root, { recursive: true, force: true })
})

const OLDER = {
  code: 'database_of_older_version',
  message: expect.stringMatching(
    /1 migrations .* are missing.*backup before an upgrade.*Nothing was changed/,
  ),
}

async function migrationsOf(url: string): Promise<number> {
  const sql = connect({ url }, { max: 1, applicationName: 'psm-test' })
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from drizzle.__drizzle_migrations`
  await sql.end()
  return row?.count ?? 0
}

describe('the command line of a newer version', { timeout: 60_000 }, () => {
  let settings: Settings
  let owner: string

  beforeAll(async () => {
    await server.createDatabase('older')
    owner = server.urlOf('psm_owner', 'older')
    settings = readSettings({
      STORAGE_DIR: path.join(root, 'external'),
      DATABASE_URL: server.urlOf('psm_app', 'older'),
      DATABASE_OWNER_URL: owner,
    })
  })

  it('makes the tables where there are none: the first operator can be made before the first start', async () => {
    await server.createDatabase('fresh')
    const fresh = {
      STORAGE_DIR: path.join(root, 'fresh'),
      DATABASE_URL: server.urlOf('psm_app', 'fresh'),
      DATABASE_OWNER_URL: server.urlOf('psm_owner', 'fresh'),
    }
    for (const _ of ['first', 'again'])
      await (await prepareDatabase(readSettings(fresh), 'cli', silent)).stop()
    expect(await migrationsOf(fresh.DATABASE_OWNER_URL)).toBeGreaterThan(30)
  })

  it('leaves the database of a running older server as it is, and says what to call instead', async () => {
    await migrate({ url: owner }, older, 'psm_app')
    const before = await migrationsOf(owner)
    await expect(prepareDatabase(settings, 'cli', silent)).rejects.toMatchObject(OLDER)
    expect(await migrationsOf(owner)).toBe(before)
    // Its server migrates, and then the command line works.
    await (await prepareDatabase(settings, 'server', silent)).stop()
    expect(await migrationsOf(owner)).toBe(before + 1)
    await (await prepareDatabase(settings, 'cli', silent)).stop()
  })

  it('does so with the embedded one, while the older server runs and when it is stopped', async () => {
    const storage = path.join(root, 'embedded')
    const embedded = readSettings({ STORAGE_DIR: storage })
    const directory = path.join(storage, 'db')
    const running = await startEmbeddedPostgres({ directory, role: 'server', durability: 'off' })
    await migrate(running.owner, older, running.app.user)
    await expect(prepareDatabase(embedded, 'cli', silent)).rejects.toMatchObject(OLDER)
    await running.stop()
    await expect(prepareDatabase(embedded, 'cli', silent)).rejects.toMatchObject(OLDER)
    // Nothing of it is left running.
    await (await prepareDatabase(embedded, 'server', silent)).stop()
  })
})
