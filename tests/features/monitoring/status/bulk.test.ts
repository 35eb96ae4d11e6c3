import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { issueCredential } from '../../../../src/features/credentials'
import { applyBulk, BULK_MAX, previewBulk } from '../../../../src/features/monitoring/status/bulk'
import {
  createGroup,
  createMerchant,
  deleteMerchant,
} from '../../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { retireTerminal } from '../../../../src/features/terminals/service/states'
import { useTestDatabase } from '../../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'

const database = useTestDatabase()
let services: Services
let me: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
})

type Change = Parameters<typeof previewBulk>[1]['change']

const register = async (serial: string, more = {}) =>
  (await registerTerminal(me, { serial, platform: 'other', ...more })).id
const makeActive = (ids: string[]) =>
  database.sql`update terminals set state = 'active' where id in ${database.sql(ids)}`
const statesOf = async (ids: string[]) =>
  (await database.sql`select state from terminals where id in ${database.sql(ids)} order by serial`).map(
    (row) => row.state,
  )
const auditsOf = async (id: string) =>
  (await database.sql`select action, changes from audit_entries where subject_id = ${id} order by seq`).slice(
    1,
  )

/** Preview, then the same for good: both must say the same. */
async function doBoth(ctx: Ctx, terminalIds: string[], change: Change) {
  const target = { terminalIds }
  const preview = await previewBulk(ctx, { target, change })
  const report = await applyBulk(ctx, { target, change, expectedTerminals: preview.terminals })
  expect(report).toEqual(preview)
  return report
}

describe('a change of many terminals', () => {
  it('says what it would do, does just that, and says why it leaves the others', async () => {
    const ids = await Promise.all(['S-1', 'S-2', 'S-3', 'S-4'].map((serial) => register(serial)))
    await makeActive(ids.slice(0, 3))
    await retireTerminal(me, { terminalId: ids[2] ?? '' })
    const target = { terminalIds: [...ids, newId()] }
    const change = { kind: 'suspend' as const }
    const preview = await previewBulk(me, { target, change })
    expect(preview).toEqual({
      terminals: 5,
      willChange: 2,
      skipped: [
        { reason: 'terminal_not_found', count: 1 },
        { reason: 'transition_refused', count: 2 },
      ],
      sample: ['S-1', 'S-2'],
    })
    expect(await statesOf(ids)).toEqual(['active', 'active', 'retired', 'expected'])
    expect(await applyBulk(me, { target, change, expectedTerminals: 5 })).toEqual(preview)
    expect(await statesOf(ids)).toEqual(['suspended', 'suspended', 'retired', 'expected'])
    expect(await auditsOf(ids[0] ?? '')).toEqual([
      { action: 'terminal.suspended', changes: { state: { before: 'active', after: 'suspended' } } },
    ])
    expect(await auditsOf(ids[3] ?? '')).toEqual([])
    expect((await doBoth(me, ids, { kind: 'resume' })).willChange).toBe(2)
  })

  it('ends secrets and frees TIDs of the retired, as the single verb does', async () => {
    const ids = await Promise.all(
      ['R-1', 'R-2'].map((serial, n) => register(serial, { tids: [{ acquirer: 'ret', tid: `${n}` }] })),
    )
    for (const subjectId of ids) {
      const issue = { subjectKind: 'terminal' as const, subjectId, origin: 'enrollment' as const }
      await issueCredential(services.db, { ...issue, now: new Date() })
    }
    await doBoth(me, ids, { kind: 'retire' })
    const secrets = await database.sql`select state from credentials where subject_id in ${database.sql(ids)}`
    expect(secrets.map((row) => row.state)).toEqual(['ended', 'ended'])
    await expect(register('R-3', { tids: [{ acquirer: 'ret', tid: '0' }] })).resolves.toBeTruthy()
  })

  it('re-opens who can have its TIDs back, and names a reason for the others', async () => {
    const tid = (value: string) => ({ tids: [{ acquirer: 'back', tid: value }] })
    const lost = await register('B-1', tid('1'))
    await retireTerminal(me, { terminalId: lost })
    await register('B-2', tid('1'))
    const first = await register('B-3', tid('2'))
    await retireTerminal(me, { terminalId: first })
    const second = await register('B-4', tid('2'))
    await retireTerminal(me, { terminalId: second })
    const live = await register('B-5')
    await makeActive([live])
    const report = await doBoth(me, [lost, first, second, live], { kind: 'reopen' })
    expect(report).toMatchObject({ willChange: 2, skipped: [{ reason: 'tid_taken', count: 2 }] })
    expect(await statesOf([lost, first, second, live])).toEqual(['retired', 'expected', 'retired', 'active'])
    expect((await auditsOf(live)).map((row) => row.action)).toEqual(['terminal.reopened'])
  })

  it('moves groups, merchants and intervals, with an audit row for each terminal', async () => {
    const group = await createGroup(me, { name: 'Bulk' })
    const merchant = await createMerchant(me, { name: 'Bulk' })
    const a = await register('G-1', { groupIds: [group.id] })
    const b = await register('G-2')
    const change = { kind: 'addToGroup' as const, groupId: group.id }
    expect(await doBoth(me, [a, b], change)).toMatchObject({
      willChange: 1,
      skipped: [{ reason: 'already_so', count: 1 }],
    })
    expect((await auditsOf(b))[0]?.changes).toEqual({ groupIds: { before: [], after: [group.id] } })
    expect((await doBoth(me, [a, b], { ...change, kind: 'removeFromGroup' })).willChange).toBe(2)
    expect((await doBoth(me, [a, b], { kind: 'setMerchant', merchantId: merchant.id })).willChange).toBe(2)
    expect((await doBoth(me, [a, b], { kind: 'setInterval', seconds: 60 })).willChange).toBe(2)
    expect((await doBoth(me, [a, b], { kind: 'setTimeZone', timeZone: 'Europe/Moscow' })).willChange).toBe(2)
    expect((await doBoth(me, [a, b], { kind: 'setRedirect', mayRedirect: true })).willChange).toBe(2)
    expect((await doBoth(me, [b], { kind: 'setRedirect', mayRedirect: true })).skipped).toEqual([
      { reason: 'already_so', count: 1 },
    ])
    const rows =
      await database.sql`select merchant_id, check_in_interval_seconds from terminals where id = ${b}`
    expect(rows[0]).toEqual({ merchant_id: merchant.id, check_in_interval_seconds: 60 })
    const members = await database.sql`select 1 from terminal_group_members where group_id = ${group.id}`
    expect(members).toHaveLength(0)
  })

  it('takes a filter, and refuses when other terminals fit than were said', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => register(`FLT-${n}`)))
    const target = { filter: { search: 'FLT-' } }
    const change = { kind: 'retire' as const }
    expect(await previewBulk(me, { target, change })).toMatchObject({ terminals: 12, willChange: 12 })
    ids.push(await register('FLT-99'))
    await expect(applyBulk(me, { target, change, expectedTerminals: 12 })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'target_changed',
      details: { values: { terminals: 13 } },
    })
    expect(new Set(await statesOf(ids))).toEqual(new Set(['expected']))
    await applyBulk(me, { target, change, expectedTerminals: 13 })
    expect(new Set(await statesOf(ids))).toEqual(new Set(['retired']))
  })

  it('tells the servers once of very many, and of each of a few', async () => {
    await database.sql`insert into terminals (id, serial, platform)
      select gen_random_uuid(), 'MANY-' || n, 'other' from generate_series(1, 1200) n`
    const [before] = await database.sql`select coalesce(max(seq), 0) as seq from change_feed`
    const change = { kind: 'setInterval' as const, seconds: 90 }
    await applyBulk(me, { target: { filter: { search: 'MANY-' } }, change, expectedTerminals: 1200 })
    const told = () => database.sql`select topic from change_feed where seq > ${before?.seq as number}`
    expect(await told()).toEqual([{ topic: 'terminals' }])
    await applyBulk(me, {
      target: { filter: { search: 'MANY-119' } },
      change: { ...change, seconds: 91 },
      expectedTerminals: 11,
    })
    expect((await told()).filter((row) => row.topic === 'terminal')).toHaveLength(11)
    const [audited] = await database.sql`select count(distinct subject_id)::int as n from audit_entries
      where subject_label like 'MANY-%' and action = 'terminal.updated'`
    expect(audited?.n).toBe(1200)
  })

  it('owes no audit row where nothing changes', async () => {
    const id = await register('N-1')
    await doBoth(me, [id], { kind: 'setInterval', seconds: null })
    expect(await auditsOf(id)).toEqual([])
  })
})

describe('bulk work and the end of a merchant at once', () => {
  /** Until somebody waits for what this transaction holds. */
  const somebodyWaits = () =>
    vi.waitFor(async () => {
      const waiting = await database.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      expect(waiting).toHaveLength(1)
    }, 5_000)

  it('come to the terminals in the same order', async () => {
    const { id: merchantId } = await createMerchant(me, { name: 'Ending' })
    const [first, second] = [newId(1_000), newId(2_000)]
    // In the table the second comes before the first, as it does by its serial number.
    await database.sql`insert into terminals (id, serial, platform, merchant_id)
      values (${second}, 'END-1', 'other', ${merchantId}), (${first}, 'END-2', 'other', ${merchantId})`
    const { deleting } = await database.sql.begin(async (bulk) => {
      await bulk`select from terminals where id = ${first} for update`
      const deleting = deleteMerchant(me, { merchantId })
      await somebodyWaits()
      await bulk`select from terminals where id = ${second} for update nowait`
      return { deleting }
    })
    expect(await deleting).toEqual({ terminals: 2 })
  })

  it('come to the merchant before its terminals', async () => {
    const { id: merchantId } = await createMerchant(me, { name: 'Ending too' })
    const terminal = await register('END-3')
    const target = { terminalIds: [terminal] }
    const change = { kind: 'setMerchant' as const, merchantId }
    const { giving } = await database.sql.begin(async (deleting) => {
      await deleting`select from merchants where id = ${merchantId} for update`
      const giving = applyBulk(me, { target, change, expectedTerminals: 1 }).catch((error) => error.code)
      await somebodyWaits()
      await deleting`select from terminals where id = ${terminal} for update nowait`
      await deleting`delete from merchants where id = ${merchantId}`
      return { giving }
    })
    expect(await giving).toBe('merchant_not_found')
  })
})

describe('refusals of bulk work', () => {
  it('are for too many at once, in plain words', async () => {
    await database.sql`insert into terminals (id, serial, platform)
      select gen_random_uuid(), 'HUGE-' || n, 'other' from generate_series(1, ${BULK_MAX + 1}::int) n`
    const input = { target: { filter: { search: 'HUGE-' } }, change: { kind: 'retire' as const } }
    const refusal = { code: 'too_many_terminals', details: { values: { max: BULK_MAX } } }
    await expect(previewBulk(me, input)).rejects.toMatchObject(refusal)
    await expect(applyBulk(me, { ...input, expectedTerminals: BULK_MAX + 1 })).rejects.toMatchObject(refusal)
  })

  it('are for places that do not exist and for inputs that say nothing', async () => {
    const target = { terminalIds: [await register('X-1')] }
    const nowhere = newId()
    await expect(
      previewBulk(me, { target, change: { kind: 'addToGroup', groupId: nowhere } }),
    ).rejects.toMatchObject({ code: 'group_not_found' })
    await expect(
      previewBulk(me, { target, change: { kind: 'setMerchant', merchantId: nowhere } }),
    ).rejects.toMatchObject({ code: 'merchant_not_found' })
    await expect(previewBulk(me, { target: {} as never, change: { kind: 'retire' } })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('are for who may not, and hide what a caller with limits does not see', async () => {
    const own = await createGroup(me, { name: 'Own' })
    const other = await createGroup(me, { name: 'Not own' })
    const inside = await register('L-IN', { groupIds: [own.id] })
    const outside = await register('L-OUT')
    const limited = makeCtx(services, limitedOperator({ groupIds: [own.id] }))
    const change = { kind: 'setInterval' as const, seconds: 77 }
    expect(await doBoth(limited, [inside, outside], change)).toMatchObject({
      willChange: 1,
      skipped: [{ reason: 'terminal_not_found', count: 1 }],
      sample: ['L-IN'],
    })
    expect(await previewBulk(limited, { target: { filter: { search: 'L-' } }, change })).toMatchObject({
      terminals: 1,
    })
    expect(await auditsOf(outside)).toEqual([])
    expect(await doBoth(limited, [inside], { kind: 'removeFromGroup', groupId: own.id })).toMatchObject({
      willChange: 0,
      skipped: [{ reason: 'outside_your_limits', count: 1 }],
    })
    const foreign = { kind: 'addToGroup' as const, groupId: other.id }
    await expect(
      previewBulk(limited, { target: { terminalIds: [inside] }, change: foreign }),
    ).rejects.toMatchObject({ code: 'group_not_found' })
    const merchant = await createMerchant(me, { name: 'Not own either' })
    const given = { kind: 'setMerchant' as const, merchantId: merchant.id }
    await expect(
      previewBulk(limited, { target: { terminalIds: [inside] }, change: given }),
    ).rejects.toMatchObject({ code: 'merchant_not_found' })
    await doBoth(me, [inside], given)
    expect(await doBoth(limited, [inside], { kind: 'setMerchant', merchantId: null })).toMatchObject({
      willChange: 0,
      skipped: [{ reason: 'outside_your_limits', count: 1 }],
    })
    const viewers = [operator('viewer'), integrator('status:read')]
    for (const actor of viewers)
      await expect(
        previewBulk(makeCtx(services, actor), { target: { terminalIds: [inside] }, change }),
      ).rejects.toMatchObject({ code: 'forbidden' })
  })
})
