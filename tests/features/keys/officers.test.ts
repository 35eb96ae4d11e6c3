import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import type { KeyFileState } from '../../../src/features/keys/lists'
import {
  countKeyLoads,
  getKeyLoad,
  keyHistory,
  listKeyFiles,
  listKeyLoads,
} from '../../../src/features/keys/loads/find'
import { allowKeys, approveKeys, revokeKeys } from '../../../src/features/keys/loads/officer'
import { exportKeyBatch, listKeyBatches } from '../../../src/features/keys/loads/report'
import { keyFiles, keyLoads, keyObjects } from '../../../src/features/keys/tables'
import { createApiKey } from '../../../src/features/operators'
import { apiKeys } from '../../../src/features/operators/tables'
import { terminals } from '../../../src/features/terminals/tables'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
let officer: Ctx
let viewer: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  officer = makeCtx(services, operator('key-officer'))
  viewer = makeCtx(services, operator('viewer'))
})

let serials = 0

interface Given {
  state?: KeyFileState
  batch?: string
  load?: Partial<typeof keyLoads.$inferInsert>
  file?: Partial<typeof keyFiles.$inferInsert>
  depositorId?: string
}

/** A terminal with one file in the state that is given. */
async function deposited({ state = 'available', batch = 'night', load, file, depositorId }: Given = {}) {
  const serial = `KEY-${String(++serials).padStart(4, '0')}`
  const terminalId = newId()
  const fileId = newId()
  const now = new Date()
  const blobKey = `keys/${fileId}`
  const isHeld = !['installed', 'expired', 'superseded', 'revoked'].includes(state)
  await services.db.insert(terminals).values({ id: terminalId, serial, platform: 'other', state: 'active' })
  await services.db.insert(keyObjects).values({ blobKey, createdAt: now })
  await services.db.insert(keyFiles).values({
    ...{ id: fileId, terminalId, sequence: 1, kind: 'opaque', batch, depositorName: 'KMS', depositedAt: now },
    ...{ sha256: 'ab'.repeat(32), sizeBytes: 3, state, stateAt: now, offerId: newId() },
    ...(depositorId === undefined ? {} : { depositorId }),
    ...(isHeld ? { blobKey, wrappingKey: 'first', wrappedKey: Buffer.from('wrapped') } : { purgedAt: now }),
    ...file,
  })
  await services.db.insert(keyLoads).values({ terminalId, state, stateAt: now, fileId, ...load })
  return { serial, terminalId, fileId }
}

const load = async (terminalId: string) => getKeyLoad(viewer, { terminalId })

describe('a key officer', () => {
  it('approves what waits for it, and the terminal may have it from then on', async () => {
    const { terminalId, fileId } = await deposited({ state: 'unapproved' })
    expect(await approveKeys(officer, { fileIds: [fileId] })).toEqual({ approved: 1, refused: [], left: 0 })
    expect(await load(terminalId)).toMatchObject({
      state: 'available',
      file: { state: 'available', approvedBy: 'the key-officer' },
    })
    const { items } = await keyHistory(viewer, { terminalId })
    expect(items).toMatchObject([{ action: 'key.approved', sequence: 1, actor: { name: 'the key-officer' } }])
  })

  it('approves a batch by parts, each file with a row of its own in the audit', async () => {
    for (let count = 0; count < 3; count++) await deposited({ state: 'unapproved', batch: 'parts' })
    expect(await approveKeys(officer, { batch: 'parts' })).toEqual({ approved: 3, refused: [], left: 0 })
    expect(await approveKeys(officer, { batch: 'parts' })).toEqual({ approved: 0, refused: [], left: 0 })
  })

  it('approves nothing that is past approval or has expired', async () => {
    const { fileId } = await deposited({ state: 'installed' })
    const expired = await deposited({ state: 'unapproved', file: { notAfter: new Date(0) } })
    const answer = await approveKeys(officer, { fileIds: [fileId, expired.fileId] })
    expect(answer.approved).toBe(0)
    expect(answer.refused.map(({ code }) => code)).toEqual(['key_file_not_waiting', 'key_file_not_waiting'])
  })

  it('never approves what came by an API key of their own', async () => {
    const id = newId()
    await services.db.insert(apiKeys).values({ id, name: 'KMS', scopes: [], createdBy: 'the key-officer' })
    const { fileId, terminalId } = await deposited({ state: 'unapproved', depositorId: id })
    expect(await approveKeys(officer, { fileIds: [fileId] })).toEqual({
      approved: 0,
      refused: [{ fileId, code: 'key_own_deposit' }],
      left: 0,
    })
    expect((await load(terminalId)).state).toBe('unapproved')
  })

  it('never approves what came by a key of theirs, whatever they call themselves, also one made by a key', async () => {
    const person = { ...operator('admin'), name: 'Ann' } as Extract<Actor, { kind: 'operator' }>
    const first = await createApiKey(makeCtx(services, person), {
      name: 'maker of keys',
      scopes: ['api-keys:write', 'keys:deposit'],
    })
    const maker = { ...integrator('api-keys:write', 'keys:deposit'), id: first.id } as Actor
    const second = await createApiKey(makeCtx(services, maker), { name: 'KMS', scopes: ['keys:deposit'] })
    const renamed = makeCtx(services, { ...person, role: 'key-officer', name: 'Bob' })
    for (const { id } of [first, second]) {
      const { fileId } = await deposited({ state: 'unapproved', depositorId: id })
      expect((await approveKeys(renamed, { fileIds: [fileId] })).refused).toEqual([
        { fileId, code: 'key_own_deposit' },
      ])
      expect((await approveKeys(officer, { fileIds: [fileId] })).approved).toBe(1)
    }
  })

  it('approves what others deposited of a batch, however much of it is their own', async () => {
    const own = newId()
    await services.db
      .insert(apiKeys)
      .values({ id: own, name: 'KMS', scopes: [], createdBy: 'the key-officer' })
    await database.sql`with t as (insert into terminals (id, serial, platform, state)
        select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'OWN-' || n, 'other', 'active' from generate_series(1, 1001) n returning id)
      insert into key_files (id, terminal_id, sequence, kind, batch, depositor_id, depositor_name, deposited_at, sha256,
          size_bytes, state, state_at, offer_id, purged_at)
        select gen_random_uuid(), id, 1, 'opaque', 'mixed', ${own}, 'KMS', now(), 'x', 1, 'unapproved', now(),
          gen_random_uuid(), now() from t`
    const { terminalId } = await deposited({ state: 'unapproved', batch: 'mixed' })
    const answer = await approveKeys(officer, { batch: 'mixed' })
    expect([answer.approved, answer.left]).toEqual([1, 1001])
    expect((await load(terminalId)).state).toBe('available')
    await database.sql`delete from key_files where depositor_id = ${own}`
    await database.sql`delete from terminals where serial like 'OWN-%'`
  })

  it('is a person: no administrator, operator or program approves', async () => {
    const { fileId } = await deposited({ state: 'unapproved' })
    for (const role of ['admin', 'operator', 'viewer'] as const)
      await expect(
        approveKeys(makeCtx(services, operator(role)), { fileIds: [fileId] }),
      ).rejects.toMatchObject({ code: 'forbidden' })
    for (const actor of [integrator('keys:approve'), job()])
      await expect(approveKeys(makeCtx(services, actor), { fileIds: [fileId] })).rejects.toMatchObject({
        code: 'key_officers_only',
      })
  })

  it('revokes a file, whose bytes are destroyed with it', async () => {
    const { terminalId, fileId } = await deposited({ state: 'delivered' })
    await revokeKeys(officer, { fileId, reason: 'stolen terminal' })
    expect(await load(terminalId)).toMatchObject({
      state: 'revoked',
      file: { isPurged: true, reason: 'stolen terminal' },
    })
    const [row] = await services.db.select().from(keyFiles).where(eq(keyFiles.id, fileId))
    expect(row).toMatchObject({ wrappedKey: null, blobKey: null })
    const ended = await services.db
      .select()
      .from(keyObjects)
      .where(eq(keyObjects.blobKey, `keys/${fileId}`))
    expect(ended[0]?.endedAt).not.toBeNull()
    // Again changes nothing.
    await revokeKeys(officer, { fileId, reason: 'stolen terminal' })
    expect((await keyHistory(viewer, { terminalId })).items).toHaveLength(1)
  })

  it('writes no key into the reason of a revocation', async () => {
    const { terminalId, fileId } = await deposited({ state: 'available' })
    const reason = 'wrong: 0123 4567 89AB CDEF FEDC BA98 7654 3210'
    await expect(revokeKeys(officer, { fileId, reason })).rejects.toMatchObject({ code: 'reason_holds_key' })
    expect((await load(terminalId)).state).toBe('available')
  })

  it('cannot revoke what a terminal has installed, nor what lies out of sight', async () => {
    const { fileId } = await deposited({ state: 'installed' })
    await expect(revokeKeys(officer, { fileId, reason: 'too late' })).rejects.toMatchObject({
      code: 'key_file_ended',
    })
    await expect(revokeKeys(officer, { fileId: newId(), reason: 'nothing' })).rejects.toMatchObject({
      code: 'key_file_not_found',
    })
  })

  it('lets a terminal have its keys again after failures', async () => {
    const { terminalId, fileId } = await deposited({
      state: 'failed',
      load: { failures: 3, suspendedAt: new Date(), alarm: 'delivery_suspended', alarmAt: new Date() },
      file: { reason: 'install_error', reoffers: 2, leaseFetches: 5, leaseUntil: new Date() },
    })
    const [before] = await services.db.select().from(keyFiles).where(eq(keyFiles.id, fileId))
    await allowKeys(officer, { terminalId })
    expect(await load(terminalId)).toMatchObject({
      ...{ state: 'available', failures: 0, suspendedAt: null, alarm: null },
      file: { state: 'available', reason: null, reoffers: 0, fetches: 0, leaseUntil: null },
    })
    const [after] = await services.db.select().from(keyFiles).where(eq(keyFiles.id, fileId))
    expect(after?.offerId).not.toBe(before?.offerId)
  })

  it('ends an alarm of a terminal whose keys are in order', async () => {
    const { terminalId } = await deposited({
      state: 'installed',
      load: { alarm: 'keys_repeated', alarmAt: new Date() },
    })
    await allowKeys(officer, { terminalId })
    expect(await load(terminalId)).toMatchObject({ state: 'installed', alarm: null })
    expect((await keyHistory(viewer, { terminalId })).items).toMatchObject([
      { action: 'key.allowed_again', sequence: null },
    ])
  })

  it('cannot offer again what is destroyed', async () => {
    const { terminalId } = await deposited({
      state: 'failed',
      file: { blobKey: null, wrappingKey: null, wrappedKey: null, purgedAt: new Date() },
    })
    await expect(allowKeys(officer, { terminalId })).rejects.toMatchObject({ code: 'keys_not_held' })
  })
})

describe('the keys of the fleet', () => {
  it('are listed for every registered terminal, also where nothing ever happened', async () => {
    const terminalId = newId()
    await services.db
      .insert(terminals)
      .values({ id: terminalId, serial: 'QUIET-1', platform: 'other', transportKeyKcv: 'D1D812' })
    const { items } = await listKeyLoads(viewer, { search: 'QUIET' })
    expect(items).toMatchObject([{ terminalId, state: 'none', file: null, transportKeyKcv: 'D1D812' }])
    expect((await listKeyLoads(viewer, { search: 'QUIET', state: 'none' })).items).toHaveLength(1)
    expect((await listKeyLoads(viewer, { search: 'QUIET', state: 'installed' })).items).toEqual([])
  })

  it('are filtered by what needs somebody', async () => {
    const asked = await deposited({ state: 'installed', load: { requestedAt: new Date() } })
    const stopped = await deposited({ state: 'failed', load: { suspendedAt: new Date() } })
    const serialsOf = async (need: 'requested' | 'suspended') =>
      (await listKeyLoads(viewer, { need, limit: 1000 })).items.map(({ serial }) => serial)
    expect(await serialsOf('requested')).toContain(asked.serial)
    expect(await serialsOf('requested')).not.toContain(stopped.serial)
    expect(await serialsOf('suspended')).toContain(stopped.serial)
  })

  it('are counted: every terminal once', async () => {
    const { terminals: all, states } = await countKeyLoads(viewer, {})
    expect(states.reduce((sum, one) => sum + one.terminals, 0)).toBe(all)
    const { items } = await listKeyLoads(viewer, { limit: 1000 })
    expect(all).toBe(items.length)
  })

  it('are shown only as far as a caller sees terminals', async () => {
    const { terminalId } = await deposited({ batch: 'unseen' })
    const limited = makeCtx(services, limitedOperator({}))
    expect((await listKeyLoads(limited, {})).items).toEqual([])
    expect((await countKeyLoads(limited, {})).terminals).toBe(0)
    expect((await listKeyFiles(limited, { terminalId })).items).toEqual([])
    expect((await listKeyBatches(limited, { search: 'unseen' })).items).toEqual([])
    for (const verb of [getKeyLoad, keyHistory])
      await expect(verb(limited, { terminalId })).rejects.toMatchObject({ code: 'terminal_not_found' })
  })

  it('never show bytes or how they are sealed', async () => {
    const { terminalId } = await deposited()
    const shown = JSON.stringify([
      await listKeyLoads(viewer, { limit: 1000 }),
      await listKeyFiles(viewer, { terminalId }),
      await load(terminalId),
    ])
    expect(shown).not.toMatch(/wrapp|blobKey|keys\//)
  })
})

describe('a batch', () => {
  it('adds up: every file that was deposited is in one column', async () => {
    const states: KeyFileState[] = [
      ...(['unapproved', 'available', 'offered', 'delivered', 'installed'] as const),
      ...(['failed', 'expired', 'superseded', 'revoked'] as const),
    ]
    for (const state of states) await deposited({ state, batch: 'sum' })
    const { items } = await listKeyBatches(viewer, { search: 'sum' })
    const counts = {
      deposited: 9,
      unapproved: 1,
      waiting: 2,
      delivered: 1,
      installed: 1,
      failed: 1,
      ended: 3,
    }
    expect(items).toMatchObject([{ batch: 'sum', ...counts }])
  })

  it('is exported as a line for each file, in both languages', async () => {
    const { serial } = await deposited({
      batch: 'lines',
      file: { depositorName: '=1+1', reportedKcvs: [{ slot: 'tmk', kcv: '08D7B4' }] },
    })
    for (const [lang, heading] of [
      ['en', 'Serial number'],
      ['ru', 'Серийный номер'],
    ] as const) {
      const { source, csv } = await exportKeyBatch(viewer, { batch: 'lines', lang })
      const out = new PassThrough()
      const [text] = await Promise.all([buffer(out), pipeline(source, csv, out)])
      expect(String(text)).toContain(heading)
      expect(String(text)).toContain(serial)
      expect(String(text)).toContain('tmk 08D7B4')
      expect(String(text)).toContain("'=1+1")
    }
  })
})
