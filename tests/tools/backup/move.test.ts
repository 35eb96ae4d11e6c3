import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readSettings, type Settings } from '../../../src/config'
import type { Services } from '../../../src/core/context'
import { createLogger } from '../../../src/core/log'
import { connect, openPools } from '../../../src/db/client'
import { startEmbeddedPostgres } from '../../../src/db/embedded'
import { migrate } from '../../../src/db/migrate'
import { copyOut, sumRows } from '../../../src/db/transfer/copy'
import { loadDatabase } from '../../../src/db/transfer/load'
import type { RowSum } from '../../../src/db/transfer/row-digest'
import { withSnapshot } from '../../../src/db/transfer/snapshot'
import { settlePlace } from '../../../src/features/storage'
import { issueEnrollmentCode, registerTerminal } from '../../../src/features/terminals'
import { blobStores, prepareDatabase } from '../../../src/server/backing'
import { moveDatabase } from '../../../src/tools/psm/backup/move'
import { Progress } from '../../../src/tools/psm/backup/progress'
import { FakeTerminal } from '../../../src/tools/simulator/terminal'
import { putOneOfEverything } from '../../support/one-of-everything'
import type { TestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices } from '../../support/services'
import { OTHER_POSTGRES, startTcpPostgres, type TcpPostgres } from '../../support/tcp-postgres'
import { openTerminalDoor } from '../../support/terminal-door'

/** Of another version, where this machine has one. */
let other: TcpPostgres
let databases = 0
async function emptyDatabase() {
  const name = `moved_${++databases}`
  await other.createDatabase(name)
  return { app: { url: other.urlOf('psm_app', name) }, owner: { url: other.urlOf('psm_owner', name) } }
}
type EmptyDatabase = Awaited<ReturnType<typeof emptyDatabase>>
const storage = mkdtempSync(path.join(os.tmpdir(), 'psm-move-'))
afterAll(() => rmSync(storage, { recursive: true, force: true }))
const directory = path.join(storage, 'db')
const quiet = new Progress(() => {})
const silent = createLogger({ level: 'silent' })
let services: Services
let memory: ConstructorParameters<typeof FakeTerminal>[1]

/** Runs something on the embedded database, as its server would. */
async function onEmbedded<Result>(
  run: (database: TestDatabase) => Promise<Result>,
  role: 'server' | 'test' = 'test',
): Promise<Result> {
  const server = await startEmbeddedPostgres({ directory, role, durability: 'off' })
  const pools = openPools(server.app, 'psm-test')
  try {
    return await run({ ...pools, ...server })
  } finally {
    await pools.end()
    await server.stop()
  }
}

beforeAll(async () => {
  other = await startTcpPostgres(OTHER_POSTGRES)
  await onEmbedded(async (database) => {
    await migrate(database.owner, 'drizzle', 'psm_app')
    services = await makeServices(database)
    const me = makeCtx(services, job())
    await settlePlace(database.sql, blobStores(services.settings))
    await putOneOfEverything(me)
    await registerTerminal(me, { serial: 'MOVED-1', platform: 'other' })
    const { enrollmentCode } = await issueEnrollmentCode(me, { serials: ['MOVED-1'] })
    const door = await openTerminalDoor(database, services)
    const terminal = new FakeTerminal(door.client, { serial: 'MOVED-1', platform: 'other', token: undefined })
    await terminal.enroll(enrollmentCode)
    memory = terminal.memory
    await door.close()
  })
})

const settingsFor = ({ app, owner }: EmptyDatabase): Settings =>
  readSettings({
    STORAGE_DIR: storage,
    DATABASE_URL: app.url,
    DATABASE_OWNER_URL: owner.url,
    SECOND_FACTOR_ROLES: 'none',
  })

const mark = path.join(directory, 'moved.json')
afterEach(() => rmSync(mark, { force: true }))

async function sumsOf(owner: TestDatabase['owner']): Promise<Record<string, RowSum>> {
  return withSnapshot(owner, async ({ sql, tables }) => {
    const sums: Record<string, RowSum> = {}
    for (const table of tables) sums[table.name] = await sumRows(sql, table)
    return sums
  })
}

afterAll(() => other?.stop())

describe('moving the embedded database', { timeout: 90_000 }, () => {
  it('takes every row, and terminals go on with their tokens where a server starts on the new one', async () => {
    const target = await emptyDatabase()
    const before = await onEmbedded(({ owner }) => sumsOf(owner))
    const settings = settingsFor(target)
    const moved = await moveDatabase(settings, quiet)
    expect(moved).toMatchObject({ wasThere: false, tables: Object.keys(before).length })
    const after = await sumsOf(target.owner)
    // The move itself is in the audit log.
    const { audit_entries: entries, audit_head: _, ...rest } = before
    expect(after).toMatchObject(rest)
    expect(after.audit_entries?.rows).toBe((entries?.rows ?? 0) + 1)
    const prepared = await prepareDatabase(settings, 'server', silent)
    const pools = openPools(prepared.app, 'psm-test')
    const there = { ...pools, ...target }
    const door = await openTerminalDoor(there, { ...services, ...pools })
    expect((await new FakeTerminal(door.client, memory).checkIn()).status).toBe(204)
    await registerTerminal(makeCtx({ ...services, ...pools }, job()), { serial: 'NEW-1', platform: 'other' })
    await expect(pools.sql`delete from audit_entries`).rejects.toMatchObject({ code: '42501' })
    await door.close()
    await pools.end()
  })

  it('is refused while the server runs on it', async () => {
    const target = await emptyDatabase()
    await onEmbedded(async () => {
      await expect(moveDatabase(settingsFor(target), quiet)).rejects.toMatchObject({
        code: 'server_runs',
        message: expect.stringContaining(String(process.pid)),
      })
    }, 'server')
  })

  it('begins anew where it was killed half-way, and finds what it had finished', async () => {
    const target = await emptyDatabase()
    const settings = settingsFor(target)
    const owner = connect(target.owner, { max: 1, applicationName: 'psm-test' })
    const done = new AbortController()
    const killing = (async () => {
      while (!done.signal.aborted)
        await owner`select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'psm-load' and query like 'copy%'`
    })()
    await expect(moveDatabase(settings, quiet)).rejects.toThrow()
    done.abort()
    await killing
    expect(await owner`select 1 from pg_class where relnamespace = 'public'::regnamespace`).toEqual([])
    await owner.end()
    // The old one is still the one in force.
    expect(existsSync(mark)).toBe(false)
    // As if it had died between the commit and the word of it.
    await onEmbedded((source) =>
      withSnapshot(source.owner, (snapshot) =>
        loadDatabase(target.owner, 'drizzle', {
          ...snapshot,
          open: (table) => copyOut(snapshot.sql, table),
          expected: () => undefined,
        }),
      ),
    )
    await expect(moveDatabase(settings, quiet)).resolves.toMatchObject({ wasThere: true })
  })

  it('is refused where another database is in the way', async () => {
    const target = await emptyDatabase()
    await migrate(target.owner, 'drizzle', 'psm_app')
    await expect(moveDatabase(settingsFor(target), quiet)).rejects.toMatchObject({
      code: 'database_not_empty',
      message: expect.stringMatching(/moved_\d+ is not empty/),
    })
  })

  it('says what to set where there is nowhere to go', async () => {
    await expect(moveDatabase(readSettings({ STORAGE_DIR: storage }), quiet)).rejects.toMatchObject({
      code: 'no_target',
      message: expect.stringMatching(/DATABASE_URL.*DATABASE_OWNER_URL/),
    })
  })

  it('tells where it went, without the password, and keeps a server from starting on the old one by mistake', async () => {
    const target = await emptyDatabase()
    await moveDatabase(settingsFor(target), quiet)
    expect(readFileSync(mark, 'utf8')).toContain('127.0.0.1')
    expect(readFileSync(mark, 'utf8')).not.toMatch(/psm_app|secret/)
    for (const again of [target, await emptyDatabase()])
      await expect(moveDatabase(settingsFor(again), quiet)).rejects.toMatchObject({
        code: 'moved_already',
        message: expect.stringMatching(/was moved already, to 127\.0\.0\.1\S+ at 20\d\d-.*moved\.json/),
      })
    const embedded = readSettings({ STORAGE_DIR: storage })
    await expect(prepareDatabase(embedded, 'server', silent)).rejects.toMatchObject({
      code: 'database_moved',
      message: expect.stringMatching(/set DATABASE_URL.*remove .*moved\.json/),
    })
    rmSync(mark)
    await (await prepareDatabase(embedded, 'server', silent)).stop()
  })
})
