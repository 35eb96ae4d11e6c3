import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { AuditRows } from '../../../src/core/audit-bursts'
import { uptimeMs } from '../../../src/core/clock'
import type { Actor, Burst, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { mintToken } from '../../../src/core/tokens'
import { noteStranger, refusedOften, type Stranger } from '../../../src/features/audit'
import { openFaces } from '../../support/faces'
import { useTestDatabase } from '../../support/postgres'
import { makeServices, operator } from '../../support/services'
import { openTerminalDoor } from '../../support/terminal-door'

const database = useTestDatabase()
const LONG_AFTER = Number.POSITIVE_INFINITY
let services: Services
let rows: AuditRows
let since = 0
beforeAll(async () => {
  services = await makeServices(database)
})
beforeEach(async () => {
  rows = new AuditRows(database.db, services.log)
  const [last] = await database.sql<{ seq: number }[]>`select seq::float8 as seq from audit_head`
  since = last?.seq ?? 0
})

const recorded = async () =>
  (
    await database.sql<
      { action: string; by: string; kind: string; id: string; changes: Record<string, { after: unknown }> }[]
    >`
      select action, actor_name as by, actor_kind as kind, subject_id as id, changes from audit_entries
      where seq > ${since} order by seq`
  ).map(({ changes, ...row }) => ({
    ...row,
    after: Object.fromEntries(Object.entries(changes).map(([name, { after }]) => [name, after])),
  }))

async function soon(count: number) {
  for (let tries = 0; tries < 200 && (await recorded()).length < count; tries++) await wait(20)
  return recorded()
}

const viewer = operator('viewer')
const caller = (more: object = {}) => ({
  actor: { ...viewer, id: newId(), ...more } as Actor,
  requestId: 'r',
  address: '::1',
})
const refusal = (call: string): Burst => ({
  action: 'access.refused',
  subject: { kind: 'call', id: call, label: call },
  beyond: refusedOften(call),
})
const flood = (one: ReturnType<typeof caller>, from: number, count: number) =>
  Promise.all(Array.from({ length: count }, (_none, n) => rows.note(one, refusal(`c${from + n}`))))

describe('refusals of one caller', () => {
  it('beyond two hundred in a minute are counted in a row of that caller, which says of what', async () => {
    const one = caller()
    await flood(one, 0, 200)
    expect(rows.counted).toBe(0)
    await rows.note(one, refusal('terminals.get'))
    const [begun] = (await soon(201)).slice(200)
    expect(begun).toMatchObject({
      action: 'access.refused_often',
      by: 'the viewer',
      after: { times: 1, calls: [{ name: 'terminals.get', times: 1 }] },
    })
    for (let n = 0; n < 3; n++) await rows.note(one, refusal('terminals.get'))
    for (let n = 0; n < 5; n++) await rows.note(one, refusal('keys.list'))
    expect(rows.counted).toBe(9)
    await rows.flush(uptimeMs() + 30_000)
    expect(await recorded()).toHaveLength(201)
    await rows.flush(uptimeMs() + 61_000)
    expect((await recorded()).slice(201)).toMatchObject([
      {
        action: 'access.refused_often',
        after: {
          times: 8,
          calls: [
            { name: 'keys.list', times: 5 },
            { name: 'terminals.get', times: 3 },
          ],
        },
      },
    ])
    await rows.flush(LONG_AFTER)
    await rows.flush(LONG_AFTER)
    expect(await recorded()).toHaveLength(202)
  })

  it('leave room for those of others, and for what leaves the house', async () => {
    const one = caller()
    await flood(one, 0, 200)
    await flood(one, 200, 10)
    const { beyond, ...evidence } = refusal('evidence')
    await rows.note(one, evidence)
    await rows.note(one, evidence)
    await rows.note(caller(), refusal('of another'))
    const found = (await soon(204)).slice(200).map(({ action, id }) => [action, id])
    expect(found.sort()).toEqual([
      ['access.refused', 'evidence'],
      ['access.refused', 'evidence'],
      ['access.refused', 'of another'],
      ['access.refused_often', ''],
    ])
  })

  it('name twenty kinds at most, and count the others', async () => {
    const one = caller()
    await flood(one, 0, 200)
    await rows.note(one, refusal('first'))
    await soon(201)
    for (let n = 0; n < 30; n++) await rows.note(one, refusal(`${'x'.repeat(300)}`.slice(n)))
    for (let n = 0; n < 30; n++) await rows.note(one, refusal(`kind ${n}`))
    await rows.flush(uptimeMs() + 61_000)
    const after = (await recorded()).at(-1)?.after as { calls: { name: string }[] }
    expect(after).toMatchObject({ times: 60, others: expect.any(Number) })
    expect(after.calls).toHaveLength(20)
    expect(Math.max(...after.calls.map(({ name }) => name.length))).toBe(200)
  })

  it('are told once the database is back, where it fails for a while', async () => {
    let isDown = true
    const flaky = new Proxy(database.db, {
      get: (of, name: 'execute') =>
        name === 'execute' && isDown ? () => Promise.reject(new Error('down')) : of[name].bind(of),
    })
    const own = new AuditRows(flaky, services.log)
    const one = caller()
    await own.note(one, refusal('a'))
    await own.note(one, refusal('a'))
    own.count(one, refusedOften('b'))
    own.count(one, refusedOften('b'))
    await wait(20)
    isDown = false
    await own.flush(LONG_AFTER)
    expect((await recorded()).map(({ action, after }) => [action, after])).toEqual([
      ['access.refused', { times: 2 }],
      ['access.refused_often', { times: 2, calls: [{ name: 'b', times: 2 }] }],
    ])
    await own.stop()
  })
})

describe('a clock that is set', () => {
  it('keeps no row back', async () => {
    const one = caller()
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      await rows.note(one, refusal('a'))
      await rows.note(one, refusal('a'))
      rows.count(one, refusedOften('b'))
      rows.count(one, refusedOften('b'))
      vi.setSystemTime(Date.now() - 7_200_000)
      await rows.flush(uptimeMs() + 61_000)
    } finally {
      vi.useRealTimers()
    }
    expect((await soon(4)).map(({ action, after }) => [action, after.times])).toEqual(
      expect.arrayContaining([
        ['access.refused', 1],
        ['access.refused_often', 1],
      ]),
    )
    expect(await recorded()).toHaveLength(4)
  })
})

describe('refusals of more callers than are told apart', () => {
  it('share a row', async () => {
    for (let n = 0; n < 1_000; n++) rows.count(caller(), refusedOften('x'))
    rows.count(caller({ name: 'one more' }), refusedOften('x'))
    rows.count(caller({ name: 'and another' }), refusedOften('y'))
    await soon(1_001)
    await rows.stop()
    expect((await recorded()).filter(({ kind }) => kind === 'job')).toMatchObject([
      { by: 'others', after: { times: 1 } },
      { by: 'others', after: { times: 1, calls: [{ name: 'y', times: 1 }] } },
    ])
  })
})

describe('calls of strangers', () => {
  const from = (address: string) => ({ door: 'REST' as const, requestId: 'r', address })

  it('are a row at once and then one a minute, with where they come from', async () => {
    const parts = { auditBursts: rows }
    noteStranger(parts, from('192.0.2.1'))
    expect(await soon(1)).toMatchObject([
      {
        action: 'access.stranger_refused',
        kind: 'job',
        after: { door: 'REST', times: 1, addresses: [{ name: '192.0.2.1', times: 1 }] },
      },
    ])
    for (let n = 0; n < 500; n++) noteStranger(parts, from(`192.0.2.${n % 3}`))
    await rows.flush(uptimeMs() + 61_000)
    expect((await recorded()).slice(1)).toMatchObject([
      {
        after: {
          times: 500,
          addresses: [
            { name: '192.0.2.0', times: 167 },
            { name: '192.0.2.1', times: 167 },
            { name: '192.0.2.2', times: 166 },
          ],
        },
      },
    ])
  })

  it('are told by every door: of tRPC, of REST, and by whoever guesses keys until told to wait', async () => {
    const told: Stranger[] = []
    const { url } = await openFaces(
      await makeServices(database, { env: { STRANGER_REQUESTS_PER_MINUTE: '10' } }),
      () => undefined,
      (stranger) => told.push(stranger),
    )
    const status = async (path: string) =>
      (await fetch(`${url}${path}`, { headers: { Authorization: 'Bearer psk_wrong' } })).status
    expect((await fetch(`${url}/api/v1/audit`)).status).toBe(401)
    expect((await fetch(`${url}/api/trpc/audit.list`)).status).toBe(401)
    expect(told).toHaveLength(2)
    const answers: number[] = []
    for (let n = 0; n < 8; n++)
      answers.push(await status('/api/v1/audit'), await status('/api/trpc/audit.list'))
    expect(answers.filter((one) => one === 429).length).toBeGreaterThan(0)
    expect(told).toHaveLength(18)
    expect(new Set(told.map(({ address }) => address)).size).toBe(1)
    expect(new Set(told.map(({ door }) => door))).toEqual(new Set(['REST', 'tRPC']))
  })

  it('are told by the door for terminals: without a token, with a wrong one, and with a wrong code', async () => {
    const own = await makeServices(database, {
      auditBursts: rows,
      env: { STRANGER_REQUESTS_PER_MINUTE: '10' },
    })
    const { url, close } = await openTerminalDoor(database, own)
    try {
      const checkIn = async (headers: Record<string, string>) =>
        (await fetch(`${url}/terminal/v1/check-in`, { method: 'POST', headers })).status
      expect(await checkIn({})).toBe(401)
      const guess = { Authorization: `Bearer ${mintToken('pst_')}` }
      const answers: number[] = []
      for (let n = 0; n < 12; n++) answers.push(await checkIn(guess))
      expect([answers.at(0), answers.at(-1)]).toEqual([401, 429])
      const enrolled = await fetch(`${url}/terminal/v1/enroll`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ serial: 'X', platform: 'other', enrollmentCode: 'guessed' }),
      })
      expect(enrolled.status).toBe(403)
      await soon(1)
      await rows.flush(uptimeMs() + 61_000)
      const found = (await recorded()).filter(({ id }) => id === 'terminals')
      expect(found.map(({ action, after }) => [action, after.door])).toEqual([
        ['access.stranger_refused', 'terminals'],
        ['access.stranger_refused', 'terminals'],
      ])
      expect(found.reduce((sum, { after }) => sum + Number(after.times), 0)).toBe(14)
    } finally {
      await close()
    }
  })

  it('are told by the door for signing in, where they ask too often', async () => {
    const own = await makeServices(database, { env: { SIGN_IN_REQUESTS_PER_MINUTE: '5' } })
    const { url } = await openFaces(own)
    const signIn = () =>
      fetch(`${url}/api/auth/sign-in`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"login":"nobody","password":"x"}',
      })
    const answers: number[] = []
    for (let n = 0; n < 6; n++) answers.push((await signIn()).status)
    expect(answers.at(-1)).toBe(429)
    const isTold = async () => (await recorded()).some(({ action }) => action === 'access.stranger_refused')
    for (let tries = 0; tries < 200 && !(await isTold()); tries++) await wait(20)
    expect(await isTold()).toBe(true)
  })
})
