import { afterEach, expect, it } from 'vitest'
import { connect, type RawSql } from '../../src/db/client'
import { type AwaitedLock, MIGRATION_LOCK, takeMigrationLock } from '../../src/db/migration-lock'
import { useTestDatabase } from '../support/postgres'

const db = useTestDatabase()
const open: RawSql[] = []
const session = (applicationName: string) => {
  const sql = connect(db.owner, { max: 1, applicationName })
  open.push(sql)
  return sql
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((sql) => sql.end()))
})

async function heldBy(program: string): Promise<{ holder: RawSql; pid: number }> {
  const holder = session(program)
  const [row] = await holder<{ pid: number }[]>`
    select pg_backend_pid() as pid, pg_advisory_lock(${MIGRATION_LOCK})`
  return { holder, pid: row?.pid ?? 0 }
}

it('names the process that it waits for, and goes on when that is done', async () => {
  const { holder, pid } = await heldBy('psm-slow')
  const told: AwaitedLock[] = []
  let released: Promise<unknown> | undefined
  const tell = (lock: AwaitedLock) => {
    told.push(lock)
    released ??= holder.end()
  }
  await takeMigrationLock(session('psm-waits'), tell, { tellMs: 0, giveUpMs: 60_000, everyMs: 5 })
  expect(told[0]).toMatchObject({ pid, program: 'psm-slow' })
  await released
})

it('gives up after its time with what to do', async () => {
  const { pid } = await heldBy('psm-for-ever')
  const waiting = takeMigrationLock(session('psm-waits'), undefined, { tellMs: 0, giveUpMs: 0, everyMs: 5 })
  await expect(waiting).rejects.toMatchObject({
    code: 'migration_lock_held',
    message: expect.stringMatching(new RegExp(`process ${pid} of PostgreSQL \\(psm-for-ever, .*terminate`)),
  })
})
