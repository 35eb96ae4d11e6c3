import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { databaseFailure } from '../../src/core/database-failure'
import { connect, type RawSql } from '../../src/db/client'
import { Line } from '../../src/tools/torture/faults/line'
import { useTestDatabase } from '../support/postgres'

const LARGE = 'x'.repeat(200_000)

/** What becomes of statements when the line to the database is bad; how it is bad is told by each test. */
describe('the line to the database', () => {
  const database = useTestDatabase()
  const open: { line: Line; sql: RawSql }[] = []

  afterEach(async () => {
    for (const { line, sql } of open.splice(0)) {
      await sql.end({ timeout: 1 })
      await line.close()
    }
  })

  async function lineTo(statementTimeoutMs: number) {
    const { app } = database
    const target = new URL('url' in app ? app.url : 'postgres://127.0.0.1')
    const line = await Line.to(
      'url' in app ? { host: target.hostname, port: Number(target.port || 5432) } : { path: app.socketPath },
    )
    if (!('url' in app)) {
      target.username = app.user
      target.pathname = app.database
    }
    target.hostname = '127.0.0.1'
    target.port = String(line.port)
    const sql = connect(
      { url: target.href, tls: 'disable' },
      { max: 4, applicationName: 'psm-test', statementTimeoutMs },
    )
    open.push({ line, sql })
    return { line, sql }
  }

  it('costs what was on its way when it breaks, again and again, and nothing that comes after', async () => {
    const { line, sql } = await lineTo(30_000)
    for (let round = 0; round < 8; round++) {
      const asked = Array.from({ length: 40 }, () => sql`select length(${LARGE}) as length`)
      const settled = Promise.allSettled(asked)
      await wait(round)
      line.turn({ is: 'cut' })
      for (const one of await settled)
        if (one.status === 'rejected')
          expect(databaseFailure(one.reason)).toMatchObject({ code: 'database_unreachable' })
      line.turn({ is: 'whole' })
    }
    const answers = await Promise.all(Array.from({ length: 8 }, () => sql`select 1 as one`))
    expect(answers.flat()).toEqual(Array(8).fill({ one: 1 }))
  })

  it('refuses within a second or so what is asked while nobody is there', async () => {
    const { line, sql } = await lineTo(30_000)
    await sql`select 1`
    line.turn({ is: 'cut' })
    await wait(3_000)
    const startedAt = performance.now()
    const refused = await sql`select 1`.catch((error: unknown) => databaseFailure(error))
    expect(refused).toMatchObject({ code: 'database_unreachable' })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('is hung up where it fell silent, soon after the time of a statement is over', async () => {
    const { line, sql } = await lineTo(200)
    await sql`select 1`
    line.turn({ is: 'silent' })
    const refused = await sql`select 1`.catch((error: unknown) => databaseFailure(error))
    expect(refused).toMatchObject({ code: 'database_unreachable' })
    line.turn({ is: 'whole' })
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  })

  it('says so where the disk of the database is full', () => {
    const error = Object.assign(new Error('could not extend file'), { name: 'PostgresError', code: '53100' })
    expect(databaseFailure(new Error('Failed query', { cause: error }))).toMatchObject({
      code: 'database_full',
      details: { retryAfterSeconds: 60 },
    })
  })

  it('is not taken for a missing file', () => {
    const missing = Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' })
    expect(databaseFailure(missing)).toBeUndefined()
  })
})
