import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { SlipStore } from '../../../src/features/eslips/ingest'
import { useTestDatabase } from '../../support/postgres'
import { makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'
import { enrolledTerminal, prepared, sale } from './slips'

const database = useTestDatabase()
const DAY_MS = 86_400_000
const ARCHIVE_DAYS = 90
/** Days that still take slips, with what the door adds to those that are kept, today, and days made ahead. */
const MOST_DAYS = ARCHIVE_DAYS + 60 + 1 + 4
const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()

let services: Services
let open: OpenDoor
let me: Ctx
let shop: Awaited<ReturnType<typeof enrolledTerminal>>

beforeAll(async () => {
  services = await makeServices(database, { env: { ESLIP_ARCHIVE_DAYS: String(ARCHIVE_DAYS) } })
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  shop = await enrolledTerminal(me, open, 'DRAWER-1')
})
afterAll(() => open.close())

const countDays = async () =>
  (await database.sql`select 1 from pg_inherits where inhparent = 'eslips'::regclass`).length

describe('a terminal that sends slips of 1,200 different days', () => {
  it('has all of them stored, and makes tables of the days alone that are kept', async () => {
    const stored: string[] = []
    for (let from = 1; from <= 1_200; from += 200) {
      const days = Array.from({ length: 200 }, (_, index) => from + index)
      const results = await shop.handOver(...days.map((day) => sale({ localDateTime: ago(day) })))
      stored.push(...results.map((one) => one.status))
    }
    expect(stored).toEqual(Array.from({ length: 1_200 }, () => 'stored'))
    const late = await database.sql`select 1 from eslips where time_mark = 'late'`
    expect(late).toHaveLength(1_200 - ARCHIVE_DAYS - 60)
    expect(await countDays()).toBeLessThanOrEqual(MOST_DAYS)
  }, 60_000)
})

describe('days that are new', () => {
  it('have their tables before anybody is kept from storing', async () => {
    const day = ago(300)
    const holder = await database.sql.reserve()
    await holder`select pg_advisory_lock(7733003)`
    const before = await countDays()
    const storing = new SlipStore(database.sql).store([prepared(sale({ localDateTime: day }))])
    try {
      await expect.poll(countDays, { timeout: 10_000 }).toBe(before + 1)
    } finally {
      await holder`select pg_advisory_unlock(7733003)`
      holder.release()
    }
    expect(await storing).toEqual(['stored'])
  })
})
