import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { judgeFailure } from '../../../../src/features/monitoring/ecr-logs/failures'
import { ecrLogJobs } from '../../../../src/features/monitoring/ecr-logs/jobs'
import {
  cancelEcrLogRequest,
  listEcrLogRequests,
  requestEcrLog,
} from '../../../../src/features/monitoring/ecr-logs/requests'
import { useTestDatabase } from '../../../support/postgres'
import { jobRun, limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../../support/terminal-door'
import { enrolledTerminal } from '../../eslips/slips'

const database = useTestDatabase()
const PERIOD = { from: '2026-11-26T00:00:00.000Z', to: '2026-11-27T00:00:00.000Z' }
const MINUTE_MS = 60_000
let services: Services
let open: OpenDoor
let me: Ctx
let till: Awaited<ReturnType<typeof enrolledTerminal>>
/** Behind the clock of the door, which asks for a plan again when its time has come. */
let nowMs = Date.now() - 12 * 60 * MINUTE_MS

beforeAll(async () => {
  services = { ...(await makeServices(database)), clock: { now: () => new Date(nowMs) } }
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
})
afterAll(() => open.close())
beforeEach(async () => {
  till = await enrolledTerminal(me, open, `TILL-${crypto.randomUUID()}`)
})

const ask = () => requestEcrLog(me, { terminalId: till.terminalId, ...PERIOD })
const request = async () => (await listEcrLogRequests(me, { terminalId: till.terminalId })).items[0]
const judge = () => ecrLogJobs.find((one) => one.name === 'judge-ecr-log-requests')?.run(me, jobRun())

/** What the terminal is offered once the server has noticed; `isOffered` says what is waited for. */
async function offered(isOffered: boolean): Promise<string | undefined> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const { actions } = await till.terminal.checkIn()
    const found = actions.find((one) => one.kind === 'upload-ecr-log')
    if ((found !== undefined) === isOffered) return found?.id
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`The terminal was ${isOffered ? 'never' : 'still'} told of the request.`)
}

async function answer(result: object): Promise<void> {
  const actionId = await offered(true)
  const { status } = await till.terminal.send('POST', `/actions/${actionId}/result`, { json: result })
  expect(status).toBe(200)
}

describe('a terminal that cannot send its log', () => {
  it('ends the request at once where it does not support such a thing, and says why', async () => {
    await ask()
    await answer({
      state: 'rejected',
      reason: 'not_supported',
      message: 'no cash register',
      vendorCode: 'E7',
    })
    expect(await judge()).toEqual({ askedAgain: 0, ended: 1 })
    expect(await request()).toMatchObject({
      outcome: 'refused',
      reason: 'not_supported',
      message: 'no cash register',
      vendorCode: 'E7',
      endedAt: new Date(nowMs).toISOString(),
    })
    await offered(false)
  })

  it('is asked again after a wait where it may pass, and the log that comes then answers the request', async () => {
    await ask()
    await answer({ state: 'failed', reason: 'network_lost' })
    expect(await judge()).toEqual({ askedAgain: 1, ended: 0 })
    expect(await request()).toMatchObject({
      outcome: null,
      failures: 1,
      reason: 'network_lost',
      retryAt: new Date(nowMs + 15 * MINUTE_MS).toISOString(),
    })
    await offered(false)
    nowMs += 15 * MINUTE_MS
    const again = await offered(true)
    expect(again).toBeDefined()
    const sent = await till.terminal.send('PUT', `/ecr-logs/day.log?from=${PERIOD.from}&to=${PERIOD.to}`, {
      body: Buffer.from('day'),
      headers: { 'Content-Type': 'text/plain' },
    })
    expect(sent.status).toBe(201)
    expect(await request()).toMatchObject({ outcome: 'answered', retryAt: null })
  })

  it('is asked five times at most', async () => {
    await ask()
    for (let failure = 1; failure <= 5; failure++) {
      await answer({ state: 'rejected', reason: 'busy_with_payment' })
      await judge()
      nowMs = Date.parse((await request())?.retryAt ?? new Date(nowMs).toISOString())
    }
    expect(await request()).toMatchObject({ outcome: 'failed', failures: 5, reason: 'busy_with_payment' })
    await offered(false)
    // One that has ended makes room: the same period can be asked for anew.
    expect((await ask()).outcome).toBeNull()
  })

  it('is judged once for one failure', async () => {
    await ask()
    await answer({ state: 'failed' })
    await judge()
    expect(await judge()).toEqual({ askedAgain: 0, ended: 0 })
    expect((await request())?.failures).toBe(1)
  })

  it('waits twice as long each time', () => {
    const now = new Date('2026-11-27T10:00:00Z')
    const waits = [1, 2, 3, 4].map((failures) => {
      const verdict = judgeFailure('other', failures, now)
      return 'retryAt' in verdict ? (verdict.retryAt.getTime() - now.getTime()) / MINUTE_MS : undefined
    })
    expect(waits).toEqual([15, 30, 60, 120])
    expect(judgeFailure(null, 5, now)).toEqual({ outcome: 'failed' })
  })
})

describe('a request that is cancelled', () => {
  it('is withdrawn from the terminal, is told once, and stands in the audit log', async () => {
    const { id } = await ask()
    await offered(true)
    const cancelled = await cancelEcrLogRequest(me, { requestId: id })
    expect(cancelled).toMatchObject({ outcome: 'cancelled', endedAt: new Date(nowMs).toISOString() })
    await offered(false)
    expect(await cancelEcrLogRequest(me, { requestId: id })).toEqual(cancelled)
    const entries = await database.sql`
      select actor_name from audit_entries where action = 'ecr_log.request_cancelled' and subject_id = ${till.terminalId}`
    expect(entries).toHaveLength(1)
  })

  it('may be one that is to be repeated', async () => {
    const { id } = await ask()
    await answer({ state: 'failed', reason: 'battery_low' })
    await judge()
    expect(await cancelEcrLogRequest(me, { requestId: id })).toMatchObject({
      outcome: 'cancelled',
      retryAt: null,
      reason: 'battery_low',
    })
    nowMs += 60 * MINUTE_MS
    await offered(false)
  })

  it('is refused where it has ended, is not there, or its terminal is out of sight', async () => {
    const { id } = await ask()
    const stranger = makeCtx(services, limitedOperator({ groupIds: [] }))
    await expect(cancelEcrLogRequest(stranger, { requestId: id })).rejects.toMatchObject({
      code: 'ecr_log_request_not_found',
    })
    await answer({ state: 'rejected', reason: 'not_supported' })
    await judge()
    await expect(cancelEcrLogRequest(me, { requestId: id })).rejects.toMatchObject({
      code: 'ecr_log_request_ended',
    })
    await expect(cancelEcrLogRequest(me, { requestId: till.terminalId })).rejects.toMatchObject({
      code: 'ecr_log_request_not_found',
    })
    const viewer = makeCtx(services, operator('viewer'))
    await expect(cancelEcrLogRequest(viewer, { requestId: id })).rejects.toMatchObject({ code: 'forbidden' })
  })
})
