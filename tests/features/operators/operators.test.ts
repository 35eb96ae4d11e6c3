import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { hashPassword, verifyPassword } from '../../../src/features/operators/password'
import { listApiKeys } from '../../../src/features/operators/service/api-key-views'
import { createApiKey, revokeApiKey } from '../../../src/features/operators/service/api-keys'
import {
  createOperator,
  disableOperator,
  enableOperator,
  findOperator,
  listOperators,
  resetOperatorPassword,
  setOperatorRole,
} from '../../../src/features/operators/service/people'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
let admin: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  admin = makeCtx(services, job())
})

const password = 'correct horse battery'
const create = (username: string, role: 'admin' | 'operator' | 'viewer' = 'operator') =>
  createOperator(admin, { username, password, role })

describe('operators', () => {
  it('are made with a password that only its hash remembers', async () => {
    const { id } = await create('first', 'admin')
    const [row] = await database.sql`select password from operator_accounts where operator_id = ${id}`
    expect(row?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/)
    expect(await verifyPassword(password, row?.password)).toBe(true)
    expect(await verifyPassword(`${password}!`, row?.password)).toBe(false)
    const [audit] = await database.sql`select changes::text from audit_entries where subject_id = ${id}`
    expect(audit?.changes).not.toMatch(/password|horse/)
  })

  it('have names of their own, in whatever case, and good passwords', async () => {
    await create('anna')
    await expect(create('ANNA')).rejects.toMatchObject({ code: 'username_taken' })
    await expect(
      createOperator(admin, { username: 'bob', password: 'short', role: 'viewer' }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      details: { issues: [{ path: 'password' }] },
    })
    expect(await findOperator(admin, { username: 'Anna' })).toMatchObject({ username: 'anna' })
  })

  it('never lose their last administrator, not even by two at the same moment', async () => {
    const other = await create('second', 'admin')
    const first = await findOperator(admin, { username: 'first' })
    const outcomes = await Promise.allSettled([
      disableOperator(admin, { operatorId: first.id }),
      setOperatorRole(admin, { operatorId: other.id, role: 'viewer' }),
    ])
    const admins = await database.sql`select id from operators where role = 'admin' and state = 'active'`
    expect(admins.length).toBeGreaterThanOrEqual(1)
    for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toBeTruthy()
    await enableOperator(admin, { operatorId: first.id })
    for (const { id } of (await listOperators(admin, {})).items.filter(
      (one) => one.role === 'admin' && one.id !== first.id,
    ))
      await disableOperator(admin, { operatorId: id })
    await expect(disableOperator(admin, { operatorId: first.id })).rejects.toMatchObject({
      code: 'last_admin',
    })
    await expect(setOperatorRole(admin, { operatorId: first.id, role: 'viewer' })).rejects.toMatchObject({
      code: 'last_admin',
    })
  })

  it('get a new password by an administrator alone', async () => {
    const { id } = await create('forgetful')
    await resetOperatorPassword(admin, { operatorId: id, password: 'another long one' })
    const [row] = await database.sql`select password from operator_accounts where operator_id = ${id}`
    expect(await verifyPassword('another long one', row?.password)).toBe(true)
    const nobody = makeCtx(services, operator('operator'))
    await expect(
      resetOperatorPassword(nobody, { operatorId: id, password: 'yet another one' }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('never share a salt', async () => {
    expect(await hashPassword(password)).not.toBe(await hashPassword(password))
  })
})

describe('API keys', () => {
  it('have no more rights than their maker', async () => {
    const maker = makeCtx(services, integrator('api-keys:write', 'terminals:read'))
    await expect(createApiKey(maker, { name: 'more', scopes: ['terminals:write'] })).rejects.toMatchObject({
      code: 'scope_beyond_own',
    })
    await expect(createApiKey(maker, { name: 'same', scopes: ['terminals:read'] })).resolves.toMatchObject({
      key: expect.stringMatching(/^psk_[\w-]{43}$/),
    })
    const limited = makeCtx(services, { ...limitedOperator({ groupIds: [] }), role: 'admin' } as never)
    await expect(createApiKey(limited, { name: 'wide', scopes: ['terminals:read'] })).rejects.toMatchObject({
      code: 'scope_beyond_own',
    })
  })

  it('are listed without their secret, and end for good', async () => {
    const { id, key } = await createApiKey(admin, { name: 'ending', scopes: ['terminals:read'] })
    const listed = await listApiKeys(admin, {})
    expect(JSON.stringify(listed)).not.toContain(key)
    expect(await revokeApiKey(admin, { apiKeyId: id })).toMatchObject({ revokedAt: expect.any(String) })
    const rows = await database.sql`select state from credentials where subject_id = ${id}`
    expect(rows.map((row) => row.state)).toEqual(['ended'])
  })

  it('say which scopes there are', async () => {
    await expect(createApiKey(admin, { name: 'odd', scopes: ['odd:scope' as never] })).rejects.toMatchObject({
      message: expect.stringContaining('terminals:read'),
    })
  })
})
