import { randomUUID } from 'node:crypto'
import { readFile, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { connect } from '../../../src/db/client'
import { listArchives, readArchive, verifyArchives } from '../../../src/features/eslips/archive'
import { findArchiveFile, getArchiveFile, listArchiveFiles } from '../../../src/features/eslips/archive/files'
import { READ_OPTIONS } from '../../../src/features/eslips/archive/format/decode'
import { createHold, listHolds, releaseHold } from '../../../src/features/eslips/archive/holds'
import { archiveJobs } from '../../../src/features/eslips/archive/jobs'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { archive, dayAgo, fillDay, never, runArchiveJob, storeSlips } from './archived'

const SHOP = randomUUID()
const SHOP_TERMINAL = randomUUID()
const EXPIRE = 'delete-expired-eslips'
const database = useTestDatabase()
let services: Services
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database, { env: { ESLIP_RETENTION_DAYS: '365' } })
  me = makeCtx(services, operator('admin'))
  await database.sql`insert into merchants (id, name) values (${SHOP}, 'Чай')`
  await database.sql`
    insert into terminals (id, serial, platform, state, merchant_id)
    values (${SHOP_TERMINAL}, 'S-1', 'wiseasy-wpos3', 'active', ${SHOP})`
})

const archived = async (day: string, count: number, terminalId?: string) => {
  await fillDay(database, day, count, () => ({}), terminalId === undefined ? undefined : () => terminalId)
  await archive(database, me, day)
}
const rowOf = async (day: string) => {
  const [row] = await database.sql<Record<string, string>[]>`
    select * from eslip_archives where day = ${day}::text::date`
  return row ?? {}
}
const fileOf = (key: string | undefined) => path.join(services.settings.storage.directory, 'blobs', key ?? '')

describe('files of archives', () => {
  it('are listed with what is in them, the newest number first, page by page', async () => {
    for (const days of [800, 799, 798]) await archived(dayAgo(days), 5)
    const first = await listArchiveFiles(me, { limit: 2 })
    expect(first.items.map((one) => one.number)).toEqual([3, 2])
    expect(await getArchiveFile(me, { number: 2 })).toEqual(first.items[1])
    expect(first.items[0]).toMatchObject({ day: dayAgo(798), rows: 5, isHeld: false, deletedAt: null })
    expect(first.items[0]?.totals).toEqual([
      { currency: 'RUB', type: 'sale', result: 'approved', count: 5, amount: 15 },
    ])
    const second = await listArchiveFiles(me, { limit: 2, cursor: first.nextCursor ?? '' })
    expect(second.items.map((one) => one.number)).toEqual([1])
    expect(second.nextCursor).toBeNull()
  })

  it('are Parquet that a plain reader opens, and name their SHA-256', async () => {
    const { sizeBytes, sha256, name, open } = await findArchiveFile(me, { number: 1 })
    const bytes = Buffer.concat(await (await open()).toArray())
    expect([bytes.length, name]).toEqual([sizeBytes, `slips-${dayAgo(800)}.parquet`])
    expect(sha256).toBe((await rowOf(dayAgo(800))).sha256)
    const file = {
      byteLength: bytes.length,
      slice: (from: number, to?: number) => arrayOf(bytes.subarray(from, to)),
    }
    const rows = await parquetReadObjects({ file, compressors: READ_OPTIONS.compressors })
    expect(rows.map((row) => row.amount)).toEqual([5n, 4n, 3n, 2n, 1n])
    expect(rows[0]?.filed_at).toBeInstanceOf(Date)
    expect(JSON.parse(String(rows[0]?.content))).toMatchObject({
      amount: 5,
      merchant: { name: 'Чайная лавка' },
    })
  })

  it('show to nobody whose sight is limited, nor without the scope', async () => {
    const limited = makeCtx(services, limitedOperator({ merchantIds: [SHOP] }))
    expect(await listArchiveFiles(limited, {})).toEqual({ items: [], nextCursor: null })
    await expect(getArchiveFile(limited, { number: 1 })).rejects.toMatchObject({
      code: 'eslip_archive_not_found',
    })
    await expect(findArchiveFile(limited, { number: 1 })).rejects.toMatchObject({
      code: 'eslip_archive_not_found',
    })
    await expect(verifyArchives(limited, {})).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'eslip_archives_outside_limits',
    })
    const program = makeCtx(services, integrator('status:read'))
    await expect(findArchiveFile(program, { number: 1 })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(findArchiveFile(me, { number: 99 })).rejects.toMatchObject({
      code: 'eslip_archive_not_found',
    })
  })

  it('that are missing are told as that, in a search too', async () => {
    const day = dayAgo(797)
    await archived(day, 3)
    const { blob_key: key } = await rowOf(day)
    const bytes = await readFile(fileOf(key))
    await unlink(fileOf(key))
    const [entry] = await listArchives(me, { afterNumber: 3 })
    if (entry === undefined) throw new Error('not listed')
    await expect(readArchive(me, entry, { filter: {}, limit: 1 })).rejects.toMatchObject({
      code: 'eslip_archive_unreadable',
      details: { values: { number: 4 } },
    })
    await expect(findArchiveFile(me, { number: 4 })).rejects.toMatchObject({
      code: 'eslip_archive_unreadable',
    })
    await writeFile(fileOf(key), bytes)
    expect((await readArchive(me, entry, { filter: {}, limit: 10 })).rows).toHaveLength(3)
  })
})

const arrayOf = (bytes: Buffer) => new Uint8Array(bytes).buffer

describe('verifying', () => {
  /** The database's owner may do what no application may. */
  const asOwner = async (statement: string) => {
    const owner = connect(database.owner, { max: 1, applicationName: 'psm-test-owner' })
    await owner.unsafe(statement)
    await owner.end()
  }
  const problems = async () =>
    (await verifyArchives(me, {})).problems.map(({ number, problem }) => `${number} ${problem}`)

  it('walks the whole chain, in parts too, and names its newest', async () => {
    const { hash } = await rowOf(dayAgo(797))
    expect(await verifyArchives(me, {})).toMatchObject({
      checked: 4,
      problems: [],
      nextAfter: null,
      head: { number: 4, hash },
    })
    const first = await verifyArchives(me, { limit: 3 })
    expect(first).toMatchObject({ checked: 3, nextAfter: 3 })
    expect(await verifyArchives(me, { after: 3, limit: 3 })).toMatchObject({
      checked: 1,
      problems: [],
      nextAfter: null,
    })
  })

  it('finds a byte that was changed, in a file and in a manifest beside it', async () => {
    const { blob_key: key, manifest_key: manifestKey } = await rowOf(dayAgo(799))
    for (const [changed, problem] of [
      [key, '2 file_changed'],
      [manifestKey, '2 manifest_file_changed'],
    ] as const) {
      const bytes = await readFile(fileOf(changed))
      const spoilt = Buffer.from(bytes)
      spoilt[20] = (spoilt[20] ?? 0) ^ 1
      await writeFile(fileOf(changed), spoilt)
      expect(await problems()).toEqual([problem])
      await writeFile(fileOf(changed), bytes)
    }
    const bytes = await readFile(fileOf(key))
    await unlink(fileOf(key))
    expect(await problems()).toEqual(['2 file_missing'])
    await writeFile(fileOf(key), bytes)
    expect(await problems()).toEqual([])
  })

  it('finds what somebody with all rights has changed, taken out or exchanged', async () => {
    await asOwner('create table kept as select * from eslip_archives where number = 2')
    const restore = () =>
      asOwner('delete from eslip_archives where number = 2; insert into eslip_archives select * from kept')
    await asOwner('update eslip_archives set rows = 4 where number = 2')
    expect(await problems()).toEqual(['2 columns_changed'])
    await restore()
    await asOwner(`update eslip_archives set totals = '[]' where number = 2`)
    expect(await problems()).toEqual(['2 columns_changed'])
    await restore()
    await asOwner(
      `update eslip_archives set manifest = replace(manifest, '"rows":5', '"rows":4') where number = 2`,
    )
    expect(await problems()).toEqual(['2 manifest_changed'])
    await restore()
    await asOwner(`update eslip_archives set manifest = replace(manifest, '"rows":5', '"rows":4'), rows = 4,
      hash = encode(sha256(convert_to(replace(manifest, '"rows":5', '"rows":4'), 'UTF8')), 'hex') where number = 2`)
    expect(await problems()).toEqual(['2 manifest_file_changed', '3 chain_broken'])
    await restore()
    await asOwner('delete from eslip_archives where number = 2')
    expect(await problems()).toEqual(['3 number_missing'])
    expect((await verifyArchives(me, { after: 2 })).problems).toMatchObject([
      { number: 3, problem: 'number_missing' },
    ])
    await restore()
    await asOwner('drop table kept')
    expect(await problems()).toEqual([])
  })

  it.each([
    `insert into eslip_archives select * from eslip_archives`,
    `update eslip_archives set deleted_at = now()`,
    `delete from eslip_archives`,
    `delete from eslip_identities`,
  ])('is not all that stands in the way: the application may not %s', async (statement) => {
    await expect(database.sql.unsafe(statement)).rejects.toMatchObject({ code: '42501' })
  })
})

describe('holds', () => {
  it('are made of a merchant, a period or both, listed and released, with audit', async () => {
    const made = await createHold(me, { merchantId: SHOP, fromDay: dayAgo(20), reason: ' Case 7 ' })
    expect(made).toMatchObject({ merchantName: 'Чай', reason: 'Case 7', toDay: null, createdBy: 'the admin' })
    expect((await listHolds(me, { isOpen: true })).items).toEqual([made])
    const named = await createHold(me, { merchantId: SHOP, reason: 'card 4111111111111111' })
    expect(named.reason).toBe('card 411111******1111')
    await releaseHold(me, { holdId: named.id })
    const released = await releaseHold(me, { holdId: made.id })
    expect(released).toMatchObject({ id: made.id, releasedBy: 'the admin' })
    expect((await listHolds(me, { isOpen: true })).items).toEqual([])
    expect((await listHolds(me, {})).items).toContainEqual(released)
    const audit = await database.sql`
      select action, subject_label, changes ->> 'reason' is not null as has_reason from audit_entries
      where subject_id = ${made.id} order by seq`
    expect(audit).toEqual([
      { action: 'eslip_hold.created', subject_label: `Чай, ${dayAgo(20)} – …`, has_reason: true },
      { action: 'eslip_hold.released', subject_label: `Чай, ${dayAgo(20)} – …`, has_reason: false },
    ])
  })

  it.each([
    ['nothing', { reason: 'x' }, 'invalid_input'],
    ['no reason', { fromDay: '2026-01-01', reason: ' ' }, 'invalid_input'],
    [
      'an end before the beginning',
      { fromDay: '2026-01-02', toDay: '2026-01-01', reason: 'x' },
      'invalid_input',
    ],
    ['a day that is none', { fromDay: '2026-02-30', reason: 'x' }, 'invalid_input'],
    ['an unknown merchant', { merchantId: randomUUID(), reason: 'x' }, 'merchant_not_found'],
  ])('are refused: %s', async (_what, input, code) => {
    await expect(createHold(me, input)).rejects.toMatchObject({ code })
  })

  it('are for administrators who see everything', async () => {
    const hold = { fromDay: '2026-01-01', reason: 'x' }
    await expect(createHold(makeCtx(services, operator()), hold)).rejects.toMatchObject({ code: 'forbidden' })
    const limited = { ...limitedOperator({ merchantIds: [SHOP] }), role: 'admin' } as Ctx['actor']
    const ctx = makeCtx(services, limited)
    await expect(createHold(ctx, hold)).rejects.toMatchObject({ code: 'outside_your_limits' })
    const { id } = await createHold(me, hold)
    expect((await listHolds(ctx, {})).items).toEqual([])
    await expect(releaseHold(ctx, { holdId: id })).rejects.toMatchObject({ code: 'eslip_hold_not_found' })
    await releaseHold(me, { holdId: id })
    await expect(releaseHold(me, { holdId: id })).rejects.toMatchObject({ code: 'eslip_hold_released' })
  })
})

describe('final deletion', () => {
  const states = async () => {
    const rows = await database.sql<{ day: string; gone: boolean; emptied: boolean }[]>`
      select day::text, deleted_at is not null as gone, emptied_at is not null as emptied
      from eslip_archives where day < ${dayAgo(365)}::text::date and day > ${dayAgo(700)}::text::date order by day`
    return rows.map((one) => `${one.gone ? (one.emptied ? 'emptied' : 'marked') : 'kept'}`)
  }
  const dry = async () => {
    const job = archiveJobs.find((one) => one.name === EXPIRE)
    return job?.run(makeCtx(services, { kind: 'job', name: EXPIRE }), {
      signal: never,
      fence: 0,
      isDryRun: true,
      report: () => {},
    })
  }
  beforeEach(async () => {
    await database.sql`update eslip_holds set released_at = now() where released_at is null`
  })

  it('is off where no retention is set', async () => {
    const off = await makeServices(database)
    expect(await runArchiveJob(off, database, EXPIRE)).toMatchObject({
      outcome: 'done',
      details: { isOff: true },
    })
    expect((await listArchiveFiles(me, {})).items.every((one) => one.deletedAt === null)).toBe(true)
  })

  it('keeps what is held, says beforehand what would go, and deletes the rest with its identities and file', async () => {
    await runArchiveJob(services, database, EXPIRE)
    await archived(dayAgo(500), 3)
    await archived(dayAgo(499), 4, SHOP_TERMINAL)
    await archived(dayAgo(498), 5)
    await archived(dayAgo(364), 6)
    const ofShop = await createHold(me, { merchantId: SHOP, reason: 'a case' })
    const ofDay = await createHold(me, { fromDay: dayAgo(498), toDay: dayAgo(498), reason: 'another' })
    expect(await dry()).toMatchObject({
      archivesDeleted: 1,
      archivesHeld: 2,
      slips: 3,
      firstDays: [dayAgo(500)],
    })
    expect(await states()).toEqual(['kept', 'kept', 'kept'])
    const held = (await listArchiveFiles(me, { limit: 4 })).items.map((one) => one.isHeld)
    expect(held).toEqual([false, true, true, false])

    const { blob_key: key } = await rowOf(dayAgo(500))
    expect(await runArchiveJob(services, database, EXPIRE)).toMatchObject({
      outcome: 'done',
      details: { archivesDeleted: 1, archivesHeld: 2, slips: 3 },
    })
    expect(await states()).toEqual(['emptied', 'kept', 'kept'])
    await expect(readFile(fileOf(key))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(
      findArchiveFile(me, { number: Number((await rowOf(dayAgo(500))).number) }),
    ).rejects.toMatchObject({
      code: 'eslip_archive_deleted',
    })
    const [audit] = await database.sql`
      select action, subject_label from audit_entries where action = 'eslip_archive.deleted' order by seq desc limit 1`
    expect(audit?.subject_label).toContain(dayAgo(500))
    expect(await verifyArchives(me, {})).toMatchObject({ problems: [] })
    const hours = await database.sql`
      select distinct (hour at time zone 'UTC')::date::text as day from eslip_hours
      where hour < ${dayAgo(497)}::text::date and hour > ${dayAgo(510)}::text::date order by 1`
    expect(hours.map((one) => one.day)).toEqual([dayAgo(499), dayAgo(498)])

    await releaseHold(me, { holdId: ofShop.id })
    await releaseHold(me, { holdId: ofDay.id })
    await runArchiveJob(services, database, EXPIRE)
    expect(await states()).toEqual(['emptied', 'emptied', 'emptied'])
    expect((await rowOf(dayAgo(364))).deleted_at).toBeNull()
    expect(await verifyArchives(me, {})).toMatchObject({ problems: [] })
  })

  it('forgets identities, and only those: a slip that is sent again is new, others are known', async () => {
    const [old, young] = [`${dayAgo(450)}T09:00:00Z`, `${dayAgo(300)}T09:00:00Z`]
    const slipOf = (slipUid: string, localDateTime: string) => () => ({ slipUid, localDateTime })
    await fillDay(database, dayAgo(450), 1, slipOf('expired', old))
    await archive(database, me, dayAgo(450))
    await fillDay(database, dayAgo(300), 1, slipOf('young', young))
    await archive(database, me, dayAgo(300))
    await runArchiveJob(services, database, EXPIRE)
    await storeSlips(database, dayAgo(0), 1, slipOf('expired', old))
    await storeSlips(database, dayAgo(0), 1, slipOf('young', young))
    const rows = await database.sql`
      select content ->> 'slipUid' as uid, time_mark from eslips where content ->> 'slipUid' in ('expired', 'young')`
    expect(rows).toEqual([{ uid: 'expired', time_mark: 'late' }])
  })

  it('goes on where a server died: after the mark, and after the file', async () => {
    await archived(dayAgo(440), 2)
    await archived(dayAgo(439), 2)
    const owner = connect(database.owner, { max: 1, applicationName: 'psm-test-owner' })
    await owner`update eslip_archives set deleted_at = now() where day in (${dayAgo(440)}::text::date, ${dayAgo(439)}::text::date)`
    await owner.end()
    await unlink(fileOf((await rowOf(dayAgo(439))).blob_key))
    const run = await runArchiveJob(services, database, EXPIRE)
    expect(run).toMatchObject({ outcome: 'done', details: { archivesDeleted: 0, slips: 2 } })
    expect((await states()).slice(-2)).toEqual(['emptied', 'emptied'])
  })

  it('fails where a file is damaged, after all others have gone, and goes on once it can be read', async () => {
    await archived(dayAgo(436), 2)
    await archived(dayAgo(435), 3)
    const { number, blob_key: key } = await rowOf(dayAgo(436))
    const whole = await readFile(fileOf(key))
    await writeFile(fileOf(key), whole.subarray(0, 100))
    const error = expect.stringContaining(`cannot be read: ${number}.`)
    expect(await runArchiveJob(services, database, EXPIRE)).toMatchObject({
      outcome: 'failed',
      details: { error },
    })
    expect((await states()).slice(-2)).toEqual(['marked', 'emptied'])
    await writeFile(fileOf(key), whole)
    expect(await runArchiveJob(services, database, EXPIRE)).toMatchObject({ details: { slips: 2 } })
    expect((await states()).slice(-2)).toEqual(['emptied', 'emptied'])
  })

  it('asks the database again: by a stale server, too young or held nothing is marked', async () => {
    await archived(dayAgo(430), 1)
    const number = Number((await rowOf(dayAgo(430))).number)
    const mark = (fence: number, before: string) => database.sql<{ done: boolean }[]>`
      select psm_delete_eslip_archive(${number}, ${before}::text::date, ${EXPIRE}, ${fence}) as done`
    await expect(mark(0, dayAgo(365))).rejects.toMatchObject({ code: 'PSM03' })
    const [lease] = await database.sql<{ fence: number }[]>`
      update job_leases set expires_at = now() + interval '1 hour' where name = ${EXPIRE} returning fence::float8 as fence`
    expect(await mark(lease?.fence ?? 0, dayAgo(430))).toEqual([{ done: false }])
    await createHold(me, { toDay: dayAgo(400), reason: 'x' })
    expect(await mark(lease?.fence ?? 0, dayAgo(365))).toEqual([{ done: false }])
    await expect(
      database.sql`select psm_forget_eslip_identities(${number}, '{}', '{}', '{}')`,
    ).rejects.toThrow('is not deleted')
  })
})
