import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ctx } from '../../../src/core/context'
import { createLogger } from '../../../src/core/log'
import { readAnchor } from '../../../src/features/audit/chain'
import { auditJobs } from '../../../src/features/audit/jobs'
import type { AuditVerification } from '../../../src/features/audit/schemas'
import { verifyAudit } from '../../../src/features/audit/verify'
import { createGroup } from '../../../src/features/terminals/service/places'
import { commands } from '../../../src/tools/psm/commands'
import { useTestDatabase } from '../../support/postgres'
import { job, jobRun, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { copyOf, useTampering } from './tampering'

const NO_PRIVILEGE = '42501'
const database = useTestDatabase()
const { append, tamper, seqs, startAnew, owner } = useTampering(database)
let auditor: Ctx
let admin: Ctx

beforeAll(async () => {
  const services = await makeServices(database)
  auditor = makeCtx(services, operator('auditor'))
  admin = makeCtx(services, operator('admin'))
})

const verify = (head?: string) => verifyAudit(auditor, head === undefined ? {} : { head })
/** Ten fresh rows in a chain that nobody has touched. */
let at: number[]
beforeEach(async () => {
  at = await startAnew(10)
})
const seqAt = (index: number) => at.at(index) ?? 0

describe('an audit log that nobody touched', () => {
  it('is sound, with gaps where changes were rolled back', async () => {
    await database.sql.begin((tx) => tx`select nextval('audit_entries_seq_seq')`).catch(() => {})
    await owner()`select setval('audit_entries_seq_seq', (select last_value + 100 from audit_entries_seq_seq))`
    await createGroup(admin, { name: 'after a gap' })
    const { problem, head, checkedInAll, nextCursor } = await verify()
    expect({ problem, checkedInAll, nextCursor }).toEqual({
      problem: null,
      checkedInAll: 11,
      nextCursor: null,
    })
    expect(head).toMatchObject({ seq: (await seqs()).at(-1), count: 11 })
  })

  it('is sound while it is empty', async () => {
    await owner().unsafe(`alter table audit_entries disable trigger user; truncate audit_entries;
      update audit_head set seq = 0, count = 0, hash = decode(repeat('00', 32), 'hex')`)
    await owner().unsafe('alter table audit_entries enable trigger user')
    expect(await verify()).toMatchObject({ problem: null, checkedInAll: 0, head: { seq: 0, count: 0 } })
  })

  it('is walked in parts, each of which says where the next begins', async () => {
    await append(20_100)
    const first = await verify()
    expect(first).toMatchObject({ checked: 20_000, problem: null, head: { count: 20_110 } })
    const last = await verifyAudit(auditor, { cursor: first.nextCursor ?? '' })
    expect(last).toMatchObject({ checked: 110, checkedInAll: 20_110, problem: null, nextCursor: null })
    await tamper(`update audit_entries set actor_name = 'me' where seq = ${seqAt(0) + 20_050}`)
    expect((await verifyAudit(auditor, { cursor: first.nextCursor ?? '' })).problem).toMatchObject({
      seq: seqAt(0) + 20_050,
      problem: 'altered',
    })
  })

  it('keeps its chain under fifty changes at once', async () => {
    await Promise.all(Array.from({ length: 50 }, (_none, n) => createGroup(admin, { name: `G${n}` })))
    expect(await verify()).toMatchObject({ problem: null, checkedInAll: 60, head: { count: 60 } })
  })
})

describe('whoever owns the database', () => {
  it.each([
    ['actor_name', `'tesT'`],
    ['action', `'a.c'`],
    ['subject_label', `'y'`],
    ['changes', `'{"слово": {"before": null, "after": 1.5}}'`],
    ['at', `at + interval '1 microsecond'`],
    ['actor_id', `'00000000-0000-0000-0000-000000000000'`],
    ['address', `''`],
    ['hash', `set_byte(hash, 31, get_byte(hash, 31) # 1)`],
  ])('changes one byte of %s: the entry is named', async (column, value) => {
    await tamper(`update audit_entries set ${column} = ${value} where seq = ${seqAt(4)}`)
    expect((await verify()).problem).toEqual({ seq: seqAt(4), problem: 'altered', after: seqAt(3) })
  })

  it('removes an entry: the next one is named', async () => {
    await tamper(`delete from audit_entries where seq = ${seqAt(4)}`)
    expect((await verify()).problem).toEqual({
      seq: seqAt(5),
      problem: 'missing_before',
      after: seqAt(3),
    })
  })

  it('removes the newest entries: the end is missed', async () => {
    await tamper(`delete from audit_entries where seq > ${seqAt(6)}`)
    expect((await verify()).problem).toEqual({
      seq: seqAt(-1),
      problem: 'tail_missing',
      after: seqAt(6),
    })
    await tamper('delete from audit_entries')
    expect((await verify()).problem?.problem).toBe('tail_missing')
  })

  it('puts an entry in, well made or not: it is named', async () => {
    await tamper(`delete from audit_entries where seq = ${seqAt(9)}`)
    const forge = `seq = ${seqAt(9)}, actor_name = 'forged'`
    await tamper(copyOf(seqAt(3), forge))
    expect((await verify()).problem?.seq).toBe(seqAt(9))
    await tamper(`delete from audit_entries where seq = ${seqAt(9)}`)
    await owner()`select setval('audit_entries_seq_seq', ${seqAt(9) + 10})`
    await owner()`update audit_head set seq = ${seqAt(8)}, count = 9,
      hash = (select hash from audit_entries where seq = ${seqAt(8)})`
    await append(1)
    const newest = (await seqs()).at(-1) ?? 0
    const between = newest - 1
    await tamper(
      `${copyOf(newest, `seq = ${between}, actor_name = 'forged'`)};
      update audit_entries e set hash = psm_audit_hash(e) where seq = ${between}`,
    )
    expect((await verify()).problem).toMatchObject({ seq: between, problem: 'inserted' })
  })

  it('adds an entry to the end by the rules of the chain: it is named, since the head knows nothing of it', async () => {
    const next = seqAt(-1) + 1
    await tamper(`${copyOf(seqAt(-1), `seq = ${next}, prev_hash = hash`)};
      update audit_entries e set hash = psm_audit_hash(e) where seq = ${next}`)
    expect((await verify()).problem).toMatchObject({ seq: next, problem: 'inserted' })
  })

  it('swaps two entries: the first of them is named', async () => {
    const [one, other] = [seqAt(3), seqAt(4)]
    await tamper(`create temp table pair as select * from audit_entries where seq in (${one}, ${other});
      update pair set seq = ${one} + ${other} - seq; delete from audit_entries where seq in (${one}, ${other});
      insert into audit_entries overriding system value select * from pair; drop table pair`)
    expect((await verify()).problem).toMatchObject({ seq: seqAt(3), problem: 'altered' })
  })

  it('loses the head: the chain has no end to be compared with', async () => {
    await owner().unsafe(
      'alter table audit_head disable trigger user; create table kept as select * from audit_head; delete from audit_head',
    )
    expect((await verify()).problem).toMatchObject({ seq: seqAt(-1), problem: 'head_differs' })
    await owner().unsafe(
      'insert into audit_head select * from kept; drop table kept; alter table audit_head enable trigger user',
    )
  })
})

describe('a chain that was written anew from end to end', () => {
  it('fits in itself, and not the end that is written down elsewhere', async () => {
    const before = await verify()
    const written = `${before.head.seq}:${before.head.hash}`
    expect((await verify(written)).problem).toBeNull()
    await tamper(`do $$ declare e audit_entries; last bytea := decode(repeat('00', 32), 'hex'); begin
      for e in select * from audit_entries order by seq loop
        e.actor_name := 'nobody'; e.prev_hash := last; e.hash := psm_audit_hash(e); last := e.hash;
        update audit_entries set actor_name = e.actor_name, prev_hash = e.prev_hash, hash = e.hash where seq = e.seq;
      end loop; update audit_head set hash = last; end $$`)
    expect((await verify()).problem).toBeNull()
    expect((await verify(written)).problem).toMatchObject({ seq: before.head.seq, problem: 'head_differs' })
  })

  it('misses what was written down and is no longer there', async () => {
    const { head } = await verify()
    await tamper(`delete from audit_entries where seq > ${seqAt(5)};
      update audit_head set seq = ${seqAt(5)}, count = 6, hash = (select hash from audit_entries where seq = ${seqAt(5)})`)
    expect((await verify()).problem).toBeNull()
    expect((await verify(`${head.seq}:${head.hash}`)).problem).toMatchObject({
      seq: head.seq,
      problem: 'tail_missing',
    })
    await append(20)
    expect((await verify(`${head.seq}:${head.hash}`)).problem).toMatchObject({
      seq: head.seq,
      problem: 'head_differs',
    })
  })

  it('is found by the line that the daily job leaves in the log', async () => {
    const lines: string[] = []
    const log = createLogger({ level: 'info', stream: { write: (line) => lines.push(line) } })
    const [anchor] = auditJobs
    await anchor?.run({ ...auditor, log, actor: job() }, jobRun())
    const line = JSON.parse(lines[0] ?? '{}') as { event: string; head: string; count: number }
    const { head } = await verify(line.head)
    expect(line).toMatchObject({ event: 'audit_anchor', seq: head.seq, count: 10 })
    expect(readAnchor(line.head)).toEqual({ seq: head.seq, hash: head.hash })
  })

  it('leaves no line there while the log is empty', async () => {
    await tamper(
      `delete from audit_entries; update audit_head set seq = 0, count = 0, hash = decode(repeat('00', 32), 'hex')`,
    )
    const lines: string[] = []
    const log = createLogger({ level: 'info', stream: { write: (line) => lines.push(line) } })
    await expect(auditJobs[0]?.run({ ...auditor, log, actor: job() }, jobRun())).resolves.toEqual({
      entries: 0,
    })
    expect(lines).toEqual([])
  })
})

describe('the application role', () => {
  it.each([
    'update audit_entries set actor_name = actor_name',
    'delete from audit_entries',
    'truncate audit_entries',
    `insert into audit_entries (actor_kind, actor_name, action, subject_kind, subject_id, subject_label, changes, request_id, prev_hash, hash)
      select actor_kind, actor_name, action, subject_kind, subject_id, subject_label, changes, request_id, prev_hash, hash from audit_entries`,
    'update audit_head set count = 0',
    'delete from audit_head',
    'insert into audit_head select 2, seq, count, hash from audit_head',
    `insert into change_feed (topic) values ('terminals')`,
  ])('is refused: %s', async (statement) => {
    await expect(database.sql.unsafe(statement)).rejects.toMatchObject({
      code: NO_PRIVILEGE,
      message: expect.stringMatching(/permission denied/),
    })
  })

  it('cannot give an entry a number, a time or a hash of its own', async () => {
    await database.sql`select psm_append(jsonb_build_array(jsonb_build_object('seq', 1, 'at', '2000-01-01', 'hash', '\\x00',
      'prev_hash', '\\x00', 'actor_kind', 'job', 'actor_name', 'test', 'action', 'a.b', 'subject_kind', 's', 'subject_id', '1',
      'subject_label', 'x', 'changes', '{}'::jsonb, 'request_id', 'r')), '[]')`
    const [row] = await database.sql<{ seq: number; isNow: boolean }[]>`
      select seq::float8 as seq, at > now() - interval '1 hour' as "isNow" from audit_entries order by seq desc limit 1`
    expect(row).toEqual({ seq: (await seqs()).at(-1), isNow: true })
    expect((await verify()).problem).toBeNull()
  })
})

describe('who may verify', () => {
  it('is not somebody with limits: the chain has the entries of all', async () => {
    const limited = makeCtx(auditor, { ...limitedOperator({}), role: 'auditor' } as Ctx['actor'])
    await expect(verifyAudit(limited, {})).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'audit_outside_limits',
    })
  })

  it.each(['7', '7:abc', `x:${'0'.repeat(64)}`])('refuses %s as an end of the chain', async (head) => {
    await expect(verifyAudit(auditor, { head })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('refuses a place that no verification told', async () => {
    await expect(verifyAudit(auditor, { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })
})

describe('psm audit verify', () => {
  const command = commands.find(({ name }) => name === 'audit verify')
  const run = async (...args: string[]) => {
    const result = (await command?.run({ ...auditor, actor: job() }, args)) as Record<string, unknown>
    return { result, isRefusal: command?.isRefusal?.(result) }
  }

  it('tells the end of a sound chain, to be written down', async () => {
    const { result, isRefusal } = await run()
    expect(result).toMatchObject({ checked: 10, entries: 10, problem: null })
    expect(isRefusal).toBe(false)
    expect((await run('--head', String(result.head))).isRefusal).toBe(false)
  })

  it('names the first entry that is wrong, and ends as a refusal', async () => {
    await tamper(`update audit_entries set subject_label = 'z' where seq = ${seqAt(2)}`)
    const { result, isRefusal } = await run()
    expect(result.problem as AuditVerification['problem']).toEqual({
      seq: seqAt(2),
      problem: 'altered',
      after: seqAt(1),
    })
    expect(isRefusal).toBe(true)
  })
})
