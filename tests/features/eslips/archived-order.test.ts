import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { openSlips } from '../../../src/features/eslips/downloads/pages'
import { getSlip } from '../../../src/features/eslips/export/details'
import { countSlips, searchSlips } from '../../../src/features/eslips/search'
import { useTestDatabase } from '../../support/postgres'
import { job, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { archive, dayAgo, fillDay, never } from './archived'

const database = useTestDatabase()
const ARCHIVED = [5, 4, 3].map(dayAgo)
const LIVE = dayAgo(2)
const A_DAY = 40
const MERCHANT = randomUUID()
const [ours, other] = [randomUUID(), randomUUID()]
let services: Services
let me: Ctx

interface Known {
  id: string
  filedAt: string
  isOurs: boolean
}
/** All slips by time and then by id, the oldest first, as the database had them. */
let known: Known[] = []

/**
 * Three terminals' worth of slips: two of three are of one terminal, that has two TIDs by turns, the later the lower. Four
 * slips each are of one moment. So the order of the file is another than that of time.
 */
async function fill(day: string): Promise<void> {
  await fillDay(
    database,
    day,
    A_DAY,
    (at) => ({
      tid: at % 2 ? '10000002' : '10000001',
      localDateTime: new Date(Date.parse(`${day}T10:00:00Z`) + Math.floor(at / 4) * 1000).toISOString(),
    }),
    (at) => (at % 3 === 0 ? other : ours),
  )
}

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
  await database.sql`insert into merchants (id, name) values (${MERCHANT}, 'Чай')`
  for (const [id, merchant] of [
    [ours, MERCHANT],
    [other, null],
  ] as const)
    await database.sql`
      insert into terminals (id, serial, platform, state, merchant_id)
      values (${id}, ${id}, 'wiseasy-wpos3', 'active', ${merchant})`
  for (const day of [...ARCHIVED, LIVE]) await fill(day)
  const rows = await database.sql<{ id: string; at: Date; terminal: string }[]>`
    select id, filed_at as at, terminal_id as terminal from eslips order by filed_at, id`
  known = rows.map(({ id, at, terminal }) => ({
    id,
    filedAt: at.toISOString(),
    isOurs: terminal === ours,
  }))
  for (const day of ARCHIVED) await archive(database, makeCtx(services, job()), day)
})

async function searchAll(ctx: Ctx, limit: number, filter: Record<string, unknown> = {}): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await searchSlips(ctx, { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    found.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

const newestFirst = (rows: readonly Known[]) => rows.map(({ id }) => id).reverse()

describe('a list with archived days', () => {
  it.each([1, 3, 7, 40, 1_000])('is newest first, each slip once, in pages of %i', async (limit) => {
    expect(known).toHaveLength(4 * A_DAY)
    expect(await searchAll(me, limit)).toEqual(newestFirst(known))
  })

  it('is so where it is filtered, and for a caller with limits', async () => {
    const mine = known.filter(({ isOurs }) => isOurs)
    expect(await searchAll(me, 7, { terminalId: ours })).toEqual(newestFirst(mine))
    const limited = makeCtx(services, limitedOperator({ merchantIds: [MERCHANT] }))
    expect(await searchAll(limited, 7)).toEqual(newestFirst(mine))
    const from = `${ARCHIVED[0]}T10:00:03.000Z`
    const to = `${ARCHIVED[1]}T10:00:03.000Z`
    expect(await searchAll(me, 7, { from, to })).toEqual(
      newestFirst(known.filter(({ filedAt }) => filedAt >= from && filedAt < to)),
    )
  })

  it('shows on a page that begins in the database what follows in the archive', async () => {
    const { items, nextCursor } = await searchSlips(me, { limit: A_DAY + 6 })
    expect(items.map(({ id }) => id)).toEqual(newestFirst(known).slice(0, A_DAY + 6))
    expect(items.map(({ isArchived }) => isArchived).indexOf(true)).toBe(A_DAY)
    expect(nextCursor).not.toBeNull()
  })
})

describe('previous and next of a terminal', () => {
  it('go through its slips by time, whatever their TIDs, their moments and where they are', async () => {
    const mine = known.filter(({ isOurs }) => isOurs).map(({ id }) => id)
    for (const [at, slipId] of mine.entries()) {
      const { previousId, nextId } = await getSlip(me, { slipId })
      expect([at, previousId, nextId]).toEqual([at, mine[at - 1] ?? null, mine[at + 1] ?? null])
    }
  })
})

describe('a download with archived days', () => {
  const download = (most: number) => ({ format: 'csv' as const, fileName: 'slips.csv', most })

  it('has all slips, newest first', async () => {
    const found: string[] = []
    for await (const { id } of await openSlips(me, {}, download(4 * A_DAY), never)) found.push(id)
    expect(found).toEqual(newestFirst(known))
  })

  it('is refused where they are more than it may have', async () => {
    await expect(openSlips(me, {}, download(4 * A_DAY - 1), never)).rejects.toMatchObject({
      code: 'export_too_large',
    })
  })

  it.each([
    ['all', {}, () => true],
    ['of a terminal', { terminalId: ours }, ({ isOurs }) => isOurs],
    [
      'of a period',
      { from: `${ARCHIVED[0]}T10:00:03.000Z`, to: `${LIVE}T10:00:02.000Z` },
      ({ filedAt }) => filedAt >= `${ARCHIVED[0]}T10:00:03.000Z` && filedAt < `${LIVE}T10:00:02.000Z`,
    ],
    ['of archived days alone', { to: `${LIVE}T00:00:00.000Z` }, ({ filedAt }) => filedAt < LIVE],
    ['of nobody', { tid: 'none' }, () => false],
  ] satisfies [string, Record<string, string>, (one: Known) => boolean][])(
    'is counted before: %s',
    async (_which, filter, fits) => {
      expect(await countSlips(me, filter, 1_000, never)).toBe(known.filter(fits).length)
      const limited = makeCtx(services, limitedOperator({ merchantIds: [MERCHANT] }))
      expect(await countSlips(limited, filter, 1_000, never)).toBe(
        known.filter((one) => one.isOurs && fits(one)).length,
      )
    },
  )

  it('is counted no further where nobody waits for it', async () => {
    await expect(countSlips(me, {}, 1_000, AbortSignal.abort())).rejects.toThrow('abort')
  })
})
