import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { uptimeMs } from '../../src/core/clock'
import type { Services } from '../../src/core/context'
import { issueEnrollmentCode } from '../../src/features/terminals/service/codes'
import { registerTerminal } from '../../src/features/terminals/service/register'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const HOUR_MS = 3_600_000

/** Somebody, or a time server, sets the clock of the machine. */
const jump = (byMs: number) => vi.setSystemTime(Date.now() + byMs)

describe('when the clock of the server jumps', () => {
  const database = useTestDatabase()
  let services: Services
  let open: OpenDoor

  beforeAll(async () => {
    services = await makeServices(database, { env: { TERMINAL_REQUESTS_PER_MINUTE: '20' } })
    open = await openTerminalDoor(database, services)
  })
  afterAll(() => open.close())
  afterEach(() => vi.useRealTimers())

  async function enrolled(serial: string) {
    await registerTerminal(makeCtx(services, operator()), { serial, platform: 'wiseasy-wpos3' })
    const { enrollmentCode } = await issueEnrollmentCode(makeCtx(services, operator()), { serials: [serial] })
    const terminal = new FakeTerminal(open.client, { serial, platform: 'wiseasy-wpos3', token: undefined })
    await terminal.enroll(enrollmentCode)
    return terminal
  }

  it.each([
    ['back', -2 * HOUR_MS],
    ['ahead', 25 * HOUR_MS],
  ])('%s, a terminal is neither told that it calls too often nor let call more often', async (way, byMs) => {
    const terminal = await enrolled(`JUMP-${way}`)
    vi.useFakeTimers({ toFake: ['Date'] })
    const before = []
    for (let call = 0; call < 10; call++) before.push((await terminal.checkIn()).status)
    jump(byMs)
    const after = []
    for (let call = 0; call < 15; call++) after.push((await terminal.checkIn()).status)
    expect(before).not.toContain(429)
    expect(after.slice(0, 9)).not.toContain(429)
    expect(after.at(-1)).toBe(429)
  })

  it.each([
    ['back', -2 * HOUR_MS],
    ['ahead', 25 * HOUR_MS],
  ])('%s, what was read of revocations is trusted for ten seconds all the same', (_way, byMs) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    jump(byMs)
    expect(open.feed.isTrusted()).toBe(true)
    expect(open.feed.isTrusted(uptimeMs() + 11_000)).toBe(false)
  })
})
