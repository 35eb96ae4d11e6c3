import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '../../src/core/context'
import { listEcrLogs } from '../../src/features/monitoring/ecr-logs/find'
import { readEcrLog } from '../../src/features/monitoring/ecr-logs/read'
import { requestEcrLog } from '../../src/features/monitoring/ecr-logs/requests'
import { TEST_CARDS } from '../../src/tools/simulator/ecr/hidden'
import { enrolledTerminal } from '../features/eslips/slips'
import { readableParts } from '../support/card-numbers'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()
const NOW = Date.UTC(2026, 10, 27, 10)
let open: OpenDoor
let me: Ctx

beforeAll(async () => {
  const services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
})
afterAll(() => open.close())

describe('a simulated terminal at a cash register', () => {
  it('hands over the log of the day before, in its charset, and no card number stays in any', async () => {
    const charsets = new Set<string>()
    let handed = 0
    for (let at = 0; at < 12; at++) {
      const { terminal, terminalId } = await enrolledTerminal(me, open, `ECR-${at}`)
      const status = await terminal.handOverLog(NOW)
      if (terminal.persona.ecrProtocol === undefined) {
        expect(status).toBeUndefined()
        continue
      }
      handed++
      expect(status).toBe(201)
      expect(await terminal.handOverLog(NOW)).toBeUndefined()
      const [log] = (await listEcrLogs(me, { terminalId })).items
      expect(log).toMatchObject({ from: '2026-11-26T00:00:00.000Z', name: 'ecr-2026-11-26.log' })
      charsets.add(log?.charset ?? '')
      const { items } = await readEcrLog(me, { logId: log?.id ?? '', from: 0, count: 1000 })
      const text = items.map((one) => one.text).join('\n')
      expect(text).not.toContain('\ufffd')
      expect(readableParts(text, ...TEST_CARDS)).toEqual([])
    }
    expect(handed).toBeGreaterThan(4)
    expect(charsets.size).toBeGreaterThan(1)
  })

  it('goes on where the link broke', async () => {
    const fleet = await Promise.all(
      ['CUT-1', 'CUT-2', 'CUT-3', 'CUT-4'].map((one) => enrolledTerminal(me, open, one)),
    )
    const connected = fleet.filter(({ terminal }) => terminal.persona.ecrProtocol !== undefined)
    expect(connected.length).toBeGreaterThan(0)
    for (const { terminal, terminalId } of connected) {
      expect(await terminal.handOverLog(NOW, { cut: 'while-sending' })).toBe(201)
      expect((await listEcrLogs(me, { terminalId })).items).toHaveLength(1)
    }
  })

  it('answers a request with the log of its period', async () => {
    const all = await Promise.all(
      ['ASK-1', 'ASK-2', 'ASK-3', 'ASK-4', 'ASK-5'].map((serial) => enrolledTerminal(me, open, serial)),
    )
    const at = all.find(({ terminal }) => terminal.persona.ecrProtocol !== undefined)
    const alone = all.find(({ terminal }) => terminal.persona.ecrProtocol === undefined)
    const period = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' }
    for (const one of [at, alone]) {
      if (one === undefined) continue
      await requestEcrLog(me, { terminalId: one.terminalId, ...period })
      await open.feed.catchUp()
      const { actions } = await one.terminal.checkIn()
      expect(actions).toMatchObject([{ kind: 'upload-ecr-log', ...period }])
      for (const action of actions) await one.terminal.perform(action)
      expect((await one.terminal.checkIn()).actions).toEqual([])
      const found = (await listEcrLogs(me, { terminalId: one.terminalId })).items
      expect(found.map(({ from, to }) => ({ from, to }))).toEqual(one === at ? [period] : [])
    }
    expect(at).toBeDefined()
  })
})
