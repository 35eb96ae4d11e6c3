import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { openPools, type RawSql } from '../../../src/db/client'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/db/embedded'
import { migrate } from '../../../src/db/migrate'
import { newestPlace } from '../../../src/features/eslips/export'
import { getSlip } from '../../../src/features/eslips/export/details'
import { pullSlips } from '../../../src/features/eslips/export/pull'
import { SlipStore } from '../../../src/features/eslips/ingest'
import { searchSlips, totalSlips } from '../../../src/features/eslips/search'
import { findSlips, type SlipPosition } from '../../../src/features/eslips/search/find'
import { registerTerminal } from '../../../src/features/terminals'
import { createMerchant } from '../../../src/features/terminals/service/places'
import type { TestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { prepared, sale } from './slips'

const DAYS = 400
const DAY_MS = 86_400_000
/** What a PostgreSQL as it comes has room for (64 locks for each of 100 connections), for the 16 connections of a server. */
const MOST_LOCKS = (64 * 100) / 16
/** A prepared statement gets one plan for all parameters after five times. */
const TIMES = 8
/** Searches, each with a connection of its own. */
const AT_ONCE = 20
const noon = (daysAgo: number) =>
  new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - daysAgo * DAY_MS + DAY_MS / 2).toISOString()

/** With as many locks as a PostgreSQL has that nobody has set up. */
let server: EmbeddedPostgres
let database: TestDatabase
let services: Services
let me: Ctx
let limited: Ctx
let middleId: string
/** By days ago, from 1 on. */
const uids: string[] = []

const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-test-days-'))

beforeAll(async () => {
  server = await startEmbeddedPostgres({
    directory,
    role: 'test',
    durability: 'off',
    settings: { max_connections: '100', max_locks_per_transaction: '64' },
  })
  await migrate(server.owner, 'drizzle', server.app.user)
  const pools = openPools(server.app, 'psm-test', { db: 10, sql: AT_ONCE })
  database = { ...pools, app: server.app, owner: server.owner }
  services = await makeServices(database)
  me = makeCtx(services, operator())
  const merchant = await createMerchant(me, { name: 'Old shop' })
  limited = makeCtx(services, limitedOperator({ merchantIds: [merchant.id] }))
  const { id: terminalId } = await registerTerminal(me, {
    serial: 'DAYS-1',
    platform: 'wiseasy-wpos3',
    merchantId: merchant.id,
  })
  const store = new SlipStore(database.sql)
  // In the order of chance: numbers say nothing of days.
  const order = Array.from({ length: DAYS }, (_, index) => ((index * 137) % DAYS) + 1)
  for (const daysAgo of order) {
    const slip = sale({ localDateTime: noon(daysAgo), rrn: `R${daysAgo}`, amount: daysAgo })
    uids[daysAgo] = slip.slipUid
    await store.store([prepared(slip, terminalId)])
  }
  middleId = (await searchSlips(me, { rrn: 'R200' })).items[0]?.id ?? ''
}, 120_000)
afterAll(async () => {
  await database?.end()
  await server?.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** The same caller, with each statement in a transaction of its own, and the most locks that one held. */
async function mostLocks(ctx: Ctx, ask: (ctx: Ctx) => Promise<unknown>): Promise<number> {
  const holder = await database.sql.reserve()
  let most = 0
  // One connection, so one after another.
  let last: Promise<unknown> = Promise.resolve()
  const run = async (...args: Parameters<RawSql['unsafe']>) => {
    await holder`begin`
    try {
      const rows = await holder.unsafe(...args)
      const [held] = await holder<{ count: number }[]>`
        select count(*)::int as count from pg_locks where pid = pg_backend_pid()`
      most = Math.max(most, held?.count ?? 0)
      return rows
    } finally {
      await holder`rollback`
    }
  }
  const unsafe = (...args: Parameters<RawSql['unsafe']>) => {
    last = last.then(
      () => run(...args),
      () => run(...args),
    )
    return last
  }
  try {
    for (let turn = 0; turn < TIMES; turn++)
      await ask({
        ...ctx,
        sql: new Proxy(ctx.sql, {
          get: (sql, name) => (name === 'unsafe' ? unsafe : Reflect.get(sql, name)),
        }),
      })
    return most
  } finally {
    holder.release()
  }
}

describe('one statement over four hundred days', () => {
  it.each<[string, (ctx: Ctx) => Promise<unknown>]>([
    ['a search of everything', (ctx) => searchSlips(ctx, { limit: 5 })],
    ['a search for one slip of any day', (ctx) => searchSlips(ctx, { rrn: 'R333' })],
    ['a search for what there is not', (ctx) => searchSlips(ctx, { rrn: 'none' })],
    [
      'a search within limits',
      (ctx) => searchSlips(makeCtx({ ...services, sql: ctx.sql }, limited.actor), { limit: 5 }),
    ],
    ['a search of one day', (ctx) => searchSlips(ctx, { from: noon(50), to: noon(49) })],
    ['sums of a day', (ctx) => totalSlips(ctx, { rrn: 'R50', from: noon(50), to: noon(49) })],
    ['a slip and its neighbours', (ctx) => getSlip(ctx, { slipId: middleId })],
    ['a pull', (ctx) => pullSlips(ctx, { limit: 5 })],
    ['a pull that chooses', (ctx) => pullSlips(ctx, { type: 'refund' })],
    ['the newest number', (ctx) => newestPlace(ctx)],
  ])('of %s takes locks that a PostgreSQL as it comes has room for', async (_what, ask) => {
    const most = await mostLocks(me, ask)
    expect(most).toBeLessThanOrEqual(MOST_LOCKS)
  })
})

describe('what is found over four hundred days', () => {
  const newestFirst = Array.from({ length: DAYS }, (_, index) => index + 1)

  it('is all, newest first, each once, for all callers', async () => {
    for (const ctx of [me, limited]) {
      const found: string[] = []
      let cursor: string | undefined
      do {
        const page = await searchSlips(ctx, { limit: 70, ...(cursor === undefined ? {} : { cursor }) })
        found.push(...page.items.map((one) => one.slipUid))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      expect(found).toEqual(newestFirst.map((daysAgo) => uids[daysAgo]))
    }
  })

  it.each<[string, { type?: 'sale' }]>([
    ['all', {}],
    ['those of a type', { type: 'sale' }],
  ])('is pulled in the order of numbers: %s', async (_what, filter) => {
    const seqs: number[] = []
    const pulled = new Set<string>()
    let after: string | undefined
    for (let hasMore = true; hasMore; ) {
      const page = await pullSlips(me, { limit: 70, ...filter, ...(after === undefined ? {} : { after }) })
      seqs.push(...page.items.map((one) => one.seq))
      for (const { slipUid } of page.items) pulled.add(slipUid ?? '')
      after = page.nextCursor
      hasMore = page.hasMore
    }
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    expect(seqs).toHaveLength(DAYS)
    expect(pulled.size).toBe(DAYS)
  })

  it('goes on in the next window where one call may read no further', async () => {
    const found: SlipPosition[] = []
    let after: SlipPosition | undefined
    do {
      const bounds = { stride: 8, strides: 2, merged: 10 }
      const { rows, next } = await findSlips(me, { currency: 'RUB' }, { after, limit: 30 }, bounds)
      found.push(...rows)
      after = next
    } while (after !== undefined)
    expect(found.map((one) => one.filedAt)).toEqual(newestFirst.map(noon))
  })

  it('has its neighbours in other windows', async () => {
    for (const daysAgo of [16, 17, 100, 101, 102, 399]) {
      const [slip] = (await searchSlips(me, { rrn: `R${daysAgo}` })).items
      const idOf = async (ago: number) => (await searchSlips(me, { rrn: `R${ago}` })).items[0]?.id
      expect(await getSlip(me, { slipId: slip?.id ?? '' })).toMatchObject({
        previousId: await idOf(daysAgo + 1),
        nextId: await idOf(daysAgo - 1),
      })
    }
  })

  it('is found by twenty searches and pulls at once, each time', async () => {
    for (let turn = 0; turn < 3; turn++) {
      const asked = Array.from({ length: AT_ONCE }, (_, index) =>
        index % 2 === 0 ? searchSlips(me, { type: 'refund' }) : pullSlips(me, { limit: 5 }),
      )
      const failed = (await Promise.allSettled(asked)).filter((one) => one.status === 'rejected')
      expect(failed).toEqual([])
    }
  }, 60_000)
})
