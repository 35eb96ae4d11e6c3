import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { depositKeys } from '../../../src/features/keys/deposits/deposit'
import { listDeposits, listTerminalDeposits } from '../../../src/features/keys/deposits/find'
import { revokeKeys } from '../../../src/features/keys/loads/officer'
import { openKeyFile } from '../../../src/features/keys/objects'
import { keyFiles } from '../../../src/features/keys/tables'
import { registerTerminal, retireTerminal } from '../../../src/features/terminals'
import { createGroup } from '../../../src/features/terminals/service/places'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
/** The key system. */
let system: Ctx
let shell: Ctx
let count = 0

beforeAll(async () => {
  services = await makeServices(database)
  system = makeCtx(services, integrator('keys:deposit'))
  shell = makeCtx(services, job())
})

async function terminal(more: { groupIds?: string[] } = {}): Promise<{ id: string; serial: string }> {
  return registerTerminal(shell, { serial: `KEY-${++count}`, platform: 'other', ...more })
}

const deposit = (
  serial: string,
  sequence: number,
  bytes: Uint8Array = randomBytes(200),
  more: Record<string, unknown> = {},
  ctx = system,
) => depositKeys(ctx, { serial, sequence, bytes, ...more })

async function fileRow(fileId: string) {
  const rows = await services.db.select().from(keyFiles)
  const row = rows.find(({ id }) => id === fileId)
  if (row === undefined) throw new Error('There is no such file.')
  return row
}

const auditOf = (subjectId: string) =>
  database.sql<{ action: string; changes: Record<string, { after: unknown }>; address: string | null }[]>`
    select action, changes, address from audit_entries where subject_id = ${subjectId} order by seq`

describe('a deposit', () => {
  it('is kept for its terminal, byte for byte', async () => {
    const { id, serial } = await terminal()
    const bytes = randomBytes(500)
    const from = { ...system, address: '192.0.2.7' }
    const { outcome, deposit: view } = await deposit(serial, 1, bytes, { batch: 'B1' }, from)
    expect([outcome, view.state, view.batch, view.kind, view.requested]).toEqual([
      'created',
      'available',
      'B1',
      'opaque',
      false,
    ])
    const row = await fileRow(view.fileId)
    expect(await openKeyFile(services, row)).toEqual(bytes)
    const [load] = await database.sql`select state, file_id from key_loads where terminal_id = ${id}`
    expect(load).toEqual({ state: 'available', file_id: view.fileId })
    const [entry] = await auditOf(view.fileId)
    expect(entry?.action).toBe('key.deposited')
    expect(entry?.address).toBe('192.0.2.7')
    expect(entry?.changes.sha256?.after).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  it('of the same bytes again changes nothing', async () => {
    const { serial } = await terminal()
    const bytes = randomBytes(100)
    const first = await deposit(serial, 1, bytes)
    const again = await deposit(serial, 1, bytes)
    expect(again).toEqual({ outcome: 'same', deposit: first.deposit })
    expect(await auditOf(first.deposit.fileId)).toHaveLength(1)
  })

  it('of other bytes under the same number, or of an older number, is refused and written down', async () => {
    const { id, serial } = await terminal()
    const { deposit: kept } = await deposit(serial, 5)
    await expect(deposit(serial, 5)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'key_sequence_conflict',
    })
    await expect(deposit(serial, 4)).rejects.toMatchObject({ kind: 'conflict', code: 'key_sequence_old' })
    const refused = (await auditOf(id)).filter(({ action }) => action === 'key.refused')
    expect(refused.map(({ changes }) => changes.reason?.after)).toEqual([
      'key_sequence_conflict',
      'key_sequence_old',
    ])
    expect((await fileRow(kept.fileId)).state).toBe('available')
  })

  it('takes the place of older ones that are not installed, whose bytes end with it', async () => {
    const { id, serial } = await terminal()
    const { deposit: one } = await deposit(serial, 1)
    await database.sql`update key_objects set ended_at = now()`
    await database.sql`update key_files set state = 'installed', purged_at = now(), blob_key = null,
      wrapped_key = null, wrapping_key = null where id = ${one.fileId}`
    const { deposit: two } = await deposit(serial, 2)
    const { blobKey } = await fileRow(two.fileId)
    const { deposit: three } = await deposit(serial, 30)
    expect((await fileRow(one.fileId)).state).toBe('installed')
    expect(await fileRow(two.fileId)).toMatchObject({ state: 'superseded', wrappedKey: null, blobKey: null })
    const [object] = await database.sql`select ended_at is not null as ended from key_objects
      where blob_key = ${blobKey}`
    expect(object).toEqual({ ended: true })
    const [load] = await database.sql`select state, file_id from key_loads where terminal_id = ${id}`
    expect(load).toEqual({ state: 'available', file_id: three.fileId })
    expect((await auditOf(two.fileId)).map(({ action }) => action)).toEqual([
      'key.deposited',
      'key.superseded',
    ])
  })

  it('of a number far too high shuts nobody out, once that is revoked before the terminal has fetched it', async () => {
    const { serial } = await terminal()
    const { deposit: wrong } = await deposit(serial, Number.MAX_SAFE_INTEGER)
    await expect(deposit(serial, 18)).rejects.toMatchObject({ code: 'key_sequence_old' })
    const officer = makeCtx(services, operator('key-officer'))
    await revokeKeys(officer, { fileId: wrong.fileId, reason: 'typed wrong' })
    const { deposit: right } = await deposit(serial, 18)
    expect(right.state).toBe('available')
    await database.sql`update key_files set first_fetched_at = now() where id = ${right.fileId}`
    await revokeKeys(officer, { fileId: right.fileId, reason: 'too late: it has been read' })
    await expect(deposit(serial, 17)).rejects.toMatchObject({ code: 'key_sequence_old' })
  })

  it('answers what the terminal has asked for', async () => {
    const { id, serial } = await terminal()
    await database.sql`insert into key_loads (terminal_id, state, state_at, requested_at)
      values (${id}, 'none', now(), now())`
    expect(await listTerminalDeposits(system, { serial })).toMatchObject({ requested: true, items: [] })
    await deposit(serial, 1)
    expect(await listTerminalDeposits(system, { serial })).toMatchObject({
      requested: false,
      requestedAt: null,
      items: [{ serial, requested: false }],
    })
  })

  it('waits for an officer where the settings say so', async () => {
    const careful = await makeServices(database, { env: { KEY_APPROVAL: 'true' } })
    const { serial } = await terminal()
    const { deposit: view } = await deposit(serial, 1, randomBytes(9), {}, makeCtx(careful, system.actor))
    expect(view.state).toBe('unapproved')
  })

  it('never registers a terminal: an unknown one is refused, and the attempt stays on record', async () => {
    const serial = `NOBODY-${newId()}`
    const before = await database.sql`select count(*)::int from terminals`
    await expect(deposit(serial, 1)).rejects.toMatchObject({ kind: 'not_found', code: 'terminal_not_found' })
    expect(await database.sql`select count(*)::int from terminals`).toEqual(before)
    const [entry] = await auditOf(serial)
    expect(entry?.action).toBe('key.refused')
    expect(
      await database.sql`select from key_objects o where not exists (
      select from key_files f where f.blob_key = o.blob_key) and ended_at is null`,
    ).toEqual([])
  })

  it('is refused for a terminal out of service, in other letters, or out of sight', async () => {
    const { id: groupId } = await createGroup(shell, { name: 'theirs' })
    const retired = await terminal()
    await retireTerminal(shell, { terminalId: retired.id })
    const other = await terminal({ groupIds: [groupId] })
    const limited = makeCtx(services, {
      ...(system.actor as Extract<Actor, { kind: 'integrator' }>),
      visibility: { kind: 'limited', groupIds: [newId()], merchantIds: [] },
    })
    const refused = { kind: 'not_found', code: 'terminal_not_found' }
    await expect(deposit(retired.serial, 1)).rejects.toMatchObject(refused)
    await expect(deposit(other.serial.toLowerCase(), 1)).rejects.toMatchObject(refused)
    await expect(deposit(other.serial, 1, randomBytes(9), {}, limited)).rejects.toMatchObject(refused)
    await expect(listTerminalDeposits(limited, { serial: other.serial })).rejects.toMatchObject(refused)
    expect((await auditOf(retired.id)).at(-1)?.action).toBe('key.refused')
    await deposit(other.serial, 1)
  })

  it('is nobody’s right but of programs that were given it', async () => {
    const { serial } = await terminal()
    for (const actor of [operator('admin'), operator('key-officer'), integrator('keys:read')])
      await expect(deposit(serial, 1, randomBytes(9), {}, makeCtx(services, actor))).rejects.toMatchObject({
        code: 'forbidden',
      })
  })
})

describe('twenty deposits of one number at once', () => {
  it('of the same bytes are one file', async () => {
    const { serial } = await terminal()
    const bytes = randomBytes(300)
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => deposit(serial, 1, bytes)))
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(new Set(outcomes.map((one) => one.deposit.fileId)).size).toBe(1)
    const row = await fileRow(outcomes[0]?.deposit.fileId ?? '')
    expect(await openKeyFile(services, row)).toEqual(bytes)
  })

  it('of other bytes are one file and nineteen refusals', async () => {
    const { id, serial } = await terminal()
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => deposit(serial, 1)))
    const kept = outcomes.filter(({ status }) => status === 'fulfilled')
    expect(kept).toHaveLength(1)
    for (const one of outcomes)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'key_sequence_conflict' })
    expect((await auditOf(id)).filter(({ action }) => action === 'key.refused')).toHaveLength(19)
    const [left] = await database.sql`select count(*)::int from key_objects o where ended_at is null
      and not exists (select from key_files f where f.blob_key = o.blob_key)`
    expect(left).toEqual({ count: 0 })
  })

  it('of rising numbers leave the highest', async () => {
    const { id, serial } = await terminal()
    await Promise.allSettled(Array.from({ length: 10 }, (_, at) => deposit(serial, at + 1)))
    const rows = await database.sql<{ sequence: number; state: string }[]>`
      select sequence::int, state from key_files where terminal_id = ${id} order by sequence desc`
    expect(rows[0]).toEqual({ sequence: 10, state: 'available' })
    expect(rows.slice(1).every(({ state }) => state === 'superseded')).toBe(true)
  })
})

describe('what a key system sees', () => {
  it('is what it has deposited itself, page by page, by batch', async () => {
    const other = makeCtx(services, integrator('keys:deposit'))
    const mine = makeCtx(services, integrator('keys:deposit'))
    const serials = await Promise.all([terminal(), terminal(), terminal()])
    for (const { serial } of serials) await deposit(serial, 1, randomBytes(9), { batch: 'PAGED' }, mine)
    const foreign = await terminal()
    await deposit(foreign.serial, 1, randomBytes(9), { batch: 'PAGED' }, other)
    const first = await listDeposits(mine, { batch: 'PAGED', limit: 2 })
    const second = await listDeposits(mine, { batch: 'PAGED', cursor: first.nextCursor ?? '' })
    expect([...first.items, ...second.items].map(({ serial }) => serial)).toEqual(
      serials.map(({ serial }) => serial),
    )
    expect(second.nextCursor).toBe(null)
    expect((await listTerminalDeposits(mine, { serial: foreign.serial })).items).toEqual([])
    expect((await listDeposits(mine, { batch: 'NONE' })).items).toEqual([])
    const reader = makeCtx(services, integrator('keys:read'))
    expect((await listDeposits(reader, { batch: 'PAGED' })).items).toHaveLength(4)
    const stranger = makeCtx(services, integrator('terminals:read'))
    await expect(listDeposits(stranger, {})).rejects.toMatchObject({ code: 'forbidden' })
  })
})
