import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { depositKeys } from '../../../src/features/keys/deposits/deposit'
import { judgeRepeats } from '../../../src/features/keys/deposits/repeats'
import { DEPOSIT_RULES } from '../../../src/features/keys/deposits/rules'
import { keyHistory } from '../../../src/features/keys/loads/find'
import { registerTerminal } from '../../../src/features/terminals'
import { createGroup } from '../../../src/features/terminals/service/places'
import { keyOf, bundleOf as namedBundle, PIN, TMK } from '../../support/key-bundles'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
let system: Ctx
let shell: Ctx
let count = 0

beforeAll(async () => {
  services = await makeServices(database)
  system = makeCtx(services, integrator('keys:deposit'))
  shell = makeCtx(services, job())
})

const terminal = (more: { transportKeyKcv?: string; groupIds?: string[] } = {}) =>
  registerTerminal(shell, { serial: `RULE-${++count}`, platform: 'other', ...more })

const bundle = (serial: string, more: Record<string, unknown> = {}) =>
  Buffer.from(
    JSON.stringify(namedBundle({ terminal: { serial }, sequence: 1, notAfter: undefined, ...more })),
  )

const deposit = (serial: string, bytes: Uint8Array, more: Record<string, unknown> = {}, ctx = system) =>
  depositKeys(ctx, { serial, sequence: 1, bytes, ...more })

async function refusal(depositing: Promise<unknown>) {
  const error = await depositing.then(
    () => undefined,
    (thrown: { code: string; details: { values: { codes: string[]; rules: number[] } } }) => thrown,
  )
  return error?.code === 'key_file_refused' ? error.details.values : error
}

const loadOf = async (terminalId: string) =>
  (await database.sql`select state, alarm from key_loads where terminal_id = ${terminalId}`)[0]

describe('a bundle', () => {
  it('is read: its keys are known by their headers and check values', async () => {
    const { id, serial } = await terminal()
    const { deposit: view } = await deposit(serial, bundle(serial), { batch: 'B' })
    expect(view).toMatchObject({ kind: 'bundle', state: 'available' })
    const [row] = await database.sql`select slots, transport_kcv from key_files where id = ${view.fileId}`
    expect(row?.transport_kcv).toBe('D1D812')
    expect(row?.slots[1]).toMatchObject({
      slot: PIN.slot,
      usage: 'P0',
      algorithm: 'T',
      mode: 'E',
      kcv: PIN.kcv,
    })
    const [{ prints } = { prints: 0 }] = await database.sql`
      select count(*)::int as prints from key_prints where file_id = ${view.fileId} and block_sha256 is not null`
    expect(prints).toBe(5)
    expect(JSON.stringify(row)).not.toContain(PIN.block.slice(30))
    expect(await loadOf(id)).toMatchObject({ state: 'available' })
  })

  it('that breaks rules is refused with all of them, by number, and the ones that matter raise an alarm', async () => {
    const { id, serial } = await terminal()
    const bytes = bundle('SOMEBODY-ELSE', { sequence: 9, keys: [keyOf({ ...TMK, block: 'B0000' } as never)] })
    const values = await refusal(deposit(serial, bytes))
    expect(values).toMatchObject({
      codes: expect.arrayContaining(['serial_differs', 'sequence_differs']),
      rules: expect.arrayContaining([304, 305]),
    })
    expect(await loadOf(id)).toEqual({ state: 'none', alarm: 'deposit_refused' })
    const [entry] = await database.sql`
      select changes from audit_entries where subject_id = ${id} and action = 'key.refused'`
    expect(entry?.changes.rules.after).toEqual(expect.arrayContaining([304, 305]))
    expect(JSON.stringify(entry)).not.toContain(PIN.block)
    expect(await database.sql`select from key_files where terminal_id = ${id}`).toEqual([])
  })

  it('says its check values itself', async () => {
    const { serial } = await terminal()
    const more = { kcvs: [{ slot: 'a', kcv: 'D1D812' }], transportKeyKcv: 'D1D812' }
    expect(await refusal(deposit(serial, bundle(serial), more))).toMatchObject({ rules: [402] })
  })
})

describe('the transport key', () => {
  it('that is registered for the terminal must be the file’s', async () => {
    const [right, wrong] = [
      await terminal({ transportKeyKcv: 'D1D812' }),
      await terminal({ transportKeyKcv: 'AAAAAA' }),
    ]
    await deposit(right.serial, bundle(right.serial))
    expect(await refusal(deposit(wrong.serial, bundle(wrong.serial)))).toMatchObject({
      codes: ['transport_key_differs'],
    })
    const opaque = Buffer.from('opaque')
    expect(await refusal(deposit(wrong.serial, opaque, { transportKeyKcv: 'D1D812' }))).toMatchObject({
      rules: [312],
    })
    await deposit(wrong.serial, opaque, { transportKeyKcv: 'aaaaaa' })
  })

  it('that only the terminal itself reports is no reason to refuse, and one to look', async () => {
    const { id, serial } = await terminal()
    await database.sql`insert into terminal_status (terminal_id, serial, status, status_digest, received_at)
      values (${id}, ${serial}, '{"transportKeyKcv": "AAAAAA"}', '\\x00', now())`
    const { deposit: view } = await deposit(serial, bundle(serial))
    expect(view.warnings).toContainEqual({ rule: 312, code: 'transport_key_differs' })
    expect((await loadOf(id))?.alarm).toMatch(/^(transport_key_differs|keys_repeated)$/)
  })

  it('that nobody has registered refuses nothing', async () => {
    const { serial } = await terminal()
    await deposit(serial, bundle(serial, { transportKey: { kcv: 'ABCDEF', kcvAlgorithm: 'legacy' } }))
  })
})

describe('what stands beside the bytes', () => {
  const KEY = '0123456789ABCDEFFEDCBA9876543210'

  it('is searched for clear keys, which are repeated nowhere', async () => {
    const { id, serial } = await terminal()
    const opaque = Buffer.from('opaque')
    expect(await refusal(deposit(serial, opaque, { batch: KEY }))).toMatchObject({ rules: [218] })
    expect(
      await refusal(deposit(serial, opaque, { kcvs: [{ slot: `k ${KEY}`, kcv: 'D1D812' }] })),
    ).toMatchObject({ codes: ['clear_key_suspected'] })
    await expect(deposit(KEY, opaque)).rejects.toMatchObject({ code: 'terminal_not_found' })
    const [{ found } = { found: 0 }] = await database.sql`
      select count(*)::int as found from audit_entries e where e::text like ${`%${KEY}%`}`
    expect(found).toBe(0)
    expect((await loadOf(id))?.alarm).toBe('deposit_refused')
  })

  it('says when a file ends, which must be to come, and is bounded', async () => {
    const { serial } = await terminal()
    const opaque = Buffer.from('opaque')
    expect(await refusal(deposit(serial, opaque, { notAfter: '2020-01-01T00:00:00Z' }))).toMatchObject({
      rules: [306],
    })
    for (const more of [{ batch: 'x'.repeat(65) }, { batch: '' }, { notAfter: 'soon' }, { serialNo: 1 }])
      await expect(deposit(serial, opaque, more)).rejects.toMatchObject({ code: 'invalid_input' })
    const notAfter = new Date(Date.now() + 86_400_000).toISOString()
    const kept = await deposit(serial, bundle(serial, { notAfter: '2090-01-01T00:00:00Z' }), { notAfter })
    expect(kept.deposit.notAfter).toBe(notAfter)
  })

  it('is nothing without bytes', async () => {
    const { serial } = await terminal()
    expect(await refusal(deposit(serial, Buffer.alloc(0)))).toMatchObject({ codes: ['file_empty'] })
  })
})

describe('settings', () => {
  it('refuse published test keys, and take deprecated key blocks, only where they say so', async () => {
    const strict = makeCtx(
      await makeServices(database, { env: { KEY_DENY_TEST_KEYS: 'true' } }),
      system.actor,
    )
    const { serial } = await terminal()
    const published = { kcvs: [{ slot: 'a', kcv: '57C409' }] }
    expect(await refusal(deposit(serial, Buffer.from('x'), published, strict))).toMatchObject({
      rules: [217],
    })
    await deposit(serial, Buffer.from('x'), published)
  })
})

describe('keys of two terminals', () => {
  it('that are the same are taken, with a warning and an alarm that names the other', async () => {
    const [one, other] = [await terminal(), await terminal()]
    const kcvs = [
      { slot: 'a', kcv: 'C0FFEE' },
      { slot: 'b', kcv: 'FACADE' },
    ]
    const first = await deposit(one.serial, Buffer.from('1'), { kcvs })
    expect(first.deposit.warnings).toEqual([])
    const second = await deposit(other.serial, Buffer.from('2'), { kcvs })
    expect(second.deposit.warnings).toEqual([{ rule: 411, code: 'kcv_repeated' }])
    expect(await loadOf(other.id)).toEqual({ state: 'available', alarm: 'keys_repeated' })
    const [entry] = await database.sql`
      select changes from audit_entries where subject_id = ${second.deposit.fileId}`
    expect(entry?.changes.sameKeysAs.after).toEqual([one.serial])
    const same = await depositKeys(system, { serial: other.serial, sequence: 2, bytes: Buffer.from('3') })
    expect(same.deposit.warnings).toEqual([])
  })

  it('name no terminal to somebody who does not see it', async () => {
    const { id: groupId } = await createGroup(shell, { name: 'seen' })
    const [hidden, seen, mine] = [
      await terminal(),
      await terminal({ groupIds: [groupId] }),
      await terminal({ groupIds: [groupId] }),
    ]
    const kcvs = [{ slot: 'a', kcv: 'ABCDEF0123' }]
    for (const { serial } of [hidden, seen, mine]) await deposit(serial, Buffer.from(serial), { kcvs })
    const named = async (actor: Actor) => {
      const { items } = await keyHistory(makeCtx(services, actor), { terminalId: mine.id })
      return items.at(-1)?.changes.sameKeysAs?.after
    }
    expect(new Set((await named(operator('key-officer'))) as string[])).toEqual(
      new Set([hidden.serial, seen.serial]),
    )
    expect(await named(limitedOperator({ groupIds: [groupId] }))).toEqual([seen.serial, '…'])
  })

  it('deposited at the same moment are seen all the same', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, () => terminal()))
    const kcvs = [{ slot: 'a', kcv: '0123456789' }]
    const kept = await Promise.all(many.map(({ serial }) => deposit(serial, Buffer.from(newId()), { kcvs })))
    expect(kept.filter(({ deposit: view }) => view.warnings.length === 0)).toHaveLength(1)
  })

  it('are chance as long as one short check value is equal, and no chance beyond that', () => {
    const print = (kcv: string, block: Buffer | null = null) => ({ slot: kcv, kcv, block })
    const row = (fileId: string, kcv: string | null, block: string | null = null) => ({
      ...{ serial: fileId, fileId, kcv, block },
    })
    const isAlarm = (...[prints, rows]: Parameters<typeof judgeRepeats>) => judgeRepeats(prints, rows).isAlarm
    const two = [print('C0FFEE'), print('FACADE')]
    expect(isAlarm(two, [row('1', 'C0FFEE')])).toBe(false)
    expect(isAlarm(two, [row('1', 'C0FFEE'), row('2', 'FACADE')])).toBe(false)
    expect(isAlarm(two, [row('1', 'C0FFEE'), row('1', 'FACADE')])).toBe(true)
    expect(isAlarm([print('0123456789')], [row('1', '0123456789')])).toBe(true)
    expect(isAlarm([print('C0FFEE', Buffer.of(1))], [row('1', null, '01')])).toBe(true)
  })
})

describe('the page for key systems', () => {
  it('tells every rule by number and code', () => {
    const page = readFileSync('docs/key-deposits.md', 'utf8')
    const told = [...page.matchAll(/^\| (\d+) \| `(\w+)` \|.*\| (yes)? ?\|$/gm)]
    expect(told.map(([, number, code, alarm]) => [Number(number), code, alarm === 'yes'])).toEqual(
      DEPOSIT_RULES.map(({ number, code, alarm }) => [number, code, alarm]),
    )
  })
})
