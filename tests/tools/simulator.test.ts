import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../src/core/context'
import { issueEnrollmentCode, registerTerminal } from '../../src/features/terminals'
import { ConnectionLost, TerminalClient } from '../../src/tools/simulator/client'
import { playFleet } from '../../src/tools/simulator/fleet'
import { StateFile } from '../../src/tools/simulator/state-file'
import { FakeTerminal, type Memory } from '../../src/tools/simulator/terminal'
import { NO_TROUBLES } from '../../src/tools/simulator/troubles'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()
const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-test-'))
let services: Services
let open: OpenDoor
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
})
afterAll(async () => {
  await open.close()
  rmSync(folder, { recursive: true, force: true })
})

const registered = async (serial: string): Promise<{ memory: Memory; enrollmentCode: string }> => {
  await registerTerminal(me, { serial, platform: 'other' })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [serial] })
  return { memory: { serial, platform: 'other', token: undefined }, enrollmentCode }
}

const enrolled = async (serial: string): Promise<FakeTerminal> => {
  const { memory, enrollmentCode } = await registered(serial)
  const terminal = new FakeTerminal(open.client, memory)
  await terminal.enroll(enrollmentCode)
  await terminal.checkIn()
  return terminal
}

const slipsOf = (serial: string) =>
  database.sql<{ identity: string }[]>`
    select e.identity from eslips e join terminals t on t.id = e.terminal_id where t.serial = ${serial}`

describe('a simulated terminal', () => {
  it('keeps a slip until it is answered, and sends the same again', async () => {
    const terminal = await enrolled('SIM-T1')
    const slip = terminal.slips.make(Date.now())
    await expect(terminal.handOverSlips({ cut: 'before-answer' })).rejects.toBeInstanceOf(ConnectionLost)
    expect(terminal.slips.counts).toMatchObject({ made: 1, waiting: 1, stored: 0 })
    expect(terminal.slips.batch()).toEqual([slip])
    expect(await terminal.handOverSlips()).toBe(200)
    expect(terminal.slips.counts.waiting).toBe(0)
    expect(await slipsOf('SIM-T1')).toHaveLength(1)
  })

  it('loses no slip when it is killed between making and handing over', async () => {
    const terminal = await enrolled('SIM-T2')
    for (let n = 0; n < 3; n++) terminal.slips.make(Date.now())
    const again = new FakeTerminal(open.client, JSON.parse(JSON.stringify(terminal.memory)))
    expect(again.slips.batch()).toEqual(terminal.slips.batch())
    await again.handOverSlips()
    expect(await slipsOf('SIM-T2')).toHaveLength(3)
    expect(again.slips.counts).toMatchObject({ made: 3, stored: 3, waiting: 0 })
  })

  it('hands over the trade of days in requests of 200 at most', async () => {
    const terminal = await enrolled('SIM-T3')
    terminal.slips.makeOfDays(3, 150, Date.now())
    const sizes: number[] = []
    for (let left = 450; left > 0; left = terminal.slips.counts.waiting) {
      await terminal.handOverSlips()
      sizes.push(left - terminal.slips.counts.waiting)
    }
    expect(sizes).toEqual([200, 200, 50])
    expect(await slipsOf('SIM-T3')).toHaveLength(450)
  })

  it('keeps and counts a slip that was rejected', async () => {
    const terminal = await enrolled('SIM-T4')
    terminal.slips.make(Date.now()).amount = -1
    await terminal.handOverSlips()
    expect(terminal.slips.counts).toMatchObject({ rejected: 1, waiting: 0, stored: 0 })
    expect(terminal.memory.slips?.rejected).toMatchObject([{ code: 'slip_invalid', slip: { amount: -1 } }])
  })

  it('keeps its slips where the server refuses the whole request', async () => {
    const { memory } = await registered('SIM-T5')
    const stranger = new FakeTerminal(open.client, { ...memory, token: 'pst_unknown' })
    stranger.slips.make(Date.now())
    expect(await stranger.handOverSlips()).toBe(401)
    expect(stranger.slips.counts).toMatchObject({ waiting: 1, rejected: 0 })
  })

  it('may hand over a slip twice by mistake, which is known', async () => {
    const terminal = await enrolled('SIM-T6')
    terminal.slips.make(Date.now())
    await terminal.handOverSlips()
    terminal.slips.make(Date.now())
    await terminal.handOverSlips({ again: true })
    expect(terminal.slips.counts).toMatchObject({ stored: 2, duplicate: 1, waiting: 0 })
    expect(await slipsOf('SIM-T6')).toHaveLength(2)
  })
})

describe('a terminal that is told to come again later', () => {
  it('remembers for how long until it is answered', async () => {
    const answers = [{ status: 503, head: { 'Retry-After': '7' } }, { status: 204 }]
    const server = createServer((_, res) => {
      const { status = 500, head = {} } = answers.shift() ?? {}
      res.writeHead(status, head).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const client = new TerminalClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const terminal = new FakeTerminal(client, { serial: 'SIM-R1', platform: 'other', token: 'pst_x' })
    await terminal.checkIn()
    expect(terminal.toldToWaitSeconds).toBe(7)
    await terminal.checkIn()
    expect(terminal.toldToWaitSeconds).toBeUndefined()
    client.close()
    server.close()
  })
})

describe('a fleet that is played', () => {
  it('hands over what it makes, over broken connections, and counts as the database does', async () => {
    const { memory, enrollmentCode } = await registered('SIM-F1')
    const terminal = new FakeTerminal(open.client, memory)
    terminal.slips.makeOfDays(1, 20, Date.now())
    const stop = new AbortController()
    const file = path.join(folder, 'fleet.json')
    const state = new StateFile(file, () => [terminal.memory])
    const { counts, done } = playFleet([terminal], {
      speed: 1e9,
      breakRate: 0.2,
      offlineRate: 0,
      troubles: NO_TROUBLES,
      slipRate: 3,
      logRate: 0.2,
      driftRate: 0,
      keyRate: 0,
      signal: stop.signal,
      enrollmentCode: () => enrollmentCode,
      async remembered() {
        await state.save()
        if (counts().slipsStored >= 40) stop.abort()
      },
    })
    await done
    await state.save()
    const { slipsMade, slipsStored, slipsDuplicate, slipsRejected, slipsWaiting } = counts()
    const kept = JSON.parse(readFileSync(file, 'utf8'))[0].slips
    expect(slipsRejected).toBe(0)
    expect(kept.counts).toMatchObject({ made: slipsMade, stored: slipsStored, duplicate: slipsDuplicate })
    const stored = (await slipsOf('SIM-F1')).length
    expect(stored).toBeGreaterThanOrEqual(slipsMade - slipsWaiting)
    expect(stored).toBeLessThanOrEqual(slipsMade)
  })
})
