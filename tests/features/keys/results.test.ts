import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/ids'
import { type Enrolled, HOUR_MS, KCVS, OTHER_KCVS, SLOTS, slot, useKeyRoom } from './key-room'

const room = useKeyRoom()
const DAY_MS = 24 * HOUR_MS

const say = async (one: Enrolled, id: string, json: Record<string, unknown>) => {
  const answer = await one.terminal.send('POST', `/keys/${id}/result`, { json })
  await room.open.feed.catchUp()
  return answer
}
const checkIn = async (one: Enrolled, status?: Record<string, unknown>) => {
  const answer = await one.terminal.send('POST', '/check-in', {
    json: status === undefined ? {} : { status },
  })
  await room.open.feed.catchUp()
  const body = answer.status === 204 ? undefined : answer.json<{ actions: { id: string; kind: string }[] }>()
  return body?.actions.find(({ kind }) => kind === 'keys')
}
const sayOfAction = async (one: Enrolled, id: string | undefined, json: Record<string, unknown>) => {
  const answer = await one.terminal.send('POST', `/actions/${id}/result`, { json })
  await room.open.feed.catchUp()
  return answer.status
}
const stateOfAction = async (id: string | undefined) =>
  (await room.database.sql`select state from terminal_actions where id = ${id ?? ''}`)[0]?.state

/** A terminal that was told of a file and has fetched it. */
async function fetched(more: Parameters<typeof room.deposit>[1] = {}) {
  const one = await room.enrolled()
  const file = await room.deposit(one.terminalId, more)
  const action = await checkIn(one)
  expect((await one.terminal.send('GET', `/keys/${file.id}`)).status).toBe(200)
  await room.comesTo(file.id, 'delivered')
  await room.open.feed.catchUp()
  return { one, file, action }
}

describe('keys that a terminal has installed', () => {
  it('are proved by its status also where its lease had ended and the file is offered anew', async () => {
    const { one, file } = await fetched()
    await room.later(HOUR_MS / 4)
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'available', leaseUntil: null })
    await say(one, file.id, { state: 'installed' })
    expect((await room.fileOf(file.id)).state).toBe('delivered')
    await checkIn(one, { keys: KCVS })
    await checkIn(one, { keys: KCVS, printer: 'ok' })
    await room.comesTo(file.id, 'installed')
    await room.later(2 * DAY_MS)
    expect(await room.loadOf(one.terminalId)).toMatchObject({ state: 'installed', failures: 0 })
  })

  it('are proved by the check values that were deposited, and their bytes destroyed at once', async () => {
    const { one, file, action } = await fetched({ sequence: 9 })
    await room.database.sql`update key_loads set failures = 2 where terminal_id = ${one.terminalId}`
    expect((await say(one, file.id, { state: 'installed', kcvs: KCVS })).status).toBe(200)
    expect(await room.fileOf(file.id)).toMatchObject({
      ...{ state: 'installed', blobKey: null, wrappedKey: null, purgedAt: expect.any(Date) },
      reportedKcvs: [{ slot: 'acq1/tmk', kcv: '08D7B4' }, KCVS[1]],
    })
    expect(await room.loadOf(one.terminalId)).toMatchObject({
      ...{ state: 'installed', failures: 0, installedSequence: 9, installedAt: expect.any(Date) },
    })
    expect(await checkIn(one)).toBeUndefined()
    expect(await stateOfAction(action?.id)).toBe('confirmed')
    expect((await one.terminal.send('GET', `/keys/${file.id}`)).status).toBe(404)
    const installed = (await room.audited(one.terminalId)).at(-1)
    expect(installed).toMatchObject({
      action: 'key.installed',
      changes: {
        sha256: { after: file.sha256 },
        isPurged: { after: true },
        reportedKcvs: { after: ['acq1/tmk 08D7B4', 'acq1/pin 1A2B3C'] },
      },
    })
  })

  it('are not by the bare word of a terminal that never had them: the file still goes out', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId, { slots: [] })
    const action = await checkIn(one)
    expect((await say(one, file.id, { state: 'installed' })).status).toBe(200)
    expect(await sayOfAction(one, action?.id, { state: 'installed' })).toBe(200)
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'delivered', purgedAt: null })
    expect((await one.terminal.send('GET', `/keys/${file.id}`)).body.equals(file.bytes)).toBe(true)
    await say(one, file.id, { state: 'installed' })
    expect((await room.fileOf(file.id)).state).toBe('installed')

    const other = await room.enrolled()
    const unread = await room.deposit(other.terminalId, { slots: [] })
    await checkIn(other)
    await say(other, unread.id, { state: 'installed' })
    await room.later(DAY_MS)
    await say(other, unread.id, { state: 'installed' })
    expect(await room.fileOf(unread.id)).toMatchObject({
      state: 'failed',
      reason: 'not_proved',
      purgedAt: null,
    })
  })

  it('are a mismatch, with its alarm, where the status shows others until the proof is due', async () => {
    const { one, file } = await fetched()
    await checkIn(one, { keys: OTHER_KCVS })
    await say(one, file.id, { state: 'installed' })
    await checkIn(one, { keys: OTHER_KCVS, printer: 'ok' })
    expect((await room.fileOf(file.id)).state, 'it may be behind').toBe('delivered')
    await room.later(DAY_MS)
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'failed', reason: 'kcv_mismatch' })
    expect((await room.loadOf(one.terminalId))?.alarm).toBe('kcv_mismatch')
  })

  it('are compared like with like, on the shorter length; keys of other bundles do not count', async () => {
    const cmac = { ...slot('acq1/aes', '08793E25AB'), kcvAlgorithm: 'cmac' as const }
    const { one, file } = await fetched({ slots: [cmac, slot('acq1/pin', '1A2B3C'), slot('acq1/mac', null)] })
    const kcvs = [
      { slot: 'acq1/aes', kcv: '08793e' },
      { slot: 'acq1/pin', kcv: '1a2b' },
      { slot: 'acq2/pin', kcv: 'FFFFFF' },
    ]
    await say(one, file.id, { state: 'installed', kcvs })
    expect((await room.fileOf(file.id)).state).toBe('installed')
  })

  it('are a failure and an alarm where one check value is another', async () => {
    const { one, file } = await fetched()
    expect((await say(one, file.id, { state: 'installed', kcvs: OTHER_KCVS })).status).toBe(200)
    expect(await room.fileOf(file.id)).toMatchObject({
      state: 'failed',
      reason: 'kcv_mismatch',
      retryAt: null,
    })
    expect(await room.loadOf(one.terminalId)).toMatchObject({ alarm: 'kcv_mismatch', failures: 1 })
    await say(one, file.id, { state: 'installed', kcvs: OTHER_KCVS })
    expect((await room.loadOf(one.terminalId))?.failures, 'said twice').toBe(1)
    await room.later(2 * HOUR_MS)
    expect((await one.terminal.send('GET', '/keys')).status, 'until an officer allows it').toBe(404)
    await say(one, file.id, { state: 'installed', kcvs: KCVS })
    expect((await room.fileOf(file.id)).state, 'the right values show it all the same').toBe('installed')
  })

  it('wait for the status where no check value was reported, and are proved by it', async () => {
    const { one, file, action } = await fetched()
    await say(one, file.id, { state: 'installed' })
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'delivered', confirmBy: expect.any(Date) })
    expect(await stateOfAction(action?.id)).toBe('installed')
    expect(await checkIn(one, { keys: [KCVS[0]] }), 'one of two proves nothing').toBeUndefined()
    expect((await room.fileOf(file.id)).state).toBe('delivered')
    await room.later(HOUR_MS)
    expect((await room.fileOf(file.id)).state, 'whatever its lease').toBe('delivered')
    await checkIn(one, { keys: [...KCVS, { slot: 'acq2/pin', kcv: '123456' }] })
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'installed', wrappedKey: null })
    await checkIn(one)
    expect(await stateOfAction(action?.id)).toBe('confirmed')
  })

  it('are a failure where nothing shows them in time', async () => {
    const { one, file } = await fetched()
    await say(one, file.id, { state: 'installed', kcvs: [KCVS[0]] })
    await say(one, file.id, { state: 'installed' })
    expect((await room.actions(one.terminalId)).filter((action) => action === 'reported')).toHaveLength(1)
    await room.later(DAY_MS - HOUR_MS)
    expect((await room.fileOf(file.id)).state).toBe('delivered')
    await room.later(HOUR_MS)
    expect(await room.fileOf(file.id)).toMatchObject({
      ...{ state: 'failed', reason: 'not_proved', confirmBy: null },
    })
  })

  it('are proved by a status alone, where the result got lost', async () => {
    const { one, file, action } = await fetched()
    await checkIn(one, { keys: KCVS })
    expect((await room.fileOf(file.id)).state).toBe('installed')
    await checkIn(one)
    expect(await stateOfAction(action?.id)).toBe('confirmed')
  })

  it('are not proved by a status from before the fetch', async () => {
    const one = await room.enrolled()
    await checkIn(one, { keys: KCVS })
    const file = await room.deposit(one.terminalId)
    await checkIn(one)
    await one.terminal.send('GET', `/keys/${file.id}`)
    await room.comesTo(file.id, 'delivered')
    await room.open.feed.catchUp()
    await checkIn(one)
    expect((await room.fileOf(file.id)).state).toBe('delivered')
  })

  it('are taken for installed on the word of the terminal where no check value was deposited', async () => {
    const { one, file } = await fetched({ slots: [], kind: 'opaque' })
    await say(one, file.id, { state: 'installed' })
    expect((await room.fileOf(file.id)).state).toBe('installed')
  })
})

describe('a failure', () => {
  it('that passes by itself is offered again after an hour, twice', async () => {
    const { one, file } = await fetched()
    await say(one, file.id, { state: 'failed', reason: 'battery_low' })
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'failed', reason: 'battery_low' })
    expect((await one.terminal.send('GET', '/keys')).status).toBe(404)
    expect((await room.loadOf(one.terminalId))?.requestedAt, 'it comes again').toBeNull()
    await room.later(HOUR_MS - 1000)
    expect((await room.fileOf(file.id)).state).toBe('failed')
    await room.later(1000)
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'available', reoffers: 1, reason: null })
    expect(await checkIn(one)).toMatchObject({ bundleId: file.id })
  })

  it('in words of the terminal waits for an officer, and no card number is kept of them', async () => {
    const { one, file } = await fetched()
    await say(one, file.id, {
      state: 'failed',
      reason: 'while paying by 4111111111111111',
      kcvs: [{ slot: '4111111111111111', kcv: 'ABCD' }],
    })
    expect(await room.fileOf(file.id)).toMatchObject({
      ...{ state: 'failed', reason: 'while paying by 411111******1111', retryAt: null },
      reportedKcvs: [{ slot: '411111******1111', kcv: 'ABCD' }],
    })
    const [found] = await room.database.sql`
      select count::int from card_findings where terminal_id = ${one.terminalId} and source = 'message'`
    expect(found?.count).toBe(2)
  })

  it('that quotes a key keeps nothing of it', async () => {
    const { one, file } = await fetched()
    const key = '0123456789ABCDEFFEDCBA9876543210'
    await say(one, file.id, { state: 'failed', reason: `loaded ${key}`, kcvs: [{ slot: key, kcv: 'ABCD' }] })
    expect(await room.fileOf(file.id)).toMatchObject({
      ...{ state: 'failed', reason: '[cut]', reportedKcvs: [{ slot: '[cut]', kcv: 'ABCD' }] },
    })
    expect(JSON.stringify(await room.audited(one.terminalId))).not.toContain(key)
  })

  it('for the third time in a row stops the delivery to the terminal', async () => {
    const { one, file } = await fetched()
    for (const reason of ['network_lost', 'network_lost', 'battery_low']) {
      await one.terminal.send('GET', `/keys/${file.id}`)
      await say(one, file.id, { state: 'failed', reason })
      await room.later(HOUR_MS)
    }
    expect(await room.loadOf(one.terminalId)).toMatchObject({
      ...{ failures: 3, suspendedAt: expect.any(Date), alarm: 'delivery_suspended' },
    })
    const newer = await room.deposit(one.terminalId, { sequence: 2 })
    expect(await checkIn(one)).toBeUndefined()
    expect((await one.terminal.send('GET', `/keys/${newer.id}`)).status).toBe(404)
  })

  it('said again changes nothing, also not after the file was offered anew', async () => {
    const { one, file } = await fetched()
    for (let n = 0; n < 2; n++) await say(one, file.id, { state: 'failed', reason: 'network_lost' })
    await room.later(HOUR_MS)
    for (let n = 0; n < 2; n++)
      expect((await say(one, file.id, { state: 'failed', reason: 'network_lost' })).status).toBe(200)
    expect((await room.fileOf(file.id)).state).toBe('available')
    expect((await room.loadOf(one.terminalId))?.failures).toBe(1)
    const words = (await room.actions(one.terminalId)).filter((action) => /failed|late/.test(action))
    expect(words).toEqual(['failed', 'reported_late'])
  })

  it('after the keys were installed is kept, and moves nothing', async () => {
    const { one, file } = await fetched()
    await say(one, file.id, { state: 'installed', kcvs: KCVS })
    for (let n = 0; n < 3; n++)
      expect((await say(one, file.id, { state: 'failed', reason: 'other' })).status).toBe(200)
    expect(await room.fileOf(file.id)).toMatchObject({
      ...{ state: 'installed', lateResult: { state: 'failed', reason: 'other', kcvs: [] } },
    })
    expect((await room.actions(one.terminalId)).filter((action) => action === 'reported_late')).toHaveLength(
      1,
    )
  })
})

describe('a word that comes late', () => {
  it('is taken after the lease has ended, and after the officer was asked', async () => {
    const { one, file } = await fetched()
    for (let n = 0; n < 3; n++) {
      await one.terminal.send('GET', `/keys/${file.id}`)
      await room.later(HOUR_MS)
    }
    expect((await room.fileOf(file.id)).reason).toBe('not_installed_in_time')
    expect((await say(one, file.id, { state: 'installed', kcvs: KCVS })).status).toBe(200)
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'installed', reason: null })
  })

  it('of a revoked file that it is installed is an alarm; of a superseded one it is kept', async () => {
    const { one, file } = await fetched()
    const { one: other, file: old } = await fetched()
    await room.end(one.terminalId, file.id, 'revoked')
    await room.end(other.terminalId, old.id, 'superseded')
    for (let n = 0; n < 2; n++) {
      expect((await say(one, file.id, { state: 'installed', kcvs: KCVS })).status).toBe(200)
      expect((await say(other, old.id, { state: 'installed', kcvs: KCVS })).status).toBe(200)
    }
    expect((await room.loadOf(one.terminalId))?.alarm).toBe('revoked_key_installed')
    expect((await room.loadOf(other.terminalId))?.alarm).toBeNull()
    expect((await room.fileOf(file.id)).state).toBe('revoked')
    expect((await room.fileOf(old.id)).reportedKcvs).toHaveLength(2)
    for (const { terminalId } of [one, other])
      expect((await room.actions(terminalId)).slice(-2)).toEqual([
        expect.stringMatching(/revoked|superseded/),
        'reported_late',
      ])
  })
})

describe('the result of the action', () => {
  it('that keys are installed counts like the other one without check values', async () => {
    const { one, file, action } = await fetched()
    for (let n = 0; n < 2; n++) expect(await sayOfAction(one, action?.id, { state: 'installed' })).toBe(200)
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'delivered', confirmBy: expect.any(Date) })
    expect(await checkIn(one, { keys: KCVS })).toBeUndefined()
    expect((await room.fileOf(file.id)).state).toBe('installed')
    expect(await stateOfAction(action?.id)).toBe('confirmed')
  })

  it('that they are not fails the file, with the reason', async () => {
    const [failed, rejected] = [await fetched(), await fetched()]
    await sayOfAction(failed.one, failed.action?.id, { state: 'failed', reason: 'unsettled_batch' })
    await sayOfAction(rejected.one, rejected.action?.id, { state: 'rejected', reason: 'not_supported' })
    expect(await room.fileOf(failed.file.id)).toMatchObject({
      ...{ state: 'failed', reason: 'unsettled_batch', retryAt: expect.any(Date) },
    })
    expect(await room.fileOf(rejected.file.id)).toMatchObject({
      ...{ state: 'failed', reason: 'not_supported', retryAt: null },
    })
    await room.later(HOUR_MS)
    const again = await checkIn(failed.one)
    expect(again?.id).not.toBe(failed.action?.id)
    expect(again).toMatchObject({ bundleId: failed.file.id })
  })

  it('of an offer that is over says nothing of the newest one, but that they are installed', async () => {
    const { one, file, action } = await fetched({ slots: [] })
    await room.later(HOUR_MS)
    await checkIn(one)
    expect(await sayOfAction(one, action?.id, { state: 'failed', reason: 'other' })).toBe(200)
    expect((await room.fileOf(file.id)).state).toBe('offered')
    expect(await sayOfAction(one, action?.id, { state: 'installed' })).toBe(200)
    expect((await room.fileOf(file.id)).state).toBe('installed')
  })
})

describe('a result', () => {
  it('for what this terminal was never told of is refused alike', async () => {
    const [one, { one: other, file }] = [await room.enrolled(), await fetched()]
    const waiting = await room.deposit(one.terminalId, { state: 'unapproved' })
    for (const id of [file.id, waiting.id, newId(), 'nonsense'])
      expect((await say(one, id, { state: 'installed', kcvs: KCVS })).json()).toMatchObject({
        ...{ status: 404, code: 'no_keys' },
      })
    expect((await room.fileOf(file.id)).state).toBe('delivered')
    expect(await room.actions(other.terminalId)).toEqual(['offered', 'fetched', 'delivered'])
  })

  it.each([
    ['without a state', {}, 'state'],
    ['of another state', { state: 'delivered' }, 'state'],
    [
      'with a check value that is none',
      { state: 'installed', kcvs: [{ slot: 'a', kcv: 'XYZ' }] },
      'kcvs.0.kcv',
    ],
    [
      'with a whole key for a check value',
      { state: 'installed', kcvs: [{ slot: 'a', kcv: 'A'.repeat(32) }] },
      'kcvs.0.kcv',
    ],
    ['with too many check values', { state: 'installed', kcvs: Array(201).fill(SLOTS[0]) }, 'kcvs'],
    ['with a novel for a reason', { state: 'failed', reason: 'x'.repeat(65) }, 'reason'],
  ])('%s is refused, naming the field', async (_what, json, at) => {
    const { one, file } = await fetched()
    const answer = await say(one, file.id, json)
    expect(answer.json()).toMatchObject({ status: 422, code: 'invalid_message' })
    expect(answer.json<{ issues: { path: string }[] }>().issues.map(({ path }) => path)).toContain(at)
    expect((await room.fileOf(file.id)).state).toBe('delivered')
  })

  it('that is too long is refused before it is read', async () => {
    const { one, file } = await fetched()
    expect((await say(one, file.id, { state: 'failed', more: 'x'.repeat(65 * 1024) })).status).toBe(413)
  })
})

describe('a transport key', () => {
  it('that is not the registered one is an alarm, once for each other value', async () => {
    const one = await room.enrolled()
    await room.database.sql`update terminals set transport_key_kcv = 'D1D812' where id = ${one.terminalId}`
    await checkIn(one, { transportKeyKcv: 'd1d812' })
    expect(await room.loadOf(one.terminalId)).toBeUndefined()
    await checkIn(one, { transportKeyKcv: 'AAAAAA' })
    await checkIn(one, { transportKeyKcv: 'aaaaaa', printer: 'paper out' })
    expect(await room.loadOf(one.terminalId)).toMatchObject({ alarm: 'transport_key_differs', state: 'none' })
    await room.database
      .sql`update key_loads set alarm = null, alarm_at = null where terminal_id = ${one.terminalId}`
    await checkIn(one, { transportKeyKcv: 'AAAAAA', printer: 'ok' })
    expect((await room.loadOf(one.terminalId))?.alarm, 'a person has seen it').toBeNull()
    await checkIn(one, { transportKeyKcv: 'BBBBBB' })
    expect((await room.loadOf(one.terminalId))?.alarm).toBe('transport_key_differs')
    await checkIn(one, { transportKeyKcv: 'D1D812' })
    expect((await room.loadOf(one.terminalId))?.alarm).toBeNull()
    expect(await room.actions(one.terminalId)).toEqual([
      ...['transport_differs', 'transport_differs', 'transport_agrees'],
    ])
  })

  it('put out no other alarm, by another value and the right one again', async () => {
    const { one, file } = await fetched()
    await room.database.sql`update terminals set transport_key_kcv = 'D1D812' where id = ${one.terminalId}`
    await say(one, file.id, { state: 'installed', kcvs: OTHER_KCVS })
    await checkIn(one, { transportKeyKcv: 'AAAAAA' })
    await checkIn(one, { transportKeyKcv: 'D1D812' })
    expect((await room.actions(one.terminalId)).slice(-2)).toEqual(['transport_differs', 'transport_agrees'])
    expect((await room.loadOf(one.terminalId))?.alarm).toBe('kcv_mismatch')
  })

  it('that nobody registered is no matter', async () => {
    const one = await room.enrolled()
    await checkIn(one, { transportKeyKcv: 'AAAAAA' })
    expect(await room.loadOf(one.terminalId)).toBeUndefined()
  })
})
