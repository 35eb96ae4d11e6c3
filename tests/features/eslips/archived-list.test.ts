import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { getSlip } from '../../../src/features/eslips/export/details'
import { pullSlips } from '../../../src/features/eslips/export/pull'
import { searchSlips, totalSlips } from '../../../src/features/eslips/search'
import { useTestDatabase } from '../../support/postgres'
import { integrator, makeCtx, makeServices, operator } from '../../support/services'
import { archive, dayAgo, fillDay } from './archived'

const database = useTestDatabase()
const DAYS = [5, 4, 3, 2].map(dayAgo)
let services: Services
let me: Ctx
let program: Ctx
const uids: string[] = []

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
  program = makeCtx(services, integrator('eslips:read'))
  for (const day of DAYS) uids.push(...(await fillDay(database, day, 10, () => ({ tid: '00000007' }))))
  await database.sql`select psm_seal_eslips(${DAYS[2] as string}::text::date)`
  for (const day of DAYS.slice(0, 2))
    await archive(database, makeCtx(services, { kind: 'job', name: 'test' }), day)
})
async function searchAll(filter: Record<string, unknown> = {}, limit = 3) {
  const found: { slipUid: string; isArchived: boolean; id: string }[] = []
  let cursor: string | undefined
  do {
    const page = await searchSlips(me, { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

async function pullOn(from?: string, limit = 4) {
  const page = await pullSlips(program, { limit, ...(from === undefined ? {} : { after: from }) })
  return { uids: page.items.map((one) => one.slipUid), after: page.nextCursor, hasMore: page.hasMore }
}

async function pullAll(from?: string) {
  const all: string[] = []
  let after = from
  for (;;) {
    const page = await pullOn(after)
    all.push(...page.uids)
    after = page.after
    if (!page.hasMore) return { uids: all, after }
  }
}

describe('a list of which a part is archived', () => {
  it('goes from the database on into the archive, each slip once, newest first', async () => {
    const found = await searchAll()
    expect(found.map((one) => one.slipUid)).toEqual([...uids].reverse())
    expect(found.map((one) => one.isArchived)).toEqual([...Array(20).fill(false), ...Array(20).fill(true)])
    expect((await searchAll({}, 20)).map((one) => one.slipUid)).toEqual([...uids].reverse())
  })

  it('is filtered in both halves alike', async () => {
    const period = { from: `${DAYS[1]}T00:00:00Z`, to: `${DAYS[3]}T00:00:00Z` }
    expect((await searchAll(period)).map((one) => one.slipUid)).toEqual(uids.slice(10, 30).reverse())
    const found = await searchAll({ amountFrom: 4, amountTo: 4 })
    expect(found.map((one) => one.slipUid)).toEqual([33, 23, 13, 3].map((at) => uids[at]))
    expect(await searchAll({ tid: 'none' })).toEqual([])
  })

  it('shows an archived slip whole, with its neighbours on both sides', async () => {
    const ids = (await searchAll()).map((one) => one.id).reverse()
    const slip = await getSlip(me, { slipId: ids[10] ?? '' })
    expect(slip).toMatchObject({ isArchived: true, slipUid: uids[10], slip: { amount: 1 } })
    expect(slip.history.map((one) => one.kind)).toEqual(['archived', 'received'])
    expect([slip.previousId, slip.nextId]).toEqual([ids[9], ids[11]])
    const last = await getSlip(me, { slipId: ids[19] ?? '' })
    expect([last.previousId, last.nextId]).toEqual([ids[18], ids[20]])
    expect(await getSlip(me, { slipId: ids[20] ?? '' })).toMatchObject({
      isArchived: false,
      previousId: ids[19],
    })
  })
})

describe('the totals of a period of which a part is archived', () => {
  const sum = (groups: { count: number; amount: number }[]) => [
    groups.reduce((all, one) => all + one.count, 0),
    groups.reduce((all, one) => all + one.amount, 0),
  ]
  it.each([
    ['by the hour', {}],
    ['slip by slip', { tid: '00000007' }],
  ])('count both halves: %s', async (_how, filter) => {
    const all = { from: `${DAYS[0]}T00:00:00Z`, to: new Date().toISOString(), ...filter }
    expect(sum((await totalSlips(me, all)).groups)).toEqual([40, 4 * 55])
    const parts = { from: `${DAYS[0]}T10:00:05Z`, to: `${DAYS[3]}T10:00:03Z`, ...filter }
    expect(sum((await totalSlips(me, parts)).groups)).toEqual([5 + 10 + 10 + 3, 40 + 55 + 55 + 6])
  })
})

describe('the pull of slips of which a part is archived', () => {
  it('gives each once', async () => {
    const { uids: pulled, after } = await pullAll()
    expect(pulled.slice().sort()).toEqual(uids.slice().sort())
    expect(await pullOn(after)).toEqual({ uids: [], after, hasMore: false })
  })

  it('misses none and doubles none where a day leaves while somebody reads', async () => {
    const first = await pullOn(undefined, 25)
    expect(first.hasMore).toBe(true)
    const read = [...first.uids]
    const halfway = await pullOn(first.after, 7)
    read.push(...halfway.uids)
    await database.sql`select psm_seal_eslips(${DAYS[3] as string}::text::date)`
    await archive(database, makeCtx(services, { kind: 'job', name: 'test' }), DAYS[2] as string)
    const rest = await pullAll(halfway.after)
    expect([...read, ...rest.uids].slice().sort()).toEqual(uids.slice().sort())
    expect(new Set([...read, ...rest.uids]).size).toBe(uids.length)
  })

  it('and the search of whom a day leaves in the middle shows each slip once', async () => {
    const first = await searchSlips(me, { limit: 5 })
    await database.sql`select psm_seal_eslips(${dayAgo(1)}::text::date)`
    await archive(database, makeCtx(services, { kind: 'job', name: 'test' }), DAYS[3] as string)
    const found = first.items.map((one) => one.slipUid)
    let cursor = first.nextCursor ?? undefined
    while (cursor !== undefined) {
      const page = await searchSlips(me, { limit: 5, cursor })
      found.push(...page.items.map((one) => one.slipUid))
      cursor = page.nextCursor ?? undefined
    }
    expect(found).toEqual([...uids].reverse())
  })
})
