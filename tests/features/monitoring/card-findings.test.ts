import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { reportActionResult } from '../../../src/features/actions/results'
import { prepareSlip, SlipStore } from '../../../src/features/eslips/ingest'
import { recordCardFindings } from '../../../src/features/monitoring/card-findings'
import { acceptStatuses } from '../../../src/features/monitoring/status'
import { getStatus, listStatus } from '../../../src/features/monitoring/status/queries'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { TEST_CARDS } from '../../../src/tools/simulator/ecr/hidden'
import { useTestDatabase } from '../../support/postgres'
import { makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
const PAN = TEST_CARDS[0]
const AT = Date.UTC(2026, 10, 27, 10)
let ctx: Ctx
const ids: string[] = []

beforeAll(async () => {
  ctx = makeCtx(await makeServices(database), operator())
  const admin = makeCtx(ctx, operator('admin'))
  for (const serial of ['LEAK1', 'LEAK2', 'CLEAN'])
    ids.push((await registerTerminal(admin, { serial, platform: 'other', model: 'D200' })).id)
})

const findingsOf = async (at: number) =>
  (await getStatus(ctx, { terminalId: ids[at] as string })).cardFindings.map(({ source, count }) => [
    source,
    count,
  ])

const slip = (more: object, at = 0) => {
  const made = prepareSlip(
    {
      type: 'sale',
      result: 'approved',
      amount: 1250,
      currency: 'RUB',
      localDateTime: '2026-11-27T10:00:00Z',
      ...more,
    },
    { terminalId: ids[at] as string, receivedAtMs: AT, assumedOffset: '+00:00' },
  )
  if (!made.isFit) throw new Error('does not fit')
  return made.slip
}

describe('a terminal that sends card numbers', () => {
  it('is found by its slips, each counted when it is stored and not when it comes again', async () => {
    const store = new SlipStore(database.sql)
    const leaking = slip({ text: { merchant: [`CARD ${PAN}`] } })
    await store.store([leaking, slip({ receiptNo: '7' })])
    await store.store([leaking])
    expect(await findingsOf(0)).toEqual([['slip', 1]])
  })

  it('is found by its status', async () => {
    const status = { printer: `ok ${PAN}` }
    const report = { terminalId: ids[1] as string, status, clientHash: null, receivedAtMs: AT }
    await acceptStatuses(ctx, [report])
    await acceptStatuses(ctx, [{ ...report, receivedAtMs: AT + 1 }])
    expect(await findingsOf(1)).toEqual([['message', 1]])
  })

  it('is found by what it says of an action', async () => {
    const id = newId()
    await database.sql`insert into terminal_actions (id, terminal_id, kind, subject_id, body, state, offered_at, state_at)
      values (${id}, ${ids[1] as string}, 'license', ${newId()}, '{}', 'offered', now(), now())`
    await reportActionResult(ctx, ids[1] as string, id, { state: 'failed', message: `at card ${PAN}` })
    expect(await findingsOf(1)).toEqual([['message', 2]])
  })

  it('is chosen by the filter, and those that sent none by its opposite', async () => {
    const chosen = async (hasCardFinding: boolean) =>
      (await listStatus(ctx, { hasCardFinding })).items.map((one) => [one.serial, one.hasCardFinding])
    expect(await chosen(true)).toEqual([
      ['LEAK1', true],
      ['LEAK2', true],
    ])
    expect(await chosen(false)).toEqual([['CLEAN', false]])
  })

  it('keeps the first and the last time, in whatever order things come', async () => {
    const terminalId = ids[2] as string
    const found = (atMs: number) => ({ terminalId, source: 'ecr-log' as const, count: 3, atMs })
    await recordCardFindings(ctx.db, [found(AT), found(AT - 5_000)])
    await recordCardFindings(ctx.db, [found(AT + 9_000)])
    expect((await getStatus(ctx, { terminalId })).cardFindings).toEqual([
      {
        source: 'ecr-log',
        count: 9,
        firstAt: new Date(AT - 5_000).toISOString(),
        lastAt: new Date(AT + 9_000).toISOString(),
      },
    ])
  })

  it('is nothing where the terminal is gone', async () => {
    const found = { terminalId: newId(), source: 'slip' as const, count: 1, atMs: AT }
    await expect(recordCardFindings(ctx.db, [found])).resolves.toBeUndefined()
  })
})
