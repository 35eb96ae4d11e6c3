import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../../src/config'
import { ChangeFeed } from '../../src/core/change-feed'
import { createLogger } from '../../src/core/log'
import { connect, openPools } from '../../src/db/client'
import { runPrepared } from '../../src/db/prepared'
import { issueEnrollmentCode, registerTerminal } from '../../src/features/terminals'
import { prepareDatabase } from '../../src/server/backing'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { putOneOfEverything } from '../support/one-of-everything'
import { missingForPooler, type Pooler, startPooler } from '../support/pgbouncer'
import { job, makeCtx, makeServices } from '../support/services'
import { startTcpPostgres, type TcpPostgres } from '../support/tcp-postgres'
import { openTerminalDoor } from '../support/terminal-door'

const missing = missingForPooler()

describe.skipIf(missing !== undefined)(`PgBouncer in transaction mode (${missing ?? 'installed'})`, () => {
  const storage = mkdtempSync(path.join(os.tmpdir(), 'psm-test-pooled-'))
  let server: TcpPostgres
  let pooler: Pooler
  beforeAll(async () => {
    server = await startTcpPostgres(undefined)
    pooler = await startPooler(server.port)
  }, 60_000)
  afterAll(async () => {
    await pooler?.stop()
    await server?.stop()
    rmSync(storage, { recursive: true, force: true })
  })

  const warnings: string[] = []
  const log = createLogger({ level: 'warn', stream: { write: (line) => warnings.push(line) } })
  const prepare = (env: Record<string, string>) => {
    warnings.length = 0
    return prepareDatabase(readSettings({ STORAGE_DIR: storage, ...env }), 'server', log)
  }
  const pooled = () => pooler.urlOf('psm_app', 'psm')
  const direct = () => server.urlOf('psm_app', 'psm')
  const owner = () => server.urlOf('psm_owner', 'psm')

  it('is refused where no setting leads past it, or the one that should does not', async () => {
    await expect(prepare({ DATABASE_URL: pooled(), DATABASE_OWNER_URL: owner() })).rejects.toThrow(
      /^DATABASE_URL leads through a pooler such as PgBouncer: name the database itself, past it, in DATABASE_DIRECT_URL/,
    )
    await expect(
      prepare({ DATABASE_URL: direct(), DATABASE_OWNER_URL: owner(), DATABASE_DIRECT_URL: pooled() }),
    ).rejects.toThrow(/^DATABASE_DIRECT_URL leads through a pooler/)
    await expect(
      prepare({
        DATABASE_URL: pooled(),
        DATABASE_OWNER_URL: pooler.urlOf('psm_owner', 'psm'),
        DATABASE_DIRECT_URL: direct(),
      }),
    ).rejects.toThrow(/^DATABASE_OWNER_URL leads through a pooler/)
  })

  it('serves whatever there is, past which it is migrated and listened to', async () => {
    const env = { DATABASE_URL: pooled(), DATABASE_OWNER_URL: owner(), DATABASE_DIRECT_URL: direct() }
    const target = await prepare(env)
    expect(warnings.map((line) => JSON.parse(line))).toMatchObject([
      {
        event: 'database_without_statement_timeout',
        advice: expect.stringContaining('ALTER ROLE psm_app SET'),
      },
    ])
    const pools = openPools(target.app, 'psm-test')
    const listenSql = connect(target.direct, { max: 1, applicationName: 'psm-test-listen' })
    const database = { ...pools, app: target.app, owner: target.owner }
    const services = await makeServices(database)
    const topics: string[] = []
    const feed = new ChangeFeed({
      sql: pools.sql,
      listenSql,
      log,
      // Only what is notified is read in time.
      pollMs: 600_000,
      onChanges: (rows) => topics.push(...rows.map(({ topic }) => topic)),
    })
    await feed.start()
    const me = makeCtx(services, job())
    await putOneOfEverything(me)
    await registerTerminal(me, { serial: 'POOLED-1', platform: 'other' })
    const { enrollmentCode } = await issueEnrollmentCode(me, { serials: ['POOLED-1'] })
    const door = await openTerminalDoor(database, services)
    const terminal = new FakeTerminal(door.client, {
      serial: 'POOLED-1',
      platform: 'other',
      token: undefined,
    })
    await terminal.enroll(enrollmentCode)
    expect((await terminal.checkIn()).status).toBe(204)
    // More at once than there are connections: each statement meets one that it was not prepared on.
    const found = await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        runPrepared<{ sum: number }>(pools.sql, sql`select ${at}::int + ${at % 7}::int as sum`),
      ),
    )
    expect(found.map(([row]) => row?.sum)).toEqual(Array.from({ length: 60 }, (_, at) => at + (at % 7)))
    await expect.poll(() => topics).toContain('terminal')
    await feed.stop()
    await door.close()
    await listenSql.end()
    await pools.end()
  }, 60_000)

  it('leaves no lock behind: the next server starts, and says nothing where the role has its limit', async () => {
    await server.admin.unsafe(`alter role psm_app set statement_timeout = '30s'`)
    await pooler.stop()
    pooler = await startPooler(server.port)
    const env = { DATABASE_URL: pooled(), DATABASE_OWNER_URL: owner(), DATABASE_DIRECT_URL: direct() }
    await prepare(env)
    expect(warnings).toEqual([])
    const locks = await server.admin`select 1 from pg_locks where locktype = 'advisory'`
    expect(locks).toEqual([])
  })

  it('answers every statement, however many wait for a connection', async () => {
    const pools = openPools({ url: pooled(), isPooled: true }, 'psm-test')
    for (let round = 0; round < 4; round++) {
      const asked = Array.from({ length: 60 }, (_, at) => [
        pools.db.execute(sql`select ${at}::int as x`),
        pools.sql`select ${at}::int as x, ${'a'}::text as y`,
        pools.sql`select 1 as x`,
        pools.sql.begin(async (tx) => await Promise.all([tx`select ${at}::int as x`, tx`select 2 as x`])),
        pools.db.transaction(async (tx) => await tx.execute(sql`select ${at}::int as x`)),
      ])
      await Promise.all(asked.flat())
    }
    await pools.end()
  }, 20_000)

  it('needs no owner of its own where one role does everything', async () => {
    await server.createDatabase('alone')
    const target = await prepare({
      DATABASE_URL: pooler.urlOf('psm_owner', 'alone'),
      DATABASE_DIRECT_URL: server.urlOf('psm_owner', 'alone'),
    })
    const direct = connect(target.direct, { max: 1, applicationName: 'psm-test' })
    expect(await direct`select count(*)::int as count from terminals`).toEqual([{ count: 0 }])
    await direct.end()
  }, 60_000)
})
