import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newestPlace, readCreatedSlips } from '../../../src/features/eslips/export'
import { getSlip } from '../../../src/features/eslips/export/details'
import { pullSlips } from '../../../src/features/eslips/export/pull'
import { createApiKey } from '../../../src/features/operators'
import { createMerchant } from '../../../src/features/terminals/service/places'
import { openFaces } from '../../support/faces'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'
import { enrolledTerminal, sale } from './slips'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let me: Ctx
let program: Ctx
let tea: { id: string }
let shop: Awaited<ReturnType<typeof enrolledTerminal>>
let other: Awaited<ReturnType<typeof enrolledTerminal>>

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  program = makeCtx(services, integrator('eslips:read'))
  tea = await createMerchant(me, { name: 'Tea' })
  shop = await enrolledTerminal(me, open, 'PULL-1', { merchantId: tea.id })
  other = await enrolledTerminal(me, open, 'PULL-2')
})
afterAll(() => open.close())

async function pullAll(ctx: Ctx, filter: Record<string, unknown> = {}, from?: string) {
  const slips: { slipUid: string; seq: number; id: string }[] = []
  let after = from
  for (;;) {
    const page = await pullSlips(ctx, { limit: 3, ...filter, ...(after === undefined ? {} : { after }) })
    slips.push(...page.items)
    after = page.nextCursor
    if (!page.hasMore) return { slips, after }
  }
}

describe('the pull of slips', () => {
  it('gives each slip once, as it came, and goes on where it stopped', async () => {
    const first = [sale(), sale(), sale(), sale(), sale()]
    await shop.handOver(...first)
    const { slips, after } = await pullAll(program)
    expect(slips.map((one) => one.slipUid).sort()).toEqual(first.map((one) => one.slipUid).sort())
    expect(slips[0]).toMatchObject({ type: 'sale', amount: 125_050, serial: 'PULL-1', merchantId: tea.id })
    expect(await pullSlips(program, { after })).toEqual({ items: [], nextCursor: after, hasMore: false })
    const later = sale()
    await other.handOver(later)
    expect((await pullAll(program, {}, after)).slips.map((one) => one.slipUid)).toEqual([later.slipUid])
  })

  it('never skips a slip whose commit came late', async () => {
    const { after } = await pullAll(program)
    const pulled: string[] = []
    let place = after
    let isDone = false
    const storing = Promise.all(
      Array.from({ length: 25 }, (_, turn) => (turn % 2 ? shop : other).handOver(sale(), sale(), sale())),
    ).then((answers) => {
      isDone = true
      return answers.flat().map((one) => one.slipUid as string)
    })
    for (let isLast = false; !isLast; ) {
      isLast = isDone
      const { slips, after: next } = await pullAll(program, {}, place)
      pulled.push(...slips.map((one) => one.slipUid))
      place = next
    }
    expect(pulled.sort()).toEqual((await storing).sort())
  })

  it('lets through what is asked for, and still comes to the end', async () => {
    const refund = sale({ type: 'refund', original: { rrn: '632700123456', receiptNo: '118' } })
    await shop.handOver(sale(), refund, sale())
    const { slips, after } = await pullAll(program, { type: 'refund' })
    expect(slips).toMatchObject([{ slipUid: refund.slipUid, original: { receiptNo: '118' } }])
    expect(await pullSlips(program, { after, type: 'refund' })).toMatchObject({ items: [], hasMore: false })
  })

  it('shows a program with limits its own merchants alone', async () => {
    const limited = makeCtx(services, {
      ...integrator('eslips:read'),
      visibility: { kind: 'limited', groupIds: [], merchantIds: [tea.id] },
    } as Ctx['actor'])
    const { slips } = await pullAll(limited)
    const [own] = await database.sql<{ count: number }[]>`
      select count(*)::int as count from eslips where merchant_id = ${tea.id}`
    expect(slips).toHaveLength(own?.count ?? 0)
    const stranger = makeCtx(services, limitedOperator({ merchantIds: [] }))
    expect((await pullAll(stranger)).slips).toEqual([])
  })

  it('is counted, and the slip says who fetched it', async () => {
    const accounting = makeCtx(services, { ...integrator('eslips:read'), name: 'Accounting' } as Ctx['actor'])
    // Pulls of one minute are one note: here no minute ends between two of them.
    const now = new Date()
    const { slips } = await pullAll({ ...accounting, clock: { now: () => now } })
    const [row] = await database.sql<{ rows: number; count: number }[]>`
      select count(*)::int as rows, sum(count)::int as count from eslip_handouts where actor_name = 'Accounting'`
    expect(row).toEqual({ rows: 1, count: slips.length })
    const { history } = await getSlip(me, { slipId: slips[0]?.id ?? '' })
    expect(history).toContainEqual({
      kind: 'pulled',
      at: expect.any(String),
      by: 'Accounting',
      format: null,
    })
  })

  it.each<[string, Record<string, string>]>([
    ['a filter that only a search knows', { from: '2026-11-26T00:00:00Z' }],
    ['one that nobody knows', { unknown: '1' }],
  ])('refuses %s, and does not answer everything', async (_what, more) => {
    await expect(pullSlips(program, { limit: 1, ...more })).rejects.toMatchObject({ code: 'invalid_input' })
    const admin = makeCtx(services, operator('admin'))
    const { key } = await createApiKey(admin, { name: JSON.stringify(more), scopes: ['eslips:read'] })
    const { url } = await openFaces(services)
    const ask = (query: Record<string, string>) =>
      fetch(`${url}/api/v1/eslips?${new URLSearchParams({ limit: '1', ...query })}`, {
        headers: { Authorization: `Bearer ${key}` },
      })
    expect((await ask(more)).status).toBe(400)
    expect((await ask({ type: 'refund' })).status).toBe(200)
  })

  it('refuses who lacks the scope, and a cursor of another list', async () => {
    const stranger = makeCtx(services, integrator('terminals:read'))
    await expect(pullSlips(stranger, {})).rejects.toMatchObject({ code: 'forbidden' })
    await expect(pullSlips(program, { after: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' })
    const beyond = Buffer.from(JSON.stringify(['seq', 0, 2 ** 53 - 1, 0])).toString('base64url')
    await expect(pullSlips(program, { after: beyond })).rejects.toMatchObject({ code: 'invalid_cursor' })
    await expect(pullSlips(program, { limit: 1001 })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('what others are told of', () => {
  const START = { seq: 0, archive: 0, row: 0 }
  it('are the names of the slips that came after a number', async () => {
    const { place } = await readCreatedSlips(me, { after: START, limit: 1_000 })
    const slip = sale()
    await shop.handOver(slip)
    const told = await readCreatedSlips(me, { after: place, limit: 10 })
    expect(told.items).toEqual([{ id: expect.any(String), seq: told.place.seq, slipUid: slip.slipUid }])
  })
  it('begins behind the last slip that is there, not behind one whose commit is still to come', async () => {
    const { place } = await readCreatedSlips(me, { after: START, limit: 1_000 })
    await database.sql.begin(async (tx) => {
      await tx`select nextval('eslip_seq')`
      expect(await newestPlace(me)).toEqual(place)
    })
  })
})
