import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ctx } from '../../../src/core/context'
import { verifyAudit } from '../../../src/features/audit/verify'
import { useTestDatabase } from '../../support/postgres'
import { makeCtx, makeServices, operator } from '../../support/services'
import { copyOf, moveHead, rehash, useTampering } from './tampering'

const CHECK_VIOLATION = '23514'
const database = useTestDatabase()
const { append, tamper, startAnew, owner } = useTampering(database)
let auditor: Ctx
let at: number[]
const seqAt = (index: number) => at.at(index) ?? 0

beforeAll(async () => {
  auditor = makeCtx(await makeServices(database), operator('auditor'))
})
beforeEach(async () => {
  at = await startAnew(10)
})

const problem = async (cursor?: string) =>
  (await verifyAudit(auditor, cursor === undefined ? {} : { cursor })).problem

/** For as long as a test takes, an owner who takes away what keeps numbers apart. */
async function without(constraint: 'check' | 'key', run: () => Promise<void>): Promise<void> {
  const [name, again] = {
    check: ['audit_entries_seq_positive', 'check (seq > 0) not valid'],
    key: ['audit_entries_pkey', 'primary key (seq)'],
  }[constraint]
  await owner().unsafe(`alter table audit_entries drop constraint ${name}`)
  try {
    await run()
  } finally {
    await startAnew(0).catch(() => {})
    await owner().unsafe(`alter table audit_entries add constraint ${name} ${again}`)
  }
}

const NOTHING = `prev_hash = decode(repeat('00', 32), 'hex')`

describe('an entry that is put in below number one', () => {
  it.each([0, -1, -7_000])('is refused by the database: %s', async (seq) => {
    await expect(tamper(copyOf(seqAt(3), `seq = ${seq}`))).rejects.toMatchObject({ code: CHECK_VIOLATION })
    await owner().unsafe('drop table if exists forged')
    await owner().unsafe('alter table audit_entries enable trigger audit_entries_append_only')
  })

  it.each([0, -1, -7_000])('is named where its owner lets it in, well made or not: %s', (seq) =>
    without('check', async () => {
      await tamper(copyOf(seqAt(3), `seq = ${seq}, actor_name = 'forged'`))
      expect(await problem()).toEqual({ seq, problem: 'inserted', after: 0 })
      await tamper(`update audit_entries set ${NOTHING} where seq = ${seq}; ${rehash(`seq = ${seq}`)}`)
      expect(await problem()).toEqual({ seq, problem: 'inserted', after: 0 })
      await tamper(moveHead)
      expect(await problem()).toEqual({ seq, problem: 'inserted', after: 0 })
    }),
  )

  it('is named in an empty log', () =>
    without('check', async () => {
      await tamper(`${copyOf(seqAt(3), `seq = -1, ${NOTHING}`)}; delete from audit_entries where seq > 0; ${rehash('true')};
        update audit_head set seq = 0, count = 0, ${NOTHING.replace('prev_hash', 'hash')}`)
      expect(await problem()).toEqual({ seq: -1, problem: 'inserted', after: 0 })
    }))
})

describe('an entry with the number of another one', () => {
  const twin = (index: number, more: string) =>
    `${copyOf(seqAt(index), `actor_name = 'forged', ${more}`)}; update audit_entries e set hash = psm_audit_hash(e)
      where seq = ${seqAt(index)} and actor_name = 'forged'`

  it.each([
    ['in the place of the other', ''],
    ['behind it', 'prev_hash = hash'],
  ])('is named: %s', (_where, more) =>
    without('key', async () => {
      await tamper(twin(4, more === '' ? 'request_id = request_id' : more))
      expect(await problem()).toMatchObject({ seq: seqAt(4), problem: 'inserted' })
    }),
  )

  it('is named as the newest, with a head that counts it', () =>
    without('key', async () => {
      await tamper(`${twin(9, 'prev_hash = hash')}; update audit_head set count = 11, hash =
        (select hash from audit_entries where seq = ${seqAt(9)} and actor_name = 'forged')`)
      expect(await problem()).toMatchObject({ seq: seqAt(9), problem: 'inserted' })
    }))

  it('is named between two parts of a walk', () =>
    without('key', async () => {
      at = await startAnew(20_001)
      const first = await verifyAudit(auditor, {})
      expect(first).toMatchObject({ problem: null, checked: 20_000 })
      await tamper(twin(19_999, 'prev_hash = hash'))
      expect(await problem(first.nextCursor ?? '')).toMatchObject({ seq: seqAt(19_999), problem: 'inserted' })
    }))

  it('is named without any number', () =>
    without('key', async () => {
      await tamper(
        `alter table audit_entries alter column seq drop identity, alter column seq drop not null;
         insert into audit_entries select (jsonb_populate_record(null::audit_entries, to_jsonb(e) - 'seq')).* from audit_entries e limit 1`,
      )
      expect(await problem()).toEqual({ seq: 0, problem: 'inserted', after: 0 })
      await tamper(`delete from audit_entries where seq is null;
        alter table audit_entries alter column seq set not null, alter column seq add generated always as identity`)
      await owner()`select setval('audit_entries_seq_seq', ${seqAt(-1) + 1})`
    }))
})

describe('a walk that goes on', () => {
  it('names what was removed where it stood', async () => {
    at = await startAnew(20_003)
    const { nextCursor } = await verifyAudit(auditor, {})
    await tamper(`delete from audit_entries where seq = ${seqAt(19_999)}`)
    expect(await problem(nextCursor ?? '')).toMatchObject({ seq: seqAt(20_000), problem: 'missing_before' })
    await tamper(`delete from audit_entries where seq > ${seqAt(19_999)}`)
    expect(await problem(nextCursor ?? '')).toMatchObject({ seq: seqAt(19_999), problem: 'tail_missing' })
  })
})

describe('a time of one’s choice', () => {
  const forgeLast = (seq: number, time: string) =>
    `${copyOf(seqAt(-1), `seq = ${seq}, prev_hash = hash, at = ${time}, actor_name = 'forged'`)};
     ${rehash(`seq = ${seq}`)}; ${moveHead}`

  it('is named where it is before that of the entry before it, however well the rest is made', async () => {
    const seq = seqAt(-1) + 1
    await tamper(forgeLast(seq, `at - interval '1 microsecond'`))
    expect(await problem()).toEqual({ seq, problem: 'time_backwards', after: seqAt(-1) })
  })

  it('is named as altered where it is no moment at all', async () => {
    for (const time of [`'infinity'`, `'-infinity'`, `'294276-12-31'`])
      await tamper(`update audit_entries set at = ${time} where seq = ${seqAt(4)}`).then(async () =>
        expect(await problem()).toMatchObject({ seq: seqAt(4), problem: 'altered' }),
      )
  })

  it('is kept between two parts of a walk', async () => {
    at = await startAnew(20_000)
    const { nextCursor } = await verifyAudit(auditor, {})
    await tamper(forgeLast(seqAt(-1) + 1, `at - interval '1 second'`))
    expect(await problem(nextCursor ?? '')).toMatchObject({ seq: seqAt(-1) + 1, problem: 'time_backwards' })
  })

  it('is written down by the server itself where the clock is set back, and is sound then', async () => {
    const seq = seqAt(-1) + 1
    await tamper(
      `${forgeLast(seq, `at + interval '1 hour'`)}; update audit_head set at = (select at from audit_entries where seq = ${seq})`,
    )
    await owner()`select setval('audit_entries_seq_seq', ${seq})`
    await append(2)
    expect(await problem()).toBeNull()
    const told = await database.sql<{ action: string; changes: { at: { before: string; after: string } } }[]>`
      select action, changes from audit_entries where seq > ${seq} order by seq`
    expect(told.map(({ action }) => action)).toEqual(['audit.clock_set_back', 'a.b', 'a.b'])
    const { before = '', after = '' } = told[0]?.changes.at ?? {}
    expect(Math.round((Date.parse(before) - Date.parse(after)) / 60_000)).toBe(60)
    expect(await problem()).toBeNull()
  })

  it('is that of the entry before it while a clock is corrected by less than a second', async () => {
    await owner()`update audit_head set at = clock_timestamp() + interval '900 milliseconds'`
    await append(2)
    const [row] = await database.sql<{ count: number; times: number }[]>`
      select count(*)::int as count, count(distinct at)::int as times from audit_entries where seq > ${seqAt(-1)}`
    expect(row).toEqual({ count: 2, times: 1 })
    expect(await problem()).toBeNull()
  })
})

describe('the head of the chain', () => {
  it.each([
    ['its count', 'count = 11'],
    ['its number', `seq = seq + 1`],
    ['its hash', `hash = set_byte(hash, 0, get_byte(hash, 0) # 1)`],
    ['to nothing', `seq = 0, count = 0, hash = decode(repeat('00', 32), 'hex')`],
    ['below nothing', 'seq = -1'],
  ])('is missed where somebody changes %s', async (_what, change) => {
    await tamper(`update audit_head set ${change}`)
    const found = await problem()
    expect(found?.problem).toMatch(/^(?:head_differs|tail_missing)$/)
    expect(found?.seq).toBeGreaterThanOrEqual(seqAt(-1))
  })

  it('that is cut to an older entry leaves the ones behind it, which are named', async () => {
    await tamper(
      `update audit_head h set seq = e.seq, count = 6, hash = e.hash from audit_entries e where e.seq = ${seqAt(5)}`,
    )
    expect(await problem()).toMatchObject({ seq: seqAt(6), problem: 'inserted' })
  })

  it('is missed where the log is empty', async () => {
    await tamper(
      'alter table audit_head disable trigger user; delete from audit_entries; delete from audit_head',
    )
    expect(await problem()).toMatchObject({ problem: 'head_differs' })
  })

  it('is one: a second is named', async () => {
    await tamper(`alter table audit_head drop constraint audit_head_id_check;
      insert into audit_head select 2, seq, count, hash, at, ordered_from from audit_head`)
    expect(await problem()).toMatchObject({ seq: seqAt(-1), problem: 'head_differs' })
    await tamper(`alter table audit_head disable trigger user; delete from audit_head where id = 2;
      alter table audit_head enable trigger user; alter table audit_head add constraint audit_head_id_check check (id = 1)`)
  })
})
