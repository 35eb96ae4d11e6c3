import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Actor, Ctx, Services } from '../../src/core/context'
import { failure } from '../../src/core/errors'
import { newId } from '../../src/core/ids'
import { PERMISSION_NAMES } from '../../src/core/permissions'
import { inMutation, mutations } from '../../src/core/verb'
import { createApiKey } from '../../src/features/operators'
import { createGroup } from '../../src/features/terminals/service/places'
import { RepeatableWrite } from '../../src/integrator/repeats'
import { housekeepingJobs } from '../../src/jobs/housekeeping'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { integrator, job, jobRun, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()
let services: Services
let client: TerminalClient
let key: string
let otherKey: string

const keyWith = async (name: string) =>
  (await createApiKey(makeCtx(services, job()), { name, scopes: [...PERMISSION_NAMES] })).key

beforeAll(async () => {
  services = await makeServices(database)
  client = (await openFaces(services)).client
  key = await keyWith('one')
  otherKey = await keyWith('other')
})

const post = (path: string, json: unknown, name?: string, token = key, method = 'POST') =>
  client.send({
    ...{ method, path: `/api/v1${path}`, token, json },
    headers: name === undefined ? {} : { 'Idempotency-Key': name },
  })
const group = (name: string, repeat?: string, token?: string) => post('/groups', { name }, repeat, token)
const countOf = async (name: string) => {
  const [row] = await database.sql<{ count: number }[]>`
    select count(*)::int from terminal_groups where name = ${name}`
  return row?.count
}

describe('a write that is sent again under its Idempotency-Key', () => {
  it('is done once and answered alike, and says so', async () => {
    const first = await group('once', 'a-1')
    const second = await group('once', 'a-1')
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body).toEqual(first.body)
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ])
    expect(await countOf('once')).toBe(1)
    const [audit] = await database.sql`
      select count(*)::int from audit_entries where action = 'group.created' and subject_label = 'once'`
    expect(audit).toEqual({ count: 1 })
  })

  it('is the same in whatever order its fields come', async () => {
    const send = (body: object) => post('/groups', body, 'order')
    const first = await send({ name: 'in order', notes: 'n' })
    expect((await send({ notes: 'n', name: 'in order' })).body).toEqual(first.body)
  })

  it('gives a secret that is shown once to its own caller again, and to no other', async () => {
    const body = { name: 'lost answer', scopes: ['status:read'] }
    const first = (await post('/api-keys', body, 'secret')).json<{ key: string }>()
    expect((await post('/api-keys', body, 'secret')).json()).toEqual(first)
    expect((await post('/api-keys', body, 'secret', otherKey)).json<{ key: string }>().key).not.toBe(
      first.key,
    )
    const rows = await database.sql<
      { outcome: Buffer }[]
    >`select outcome from repeatable_writes where key = 'secret'`
    expect(rows).toHaveLength(2)
    expect(Buffer.concat(rows.map((row) => row.outcome)).toString('latin1')).not.toContain(first.key)
  })

  it('is refused where the key was used for another write', async () => {
    await group('first use', 'b-1')
    for (const answer of [
      await group('second use', 'b-1'),
      await post('/merchants', { name: 'first use' }, 'b-1'),
    ])
      expect([answer.status, answer.json()]).toEqual([
        422,
        expect.objectContaining({ code: 'idempotency_key_reused' }),
      ])
    expect(await countOf('second use')).toBe(0)
  })

  it('belongs to its caller: another one’s equal key is another', async () => {
    const mine = await group('mine', 'same')
    const theirs = await group('theirs', 'same', otherKey)
    expect([mine.status, theirs.status]).toEqual([201, 201])
  })

  it('has one effect where twenty come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => group('crowd', 'crowd')))
    expect(await countOf('crowd')).toBe(1)
    const statuses = new Set(answers.map((one) => one.status))
    expect([...statuses].filter((status) => status !== 201 && status !== 409)).toEqual([])
    const done = answers.filter((one) => one.status === 201)
    expect(new Set(done.map((one) => one.body.toString())).size).toBe(1)
    for (const one of answers.filter((answer) => answer.status === 409))
      expect([one.json(), one.headers['retry-after']]).toEqual([
        expect.objectContaining({ code: 'idempotency_in_progress' }),
        '1',
      ])
    expect((await group('crowd', 'crowd')).body).toEqual(done[0]?.body)
  })

  it('leaves nothing behind where it was refused, and may be mended', async () => {
    expect((await post('/groups', { name: '' }, 'mended')).status).toBe(400)
    expect((await post('/groups', { name: 'mended' }, 'mended')).status).toBe(201)
    const gone = newId()
    expect((await post(`/groups/${gone}`, { name: 'x' }, 'gone', key, 'PATCH')).status).toBe(404)
    expect(await database.sql`select from repeatable_writes where key = 'gone'`).toHaveLength(0)
  })

  it.each([['x'.repeat(256)], ['ключ'], ['   '], [''], ['""'], ['one, two'], [','], ['"one", "two"']])(
    'needs a key that can be one: %s',
    async (name) => {
      const header = Buffer.from(name).toString('latin1')
      expect((await group('badly named', header)).json()).toMatchObject({
        ...{ status: 400, code: 'idempotency_key_invalid' },
      })
      expect(await countOf('badly named')).toBe(0)
    },
  )

  it('takes a key of 255 characters', async () => {
    const name = 'k'.repeat(255)
    expect((await group('long', name)).body).toEqual((await group('long', name)).body)
  })

  it('is forgotten after a day, by those who ask and by the job', async () => {
    await group('yesterday', 'old')
    await group('yesterday too', 'older')
    await database.sql`
      update repeatable_writes set created_at = now() - interval '25 hours' where key in ('old', 'older')`
    const again = await group('today', 'old')
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, undefined])
    const trim = housekeepingJobs.find(({ name }) => name === 'trim-repeatable-writes')
    expect(await trim?.run(makeCtx(services, job()), jobRun())).toEqual({ removed: 1 })
  })

  it('is looked at by nobody without the header, nor where it only asks', async () => {
    expect((await group('twice')).status).toBe(201)
    const [before] = await database.sql`select count(*)::int from repeatable_writes`
    await client.send({
      ...{ method: 'GET', path: '/api/v1/groups', token: key },
      headers: { 'Idempotency-Key': 'reading' },
    })
    const [after] = await database.sql`select count(*)::int from repeatable_writes`
    expect(after).toEqual(before)
  })
})

const stop = failure('conflict', 'a_refusal', 'Not this one.')

describe('work of several transactions', () => {
  let runs: string[] = []
  /** Makes a group for each name; `!` refuses, `?` is a mistake. */
  const makeAll = mutations(
    { permission: 'groups:write', input: z.object({ names: z.array(z.string()) }) },
    async (ctx, { names }) => {
      const ids: string[] = []
      for (const name of names) {
        runs.push(name)
        if (name === '!') throw stop()
        if (name === '?') throw new Error('a mistake')
        ids.push((await createGroup(ctx, { name })).id)
      }
      return { ids }
    },
  )
  const program = integrator('groups:write') as Extract<Actor, { id: string }>
  const asked = (key: string, names: string[]): Ctx => ({
    ...makeCtx(services, program),
    once: new RepeatableWrite(
      services,
      program,
      { key, method: 'POST', path: '/all', input: names },
      () => {},
    ),
  })
  const run = (key: string, names: string[]) => makeAll(asked(key, names), { names })
  const rowOf = async (key: string) => {
    const [row] = await database.sql`select state from repeatable_writes where key = ${key}`
    return row
  }

  it('is done once as a whole', async () => {
    runs = []
    const first = await run('all', ['s1', 's2'])
    expect(await run('all', ['s1', 's2'])).toEqual(first)
    expect(runs).toEqual(['s1', 's2'])
  })

  it('that ended with a refusal after a part of it ends so again, and does no part twice', async () => {
    runs = []
    for (let time = 0; time < 2; time++)
      await expect(run('partly', ['p1', '!'])).rejects.toMatchObject({ code: 'a_refusal', kind: 'conflict' })
    expect(runs).toEqual(['p1', '!'])
  })

  it('that was refused before any part of it is free to be sent again', async () => {
    await expect(run('refused', ['!'])).rejects.toMatchObject({ code: 'a_refusal' })
    expect(await rowOf('refused')).toBeUndefined()
  })

  it('that failed by a mistake in the middle is in doubt', async () => {
    await expect(run('mistake', ['m1', '?'])).rejects.toThrow('a mistake')
    await expect(run('mistake', ['m1', '?'])).rejects.toMatchObject({ code: 'idempotency_in_doubt' })
  })

  it('is in progress while a server is at it, and in doubt once that is gone with a part done', async () => {
    await run('crashed', ['c1', 'c2'])
    const crash = (state: string, heldFor: string) => database.sql`
      update repeatable_writes set state = ${state}, outcome = null, attempt = ${newId()},
        held_until = now() + ${heldFor}::interval where key = 'crashed'`
    await crash('begun', '30 seconds')
    await expect(run('crashed', ['c1', 'c2'])).rejects.toMatchObject({
      code: 'idempotency_in_progress',
      details: { retryAfterSeconds: 2 },
    })
    await crash('begun', '-1 seconds')
    await expect(run('crashed', ['c1', 'c2'])).rejects.toMatchObject({ code: 'idempotency_in_doubt' })
    // Of what had not begun nothing was done: it is taken over.
    await crash('reserved', '-1 seconds')
    await database.sql`delete from terminal_groups where name in ('c1', 'c2')`
    runs = []
    expect((await run('crashed', ['c1', 'c2'])).ids).toHaveLength(2)
    expect(runs).toEqual(['c1', 'c2'])
  })

  it('does no more where another server has taken it over meanwhile', async () => {
    const overtaken = mutations({ permission: 'groups:write', input: z.object({}) }, async (ctx) => {
      await database.sql`update repeatable_writes set attempt = ${newId()} where key = 'overtaken'`
      await inMutation(ctx, async (scope) => scope.nothingChanged())
      return {}
    })
    await expect(overtaken(asked('overtaken', []), {})).rejects.toMatchObject({
      code: 'idempotency_in_progress',
    })
  })

  it('has one effect where ten come at once', async () => {
    runs = []
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => run('many', ['t1', 't2'])))
    expect(runs).toEqual(['t1', 't2'])
    for (const one of outcomes)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'idempotency_in_progress' })
  })
})
