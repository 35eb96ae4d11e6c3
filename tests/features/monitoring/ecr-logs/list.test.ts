import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { findLogs, listEcrLogs } from '../../../../src/features/monitoring/ecr-logs/find'
import { STRIDES, walkLogs } from '../../../../src/features/monitoring/ecr-logs/walk'
import { useTestDatabase } from '../../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'

/** More than are looked up one by one. */
const TERMINALS = 60
const LOGS_OF_EACH = 3
const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(2026, 0, 1)

const database = useTestDatabase()
let services: Services
let me: Ctx
const merchants = { few: '', many: '' }

interface Kept {
  id: string
  nth: number
  day: number
  sizeBytes: number
  cards: number
}
/** The newest first. */
const kept: Kept[] = []

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
  const { sql } = database
  for (const name of ['few', 'many'] as const) {
    merchants[name] = newId()
    await sql`insert into merchants (id, name) values (${merchants[name]}, ${name})`
  }
  const terminals = Array.from({ length: TERMINALS }, (_, nth) => ({
    id: newId(),
    serial: `S${String(nth).padStart(3, '0')}`,
    platform: 'other',
    merchant_id: nth < 2 ? merchants.few : merchants.many,
  }))
  await sql`insert into terminals ${sql(terminals)}`
  await sql`insert into terminal_tids ${sql(
    terminals.map(({ id }, nth) => ({
      terminal_id: id,
      tid: `T${String(TERMINALS - nth).padStart(3, '0')}`,
      // Each terminal has another acquirer: one TID may be of many.
      acquirer: `bank ${nth}`,
    })),
  )}`
  await sql`insert into terminal_tids ${sql(terminals.map(({ id }) => ({ terminal_id: id, tid: 'SHARED', acquirer: id })))}`
  for (let day = 0; day < TERMINALS * LOGS_OF_EACH; day++) {
    const at = FIRST_DAY + day * DAY_MS
    const nth = (day * 7) % TERMINALS
    kept.unshift({ id: newId(at), nth, day, sizeBytes: (day * 37) % 100, cards: day % 9 === 0 ? 1 : 0 })
  }
  await sql`insert into ecr_logs ${sql(
    kept.map(({ id, nth, day, sizeBytes, cards }) => ({
      id,
      terminal_id: terminals[nth]?.id ?? '',
      name: `${day}.log`,
      version: 1,
      state: 'kept',
      blob_key: id,
      charset: 'utf-8',
      content_mac: Buffer.alloc(1),
      size_bytes: sizeBytes,
      card_numbers: cards,
      received_at: new Date(FIRST_DAY + day * DAY_MS),
      // Of half of them the period is not known.
      from_at: day % 2 === 0 ? new Date(FIRST_DAY + (day - 10) * DAY_MS) : null,
      to_at: day % 2 === 0 ? new Date(FIRST_DAY + (day - 5) * DAY_MS) : null,
    })),
  )}`
})

const days = (count: number) => new Date(FIRST_DAY + count * DAY_MS).toISOString()

/** All pages of a search by steps of these lengths. */
async function walked(ctx: Ctx, filter: object, strides: readonly number[], limit = 7): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | undefined; ; ) {
    const found = await walkLogs(ctx, filter, { after, limit }, strides)
    ids.push(...found.ids)
    expect(found.ids.length).toBeLessThanOrEqual(limit)
    if (!found.hasMore) return ids
    after = found.lookedTo?.id ?? found.ids.at(-1)
  }
}

const isOf = (one: Kept, fromDay: number, toDay: number) =>
  (one.day % 2 === 0 ? one.day - 5 : one.day) >= fromDay &&
  (one.day % 2 === 0 ? one.day - 10 : one.day) < toDay

describe('a search of logs', () => {
  it.each<[string, object, (one: Kept) => boolean]>([
    ['without a filter', {}, () => true],
    ['with card numbers', { hasCardNumbers: true }, ({ cards }) => cards > 0],
    ['without card numbers', { hasCardNumbers: false }, ({ cards }) => cards === 0],
    ['of a size', { minBytes: 20, maxBytes: 30 }, ({ sizeBytes }) => sizeBytes >= 20 && sizeBytes <= 30],
    ['of a size that none has', { minBytes: 1_000 }, () => false],
    ['of a period', { from: days(40), to: days(50) }, (one) => isOf(one, 40, 50)],
    ['of a few terminals by their serial numbers', { search: 'S00' }, ({ nth }) => nth < 10],
    ['of many by them', { search: 'S0' }, () => true],
    ['of a few by their TIDs', { search: 'T00' }, ({ nth }) => nth > TERMINALS - 10],
    ['of many by a TID they share', { tid: 'SHARED' }, () => true],
    ['of one of those', { tid: 'SHARED', search: 'S007' }, ({ nth }) => nth === 7],
    ['of none', { search: 'X' }, () => false],
    ['of many, with card numbers', { search: 'S0', hasCardNumbers: true }, ({ cards }) => cards > 0],
    [
      'of few, with card numbers, of a period',
      { search: 'S01', hasCardNumbers: true, from: days(20) },
      (one) => one.nth >= 10 && one.nth < 20 && one.cards > 0 && isOf(one, 20, 1_000),
    ],
  ])('%s finds all that fit and no other, by whatever steps', async (_what, filter, fits) => {
    for (const strides of [STRIDES, [3, 10], [1]]) {
      const wanted = (seen: (one: Kept) => boolean) =>
        kept.filter((one) => fits(one) && seen(one)).map(({ id }) => id)
      expect(await walked(me, filter, strides)).toEqual(wanted(() => true))
      const few = makeCtx(services, limitedOperator({ merchantIds: [merchants.few] }))
      expect(await walked(few, filter, strides)).toEqual(wanted(({ nth }) => nth < 2))
      const many = makeCtx(services, limitedOperator({ merchantIds: [merchants.many] }))
      expect(await walked(many, filter, strides)).toEqual(wanted(({ nth }) => nth >= 2))
    }
  })

  it('says down to which moment was looked where its steps are used up', async () => {
    const { ids, hasMore, lookedTo } = await walkLogs(
      me,
      { minBytes: 1_000 },
      { after: undefined, limit: 7 },
      [3, 10],
    )
    const thirteenth = kept[12]
    expect([ids, hasMore]).toEqual([[], true])
    expect(lookedTo).toEqual({
      id: thirteenth?.id,
      receivedMs: FIRST_DAY + (thirteenth?.day ?? 0) * DAY_MS,
    })
  })

  it('is done with its last page, and says so', async () => {
    const page = await listEcrLogs(me, { limit: 200 })
    expect([page.items.length, page.nextCursor, page.searchedTo]).toEqual([kept.length, null, null])
    const full = await listEcrLogs(me, { limit: 2 })
    expect([full.items.length, full.searchedTo]).toEqual([2, null])
    expect(full.nextCursor).not.toBeNull()
  })

  it('of a file goes on to its end', async () => {
    expect((await findLogs(me, { hasCardNumbers: true }, 1_000)).length).toBe((TERMINALS * LOGS_OF_EACH) / 9)
    expect((await findLogs(me, {}, 5)).map(({ id }) => id)).toEqual(kept.slice(0, 5).map(({ id }) => id))
    const logIds = [kept[3]?.id ?? '', kept[1]?.id ?? '']
    expect((await findLogs(me, { logIds }, 5)).map(({ id }) => id)).toEqual([...logIds].reverse())
    await expect(findLogs(me, { logIds: [...logIds, newId()] }, 5)).rejects.toMatchObject({
      code: 'ecr_log_not_found',
    })
  })
})
