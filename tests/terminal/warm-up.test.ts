import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openPools } from '../../src/db/client'
import { issueEnrollmentCode } from '../../src/features/terminals/service/codes'
import { registerTerminal } from '../../src/features/terminals/service/register'
import { WarmUp } from '../../src/terminal/warm-up'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()

/** Fills as it is told to: false fails. */
function warmUpOf(outcomes: boolean[]) {
  const failures: [message: string, retryMs: number][] = []
  let fills = 0
  const warmUp = new WarmUp({
    async fill() {
      fills++
      await wait(1)
      if (outcomes.shift() === false) throw new Error('canceling statement due to statement timeout')
    },
    failed: (error, retryMs) => failures.push([(error as Error).message, retryMs]),
    pauseMs: (failed) => failed * 5,
  })
  return { warmUp, failures, fills: () => fills }
}

describe('filling the directory', () => {
  it('is tried again until it succeeds, after longer and longer pauses', async () => {
    const { warmUp, failures, fills } = warmUpOf([false, false, false, true])
    await warmUp.request()
    expect(fills()).toBe(4)
    expect(failures).toEqual([5, 10, 15].map((ms) => ['canceling statement due to statement timeout', ms]))
  })

  it('is done once more for all who ask while it is done, as they may have changed what was read', async () => {
    const { warmUp, fills } = warmUpOf([true, true])
    await Promise.all([warmUp.request(), warmUp.request(), warmUp.request()])
    expect(fills()).toBe(2)
    await warmUp.request()
    expect(fills()).toBe(3)
  })

  it('ends with the server, in the midst of a pause', async () => {
    const parts = { fill: () => Promise.reject(new Error('away')), pauseMs: () => 3_600_000 }
    let failed = () => {}
    const hasFailed = new Promise<void>((resolve) => {
      failed = resolve
    })
    const warmUp = new WarmUp({ ...parts, failed })
    const asked = warmUp.request()
    await hasFailed
    warmUp.stop()
    await asked
  })

  it('succeeds at a door whose database did not answer at first', async () => {
    const services = await makeServices(database)
    const me = makeCtx(services, operator())
    const owner = openPools(database.owner, 'psm-test-owner')
    const first = await openTerminalDoor(database, services)
    const serial = 'WARM-1'
    await registerTerminal(me, { serial, platform: 'other' })
    const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [serial] })
    const terminal = new FakeTerminal(first.client, { serial, platform: 'other', token: undefined })
    await terminal.enroll(enrollmentCode)
    expect((await terminal.checkIn()).status).toBe(204)
    const fresh = await openTerminalDoor(database, services)
    expect(fresh.door.gauges().terminals).toBe(1)
    await fresh.close()

    await owner.sql`revoke select on credentials from psm_app`
    let opened = false
    const opening = openTerminalDoor(database, services).then((door) => {
      opened = true
      return door
    })
    await wait(300)
    expect(opened).toBe(false)
    await owner.sql`grant select on credentials to psm_app`
    const second = await opening
    expect(second.door.gauges().terminals).toBe(1)
    await Promise.all([first.close(), second.close(), owner.end()])
  })
})
