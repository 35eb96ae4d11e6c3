import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPools, type Pools } from '../../src/db/client'
import { migrate } from '../../src/db/migrate'
import { issueEnrollmentCode, registerTerminal } from '../../src/features/terminals'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { putOneOfEverything } from '../support/one-of-everything'
import { job, makeCtx, makeServices } from '../support/services'
import { OTHER_POSTGRES, startTcpPostgres, type TcpPostgres } from '../support/tcp-postgres'
import { openTerminalDoor } from '../support/terminal-door'

/** PSM_TEST_PG_BIN names another one. */
const WHY = OTHER_POSTGRES ?? 'skipped: no PostgreSQL below /usr/lib/postgresql'

describe.skipIf(OTHER_POSTGRES === undefined)(`a PostgreSQL that is not ours (${WHY})`, () => {
  let server: TcpPostgres
  let pools: Pools
  beforeAll(async () => {
    server = await startTcpPostgres(OTHER_POSTGRES)
    pools = openPools({ url: server.urlOf('psm_app', 'psm') }, 'psm-test')
  })
  afterAll(async () => {
    await pools?.end()
    await server?.stop()
  })

  it('is migrated, twice, and serves whatever there is, for a role without rights of its own', async () => {
    const owner = { url: server.urlOf('psm_owner', 'psm') }
    await migrate(owner, 'drizzle', 'psm_app')
    await migrate(owner, 'drizzle', 'psm_app')
    const database = { ...pools, app: { url: server.urlOf('psm_app', 'psm') }, owner }
    const services = await makeServices(database)
    const me = makeCtx(services, job())
    await putOneOfEverything(me)
    await registerTerminal(me, { serial: 'ELSEWHERE-1', platform: 'other' })
    const { enrollmentCode } = await issueEnrollmentCode(me, { serials: ['ELSEWHERE-1'] })
    const door = await openTerminalDoor(database, services)
    const memory = { serial: 'ELSEWHERE-1', platform: 'other', token: undefined } as const
    const terminal = new FakeTerminal(door.client, memory)
    await terminal.enroll(enrollmentCode)
    expect((await terminal.checkIn()).status).toBe(204)
    await door.close()
    await expect(pools.sql`delete from audit_entries`).rejects.toMatchObject({ code: '42501' })
  }, 60_000)
})
