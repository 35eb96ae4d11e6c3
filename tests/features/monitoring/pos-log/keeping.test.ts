import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { connect } from '../../../../src/db/client'
import { posLogJobs } from '../../../../src/features/monitoring/pos-log/jobs'
import { statusJobs } from '../../../../src/features/monitoring/status/jobs'
import { useTestDatabase } from '../../../support/postgres'
import { job, jobRun, makeCtx, makeServices } from '../../../support/services'
import { putEntries } from './entries'

const database = useTestDatabase()
const DAY_MS = 86_400_000
let ctx: Ctx
beforeAll(async () => {
  ctx = makeCtx(
    await makeServices(database, { env: { POS_LOG_DAYS: '7', STATUS_HISTORY_DAYS: '100' } }),
    job(),
  )
})

const run = async (jobs: typeof posLogJobs, name: string) =>
  jobs.find((one) => one.name === name)?.run(ctx, jobRun())
const partitionsOf = async (parent: string) =>
  (
    await database.sql<{ name: string }[]>`
      select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ${parent}::regclass order by 1`
  ).map(({ name }) => name)
const dayName = (ago: number) =>
  `pos_log_y${new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10).replace('-', 'm').replace('-', 'd')}`

describe('the days of the POS log', () => {
  it('are made ahead, and go whole once every request of them is older than the settings say', async () => {
    const terminalId = newId()
    await putEntries(
      database.sql,
      [0, 6, 7, 8, 20].map((ago) => ({ terminalId, atMs: Date.now() - ago * DAY_MS })),
    )
    await database.sql`insert into pos_log_gaps (from_at, to_at, dropped)
      select now() - d * interval '1 day', now() - d * interval '1 day', 1 from unnest(array[1, 8]) d`
    expect(await run(posLogJobs, 'pos-log-partitions')).toEqual({ made: 3, dropped: 2 })
    expect(await partitionsOf('pos_log')).toEqual([7, 6, 0, -1, -2, -3].map(dayName))
    expect((await database.sql`select count(*)::int as n from pos_log`)[0]?.n).toBe(3)
    expect((await database.sql`select count(*)::int as n from pos_log_gaps`)[0]?.n).toBe(1)
    expect(await run(posLogJobs, 'pos-log-partitions')).toEqual({ made: 0, dropped: 0 })
  })

  it('are never dropped by what is younger, whoever asks', async () => {
    await expect(database.sql`select psm_drop_old_partition('pos_log', 0)`).rejects.toThrow('may be dropped')
    await expect(database.sql`select psm_drop_old_partition('eslips', 10)`).rejects.toThrow('may be dropped')
    await expect(database.sql`select psm_ensure_pos_log_day('2020-01-01')`).rejects.toThrow('has no day')
  })
})

describe('the history of statuses', () => {
  it('goes by whole months once they are older than the settings say', async () => {
    const owner = connect(database.owner, { max: 1, applicationName: 'psm-test-months' })
    await owner`create table status_history_y2020m01 partition of status_history
      for values from ('2020-01-01T00:00:00Z') to ('2020-02-01T00:00:00Z')`
    await owner.end()
    expect(await run(statusJobs, 'status-partitions')).toEqual({ made: 0, dropped: 1 })
    expect(await partitionsOf('status_history')).not.toContain('status_history_y2020m01')
    expect((await partitionsOf('status_history')).length).toBeGreaterThan(1)
  })
})

describe('an entry of the POS log', () => {
  it('is kept however many bytes its terminal announced', async () => {
    const terminalId = newId()
    await putEntries(database.sql, [
      { terminalId, requestBytes: 2 ** 64, status: 413, code: 'body_too_large' },
    ])
    const [row] = await database.sql`
      select request_bytes::float8 as bytes from pos_log where terminal_id = ${terminalId}`
    expect(row?.bytes).toBe(Number.MAX_SAFE_INTEGER)
  })
})
