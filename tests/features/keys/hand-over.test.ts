import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { randomKey } from '../../../src/blobs/keys'
import { newId } from '../../../src/core/ids'
import {
  reopenTerminal,
  retireTerminal,
  revokeTerminal,
  suspendTerminal,
} from '../../../src/features/terminals/service/states'
import { type Enrolled, HOUR_MS, MINUTE_MS, useKeyRoom } from './key-room'

const room = useKeyRoom()

const fetch = (one: Enrolled, id: string, method = 'GET') => one.terminal.send(method, `/keys/${id}`)
const ask = (one: Enrolled, method = 'GET') => one.terminal.send(method, '/keys')
const offered = async (one: Enrolled) => {
  const answer = await one.terminal.send('POST', '/check-in', { json: {} })
  if (answer.status === 204) return []
  const { actions } = answer.json<{ actions: Record<string, unknown>[] }>()
  return actions.filter(({ kind }) => kind === 'keys')
}

describe('a key file', () => {
  it('is told to its terminal, and handed over byte by byte as it was deposited', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId, { sequence: 17 })
    const [action] = await offered(one)
    const url = `/terminal/v1/keys/${file.id}`
    expect(action).toEqual({
      id: expect.any(String),
      kind: 'keys',
      bundleId: file.id,
      sequence: 17,
      ...{ sha256: file.sha256, size: 700, url },
    })
    await room.comesTo(file.id, 'offered')
    expect((await room.loadOf(one.terminalId))?.state).toBe('offered')
    const answer = await fetch(one, file.id)
    expect(answer.status).toBe(200)
    expect(answer.body.equals(file.bytes)).toBe(true)
    expect(answer.headers).toMatchObject({
      'content-length': '700',
      'psm-bundle-id': file.id,
      'cache-control': 'no-store',
      'repr-digest': `sha-256=:${createHash('sha256').update(file.bytes).digest('base64')}:`,
    })
    await room.comesTo(file.id, 'delivered')
    expect(await room.actions(one.terminalId)).toEqual(['offered', 'fetched', 'delivered'])
    const [, fetched] = await room.audited(one.terminalId)
    expect(fetched).toMatchObject({
      actor_kind: 'terminal',
      address: expect.stringContaining('127.0.0.1'),
      changes: { sequence: { after: 17 }, sha256: { after: file.sha256 }, fetch: { after: 1 } },
    })
  })

  it('is never coded, whatever the terminal accepts', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId, { bytes: Buffer.alloc(5000, 65) })
    const answer = await one.terminal.send('GET', `/keys/${file.id}`, {
      headers: { 'Accept-Encoding': 'gzip', Range: 'bytes=10-' },
    })
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, undefined])
    expect(answer.body.equals(file.bytes)).toBe(true)
  })

  it('goes out five times in a lease, and not once more before the lease has ended', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId)
    for (let n = 0; n < 5; n++) expect((await fetch(one, file.id)).body.equals(file.bytes)).toBe(true)
    expect((await fetch(one, file.id)).status).toBe(404)
    expect((await ask(one)).status).toBe(404)
    await room.open.feed.catchUp()
    expect(await offered(one), 'what it cannot fetch it is not told of').toEqual([])
    expect(
      (await room.loadOf(one.terminalId))?.requestedAt,
      'a file is there: no deposit is wanted',
    ).toBeNull()
    await room.age(15 * MINUTE_MS)
    expect((await fetch(one, file.id)).status, 'before the beat has come').toBe(200)
    expect(await room.fileOf(file.id)).toMatchObject({ reoffers: 1, leaseFetches: 1 })
  })

  it('is offered anew under another number where no result comes, twice, and then is an officer’s matter', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId)
    const numbers = new Set<unknown>()
    for (let n = 1; n <= 3; n++) {
      numbers.add((await offered(one))[0]?.id)
      expect((await fetch(one, file.id)).status).toBe(200)
      await room.comesTo(file.id, 'delivered')
      await room.later(14 * MINUTE_MS)
      expect((await room.fileOf(file.id)).state).toBe('delivered')
      await room.later(MINUTE_MS)
    }
    expect(numbers.size).toBe(3)
    expect(await room.fileOf(file.id)).toMatchObject({ state: 'failed', reason: 'not_installed_in_time' })
    expect(await offered(one)).toEqual([])
    expect((await fetch(one, file.id)).status).toBe(404)
    expect((await room.actions(one.terminalId)).filter((action) => action !== 'fetched')).toEqual([
      ...['offered', 'delivered', 'offered_again', 'offered', 'delivered', 'offered_again'],
      ...['offered', 'delivered', 'failed'],
    ])
  })

  it('that is newer is what a terminal gets that asks by itself', async () => {
    const one = await room.enrolled()
    const old = await room.deposit(one.terminalId, { sequence: 1 })
    const newer = await room.deposit(one.terminalId, { sequence: 2 })
    expect((await offered(one)).map(({ bundleId }) => bundleId)).toEqual([newer.id])
    const answer = await ask(one)
    expect([answer.status, answer.headers['psm-bundle-id']]).toEqual([200, newer.id])
    expect(answer.body.equals(newer.bytes)).toBe(true)
    await room.end(one.terminalId, old.id, 'superseded')
    expect((await fetch(one, old.id)).status).toBe(404)
  })

  it('is refused in one and the same way, whatever the reason', async () => {
    const [one, other] = [await room.enrolled(), await room.enrolled()]
    const foreign = await room.deposit(other.terminalId)
    const revoked = await room.deposit(one.terminalId, { sequence: 1 })
    await room.end(one.terminalId, revoked.id, 'revoked')
    const unapproved = await room.deposit(one.terminalId, { sequence: 2, state: 'unapproved' })
    const failed = await room.deposit(one.terminalId, { sequence: 3, state: 'failed' })
    const notAfter = new Date(room.services.clock.now().getTime() - 1)
    const expired = await room.deposit(one.terminalId, { sequence: 4, notAfter })
    const ids = [foreign.id, revoked.id, unapproved.id, failed.id, expired.id, newId(), 'x', "'--", '%00']
    const answers = await Promise.all(ids.map((id) => fetch(one, id)))
    for (const answer of answers) {
      expect(answer.status).toBe(404)
      expect(answer.json()).toEqual(answers[0]?.json())
      expect(answer.headers['psm-bundle-id']).toBeUndefined()
    }
    expect(answers[0]?.json()).toMatchObject({ code: 'no_keys' })
    expect(await room.actions(other.terminalId), 'the other one notices nothing').toEqual([])
    expect((await fetch(other, foreign.id)).status).toBe(200)
  })

  it('is not for a terminal whose delivery is suspended, and not for a suspended terminal', async () => {
    const [one, other] = [await room.enrolled(), await room.enrolled()]
    const [file, foreign] = [await room.deposit(one.terminalId), await room.deposit(other.terminalId)]
    await room.database.sql`update key_loads set suspended_at = now() where terminal_id = ${one.terminalId}`
    expect((await fetch(one, file.id)).json()).toMatchObject({ status: 404, code: 'no_keys' })
    expect((await ask(one)).status).toBe(404)
    expect(await offered(one)).toEqual([])
    await suspendTerminal(room.me(), { terminalId: other.terminalId })
    await room.open.feed.catchUp()
    for (const answer of [await fetch(other, foreign.id), await ask(other)])
      expect(answer.json()).toMatchObject({ status: 403, code: 'terminal_suspended' })
    const result = await other.terminal.send('POST', `/keys/${foreign.id}/result`, {
      json: { state: 'failed', reason: 'other' },
    })
    expect(result.status, 'its word is taken all the same').toBe(200)
  })

  it('may be asked about without its bytes, which counts as nothing', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId)
    for (const answer of [await fetch(one, file.id, 'HEAD'), await ask(one, 'HEAD')]) {
      expect([answer.status, answer.body.length]).toEqual([200, 0])
      expect(answer.headers).toMatchObject({ 'content-length': '700', 'psm-bundle-id': file.id })
    }
    expect((await fetch(await room.enrolled(), file.id, 'HEAD')).status).toBe(404)
    expect(await room.fileOf(file.id)).toMatchObject({
      state: 'available',
      leaseUntil: null,
      leaseFetches: 0,
    })
    expect(await room.actions(one.terminalId)).toEqual([])
    const nobody = await room.enrolled()
    expect((await ask(nobody, 'HEAD')).status).toBe(404)
    expect(await room.loadOf(nobody.terminalId)).toBeUndefined()
  })

  it('whose bytes cannot be opened is refused for a while and is an alarm, and no other byte goes out', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId)
    const { directory } = room.services.settings.storage
    writeFileSync(path.join(directory, 'blobs', file.blobKey ?? ''), Buffer.alloc(740, 1))
    const answer = await fetch(one, file.id)
    expect(answer.json()).toMatchObject({ status: 503, code: 'key_file_unreadable' })
    expect(answer.headers['retry-after']).toBe('300')
    expect((await room.loadOf(one.terminalId))?.alarm).toBe('file_unreadable')
    expect(await room.actions(one.terminalId)).toEqual(['fetched', 'unreadable'])
    expect((await room.fileOf(file.id)).leaseFetches, 'it counts').toBe(1)
  })

  it('that broke off on its way is not delivered, and may be fetched again', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId, { bytes: Buffer.alloc(256 * 1024, 7) })
    await expect(one.terminal.send('GET', `/keys/${file.id}`, { cut: 'while-receiving' })).rejects.toThrow()
    expect((await fetch(one, file.id)).body.length).toBe(256 * 1024)
    await room.comesTo(file.id, 'delivered')
    expect((await room.fileOf(file.id)).leaseFetches).toBe(2)
  })

  it('that has run out is expired and destroyed by the beat, approved or not', async () => {
    const one = await room.enrolled()
    const notAfter = new Date(room.services.clock.now().getTime() + HOUR_MS)
    const file = await room.deposit(one.terminalId, { notAfter, sequence: 2 })
    const waiting = await room.deposit(one.terminalId, { notAfter, sequence: 1, state: 'unapproved' })
    expect(await offered(one)).toHaveLength(1)
    await room.later(HOUR_MS)
    for (const { id } of [file, waiting])
      expect(await room.fileOf(id)).toMatchObject({ state: 'expired', wrappedKey: null, blobKey: null })
    expect(await offered(one)).toEqual([])
  })
})

describe('a terminal that asks for keys where there are none', () => {
  it('shows as having requested them, once until the next deposit', async () => {
    const one = await room.enrolled()
    for (let n = 0; n < 3; n++)
      expect((await ask(one)).json()).toMatchObject({ status: 404, code: 'no_keys' })
    const load = await room.loadOf(one.terminalId)
    expect(load).toMatchObject({ state: 'none', requestedAt: expect.any(Date) })
    expect(await room.actions(one.terminalId)).toEqual(['requested'])
    const file = await room.deposit(one.terminalId)
    expect((await ask(one)).status).toBe(200)
    await one.terminal.send('POST', `/keys/${file.id}/result`, { json: { state: 'failed', reason: 'other' } })
    await ask(one)
    expect((await room.actions(one.terminalId)).filter((action) => action === 'requested')).toHaveLength(2)
  })

  it('has not where its file waits for an approval', async () => {
    const one = await room.enrolled()
    await room.deposit(one.terminalId, { state: 'unapproved' })
    expect((await ask(one)).status).toBe(404)
    expect((await room.loadOf(one.terminalId))?.requestedAt).toBeNull()
  })
})

describe('what is left of key files', () => {
  it('of a terminal that has left service is nothing, and the next under its number gets none of them', async () => {
    for (const leave of [retireTerminal, revokeTerminal]) {
      const [one, other] = [await room.enrolled(), await room.enrolled()]
      const [file, foreign] = [await room.deposit(one.terminalId), await room.deposit(other.terminalId)]
      await leave(room.me(), { terminalId: one.terminalId })
      await room.later(MINUTE_MS)
      expect(await room.fileOf(file.id)).toMatchObject({
        ...{ state: 'revoked', reason: 'terminal_out_of_service', blobKey: null, wrappedKey: null },
      })
      expect(await room.actions(one.terminalId)).toEqual(['revoked'])
      expect((await room.loadOf(one.terminalId))?.state).toBe('revoked')
      await reopenTerminal(room.me(), { terminalId: one.terminalId })
      await room.later(MINUTE_MS)
      expect((await room.fileOf(foreign.id)).state, 'of all others nothing changes').toBe('available')
    }
  })

  it('of those that failed goes after thirty days, of those that ended at once', async () => {
    const one = await room.enrolled()
    const failed = await room.deposit(one.terminalId, { state: 'failed', reason: 'other' })
    await room.later(29 * 24 * HOUR_MS)
    expect((await room.fileOf(failed.id)).wrappedKey).not.toBeNull()
    await room.later(24 * HOUR_MS)
    expect(await room.fileOf(failed.id)).toMatchObject({ state: 'failed', wrappedKey: null })
    const revoked = await room.deposit(one.terminalId, { sequence: 2 })
    await room.end(one.terminalId, revoked.id, 'revoked')
    const kept = await room.deposit(one.terminalId, { sequence: 3 })
    const now = room.services.clock.now()
    const [lost, coming] = [randomKey('keys'), randomKey('keys')]
    await room.database.sql`insert into key_objects (blob_key, created_at) values
      (${lost}, ${new Date(now.getTime() - 2 * HOUR_MS)}), (${coming}, ${now})`
    await room.beat('sweep-key-objects')
    const left = (await room.database.sql<{ key: string }[]>`select blob_key as key from key_objects`).map(
      ({ key }) => key,
    )
    expect(left).toEqual(expect.arrayContaining([kept.blobKey, coming]))
    for (const gone of [failed.blobKey, revoked.blobKey, lost]) expect(left).not.toContain(gone)
    expect((await fetch(one, kept.id)).body.equals(kept.bytes)).toBe(true)
  })
})
