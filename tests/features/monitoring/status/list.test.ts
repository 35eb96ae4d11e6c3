import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../../src/core/context'
import { findTerminals, type Order } from '../../../../src/features/monitoring/status/find'
import { LICENSE_STATES, UNREPORTED, UPDATE_STATES } from '../../../../src/features/monitoring/status/lists'
import { listStatus } from '../../../../src/features/monitoring/status/queries'
import type { StatusFilter, StatusView } from '../../../../src/features/monitoring/status/schemas'
import { loadViews } from '../../../../src/features/monitoring/status/views'
import { useTestDatabase } from '../../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'
import { type Attached, type Fleet, makeFleet, NOW } from './fleet'

const database = useTestDatabase()
let services: Services
let fleet: Fleet
let me: Ctx
let all: StatusView[]
beforeAll(async () => {
  services = await makeServices(database, { clock: { now: () => NOW } })
  fleet = await makeFleet(database, services)
  me = makeCtx(services, operator('viewer'))
  all = await loadViews(me, fleet.ids)
})

/** The filter in plain words, on rows as they are shown. */
function fits(view: StatusView, filter: StatusFilter): boolean {
  const silentMs = view.lastSeenAt === null ? undefined : NOW.getTime() - Date.parse(view.lastSeenAt)
  const { search } = filter
  const isFound =
    search === undefined ||
    (search.length < 3 ? view.serial.startsWith(search) : view.serial.includes(search)) ||
    view.tids.some((one) => one.tid.startsWith(search) || one.mid.startsWith(search))
  const { components, license, update, failures, appSet } = fleet.attached.get(view.terminalId) as Attached
  const has = {
    ...view,
    application: view.appName && view.appVersion,
    networkType: view.network?.type,
    networkOperator: view.network?.operator,
  }
  const is = <Value>(wanted: Value | undefined, has: unknown) => wanted === undefined || wanted === has
  return (
    isFound &&
    is(filter.platform, view.platform) &&
    is(filter.model, view.model) &&
    is(filter.appName, view.appName) &&
    is(filter.appVersion, view.appVersion) &&
    is(filter.merchantId, view.merchantId) &&
    is(filter.state, view.state) &&
    is(filter.connectivity, view.connectivity) &&
    is(filter.hasMismatch, view.mismatches.length > 0) &&
    is(filter.hasCardFinding, view.hasCardFinding) &&
    (filter.groupId === undefined || view.groups.some((one) => one.id === filter.groupId)) &&
    is(filter.os, view.os) &&
    is(filter.networkType, has.networkType) &&
    is(filter.networkOperator, has.networkOperator) &&
    is(filter.license, license) &&
    is(filter.update, update) &&
    is(filter.appSet, appSet) &&
    is(filter.hasAppSet, appSet !== undefined) &&
    is(filter.inService, !['retired', 'revoked'].includes(view.state)) &&
    (filter.unreported === undefined || !has[filter.unreported]) &&
    (filter.failure === undefined || failures.includes(filter.failure)) &&
    ((filter.component ?? filter.componentVersion) === undefined ||
      components.some((one) => is(filter.component, one.name) && is(filter.componentVersion, one.version))) &&
    (filter.silentForHours === undefined ||
      (silentMs !== undefined && silentMs > filter.silentForHours * 3_600_000))
  )
}

/** By serial numbers as bytes, or by the time; who never called comes last. */
function inOrder(views: readonly StatusView[], { sort, direction }: Order): string[] {
  const way = direction === 'asc' ? 1 : -1
  const byText = (a: string, b: string) => (a < b ? -way : way)
  return [...views]
    .sort((a, b) => {
      if (sort === 'serial') return byText(a.serial, b.serial)
      const [x, y] = [a.lastSeenAt, b.lastSeenAt]
      if (x === y) return byText(a.terminalId, b.terminalId)
      if (x === null || y === null) return x === null ? 1 : -1
      return byText(x, y)
    })
    .map((view) => view.terminalId)
}

async function allPages(ctx: Ctx, filter: StatusFilter, order: Order, limit: number, bounds: Bounds) {
  const ids: string[] = []
  const sizes: number[] = []
  let cursor: string | undefined
  do {
    const page = { cursor, limit, isFull: true }
    const found = await findTerminals(ctx, filter, order, page, bounds)
    ids.push(...found.ids)
    sizes.push(found.ids.length)
    cursor = found.nextCursor ?? undefined
  } while (cursor !== undefined)
  return { ids, sizes }
}

type Bounds = NonNullable<Parameters<typeof findTerminals>[4]>
/** Bounds under which a fleet of hundreds is searched in every way a million would be. */
const SHAPES: Record<string, Bounds> = {
  'looking up what an index picks': { narrow: 1000, wide: 1000, stride: 1000 },
  'walking an index': { narrow: 2, wide: 2, stride: 1000 },
  'walking, then a wider look up': { narrow: 2, wide: 200, stride: 7 },
  'walking, then set by set': { narrow: 2, wide: 2, stride: 7 },
}

const optional = <Value>(...values: Value[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 1 })
const filters = () =>
  fc
    .record({
      search: optional('A', 'b', 'A0', '7', '71', 'M3', '037', '-12', 'nowhere', 'A%'),
      platform: optional('wiseasy-wpos3' as const, 'other' as const),
      model: optional('MODEL-1', 'MODEL-4', 'NONE'),
      appName: optional('psPos', 'other'),
      appVersion: optional('3.1', '3.5'),
      groupId: optional(...fleet.groups),
      merchantId: optional(...fleet.merchants),
      state: optional('active' as const, 'retired' as const),
      connectivity: optional('online' as const, 'late' as const, 'lost' as const, 'never' as const),
      silentForHours: optional(0.11, 1, 100),
      hasMismatch: optional(true, false),
      os: optional('Linux 1', 'BSD'),
      networkType: optional('4g', 'wifi'),
      networkOperator: optional('MTS'),
      component: optional('kernel', 'emv', 'none'),
      componentVersion: optional('5.1', '8'),
      unreported: optional(...UNREPORTED),
      license: optional(...LICENSE_STATES),
      update: optional(...UPDATE_STATES),
      failure: optional(
        'battery_low' as const,
        'out_of_space' as const,
        'other' as const,
        'network_lost' as const,
      ),
      appSet: optional('Shops', 'Cafés', 'none'),
      hasAppSet: optional(true, false),
      inService: optional(true, false),
      hasCardFinding: optional(true, false),
      // Asked of alerts, and tested with them.
      alertId: fc.constant(undefined),
    })
    // Most filters have one or two conditions: all at once fit nothing.
    .chain((whole) =>
      fc
        .subarray(Object.keys(whole) as (keyof StatusFilter)[], { maxLength: 3 })
        .map(
          (kept) =>
            Object.fromEntries(
              kept.flatMap((key) => (whole[key] === undefined ? [] : [[key, whole[key]]])),
            ) as StatusFilter,
        ),
    )
const orders = fc.record({
  sort: fc.constantFrom('serial' as const, 'lastSeen' as const),
  direction: fc.constantFrom('asc' as const, 'desc' as const),
})

describe('the list of terminals', () => {
  it.each(Object.entries(SHAPES))(
    '%s: pages one after the other are the sorted whole',
    async (_name, bounds) => {
      await fc.assert(
        fc.asyncProperty(filters(), orders, fc.integer({ min: 1, max: 90 }), async (filter, order, limit) => {
          const expected = inOrder(
            all.filter((view) => fits(view, filter)),
            order,
          )
          const { ids, sizes } = await allPages(me, filter, order, limit, bounds)
          expect(ids).toEqual(expected)
          expect(sizes.slice(0, -1).every((size) => size === limit)).toBe(true)
        }),
        { numRuns: 120 },
      )
    },
  )

  it.each(Object.entries(SHAPES))(
    '%s: a caller with limits sees its own and nothing else',
    async (_name, bounds) => {
      const callers: Actor[] = [
        limitedOperator({ groupIds: [fleet.groups[0] ?? ''] }),
        limitedOperator({ groupIds: fleet.groups, merchantIds: [fleet.merchants[1] ?? ''] }),
        limitedOperator({}),
      ]
      for (const actor of callers) {
        const { visibility } = actor as Extract<Actor, { kind: 'operator' }>
        if (visibility.kind === 'all') throw new Error('It has no limits.')
        const own = all.filter(
          (view) =>
            view.groups.some((one) => visibility.groupIds.includes(one.id)) ||
            visibility.merchantIds.includes(view.merchantId ?? ''),
        )
        await fc.assert(
          fc.asyncProperty(filters(), orders, async (filter, order) => {
            const expected = inOrder(
              own.filter((view) => fits(view, filter)),
              order,
            )
            expect((await allPages(makeCtx(services, actor), filter, order, 25, bounds)).ids).toEqual(
              expected,
            )
          }),
          { numRuns: 25 },
        )
      }
    },
  )

  it('is about terminals of every kind of connectivity', () => {
    expect(new Set(all.map((view) => view.connectivity))).toEqual(
      new Set(['online', 'late', 'lost', 'never']),
    )
  })

  it('reads on without a full page where nobody waits for one, and misses nothing', async () => {
    const order: Order = { sort: 'serial', direction: 'desc' }
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = { cursor, limit: 10, isFull: false }
      const found = await findTerminals(me, { model: 'MODEL-1', state: 'active' }, order, page, {
        narrow: 2,
        wide: 2,
        stride: 7,
      })
      ids.push(...found.ids)
      cursor = found.nextCursor ?? undefined
    } while (cursor !== undefined)
    const expected = all.filter((view) => fits(view, { model: 'MODEL-1', state: 'active' }))
    expect(ids).toEqual(inOrder(expected, order))
  })

  it('shows TIDs, merchant and groups of each', async () => {
    const { items } = await listStatus(me, { search: '735', groupId: fleet.groups[1] ?? '' })
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      tids: [{ acquirer: 'bank', tid: '735', mid: 'M8' }],
      merchantId: fleet.merchants[1],
      merchantName: 'Café',
      groups: [{ id: fleet.groups[1], name: 'South' }],
      network: null,
      printer: null,
    })
  })

  it('refuses a cursor of another order, and one that was made up', async () => {
    const { nextCursor } = await listStatus(me, { limit: 3 })
    const cursor = nextCursor ?? ''
    await expect(listStatus(me, { cursor, sort: 'lastSeen' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
    await expect(listStatus(me, { cursor, direction: 'desc' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
    const made = Buffer.from(
      JSON.stringify(['lastSeen', 'asc', '2026-99-99T00:00:00Z', fleet.ids[0]]),
    ).toString('base64url')
    await expect(listStatus(me, { cursor: made, sort: 'lastSeen' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
  })
})
