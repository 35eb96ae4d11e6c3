import { scryptSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Ctx, Services } from '../../../src/core/context'
import { PERMISSION_NAMES, type Role } from '../../../src/core/permissions'
import { hashPassword, verifyPassword } from '../../../src/features/operators/password'
import { listApiKeys } from '../../../src/features/operators/service/api-key-views'
import { createApiKey, revokeApiKey } from '../../../src/features/operators/service/api-keys'
import {
  createOperator,
  disableOperator,
  enableOperator,
  listOperators,
  resetOperatorPassword,
  resetTwoFactor,
  setOperatorRole,
  setOperatorVisibility,
} from '../../../src/features/operators/service/people'
import { createGroup } from '../../../src/features/terminals/service/places'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, makeCtx, makeServices, operator } from '../../support/services'

const PASSWORD = 'correct horse battery'
const database = useTestDatabase()
let services: Services
let admin: Ctx
let made = 0

beforeAll(async () => {
  services = await makeServices(database)
  admin = makeCtx(services, operator('admin'))
})

const as = (actor: Actor) => makeCtx(services, actor)
const make = (role: Role = 'viewer', ctx = admin) =>
  createOperator(ctx, { username: `user${++made}`, password: PASSWORD, role })
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )

describe('passwords', () => {
  it('are kept in the form the sign-in library reads', async () => {
    const { id } = await make()
    const [account] = await database.sql<{ password: string; provider_id: string; account_id: string }[]>`
      select * from operator_accounts where operator_id = ${id}`
    expect(account).toMatchObject({ provider_id: 'credential', account_id: id })
    const [salt = '', key] = account?.password.split(':') ?? []
    expect(salt).toMatch(/^[0-9a-f]{32}$/)
    // Its own settings: N 16384, r 16, p 1, 64 bytes, the salt as text.
    const derived = scryptSync(PASSWORD.normalize('NFKC'), salt, 64, {
      N: 16_384,
      r: 16,
      p: 1,
      maxmem: 2 ** 27,
    })
    expect(key).toBe(derived.toString('hex'))
  })

  it('are the same however their letters are composed, and no other is', async () => {
    const stored = await hashPassword('пароль с буквой й, ﬁ')
    expect(await verifyPassword('пароль с буквой й, fi'.normalize('NFD'), stored)).toBe(true)
    expect(await verifyPassword('пароль с буквой и, fi', stored)).toBe(false)
    expect(await verifyPassword('', 'nonsense')).toBe(false)
  })

  it('appear in no audit row, set or reset', async () => {
    const { id } = await make()
    await resetOperatorPassword(admin, { operatorId: id, password: 'another password' })
    const rows = await database.sql<
      { action: string }[]
    >`select * from audit_entries where subject_id = ${id} order by seq`
    expect(rows.map((row) => row.action)).toEqual(['operator.created', 'operator.password_reset'])
    expect(JSON.stringify(rows)).not.toMatch(/correct horse|another password|[0-9a-f]{32}:/)
    const [account] = await database.sql<
      { password: string }[]
    >`select password from operator_accounts where operator_id = ${id}`
    expect(await verifyPassword('another password', account?.password ?? '')).toBe(true)
    expect(await verifyPassword(PASSWORD, account?.password ?? '')).toBe(false)
  })
})

describe('operators', () => {
  it('have names of their own, also when two take one at the same moment', async () => {
    const both = ['Twin', 'twin', 'TWIN'].map((username) =>
      codeOf(createOperator(admin, { username, password: PASSWORD, role: 'viewer' })),
    )
    expect((await Promise.all(both)).sort()).toEqual(['done', 'username_taken', 'username_taken'])
  })

  it('keep one administrator: the last can be neither disabled nor demoted', async () => {
    await onlyAdmins(async (first) => {
      expect(await codeOf(disableOperator(admin, { operatorId: first }))).toBe('last_admin')
      expect(await codeOf(setOperatorRole(admin, { operatorId: first, role: 'viewer' }))).toBe('last_admin')
      const second = await make('admin')
      expect(await codeOf(disableOperator(admin, { operatorId: first }))).toBe('done')
      expect(await codeOf(setOperatorRole(admin, { operatorId: second.id, role: 'operator' }))).toBe(
        'last_admin',
      )
      expect(await codeOf(enableOperator(admin, { operatorId: first }))).toBe('done')
      expect(await codeOf(setOperatorRole(admin, { operatorId: second.id, role: 'operator' }))).toBe('done')
    })
  })

  it('keep one also when two administrators disable each other at the same moment', async () => {
    for (let round = 0; round < 5; round++)
      await onlyAdmins(async (first) => {
        const second = await make('admin')
        const outcomes = [first, second.id].map((operatorId) =>
          codeOf(disableOperator(admin, { operatorId })),
        )
        expect((await Promise.all(outcomes)).sort()).toEqual(['done', 'last_admin'])
      })
  })

  it('are told apart from others that changed nothing: no audit row for what is so already', async () => {
    const { id } = await make('viewer')
    await setOperatorRole(admin, { operatorId: id, role: 'viewer' })
    await enableOperator(admin, { operatorId: id })
    const rows = await database.sql`select from audit_entries where subject_id = ${id}`
    expect(rows).toHaveLength(1)
  })

  /** Runs with one active administrator and no other. */
  async function onlyAdmins(run: (operatorId: string) => Promise<void>) {
    await database.sql`update operators set state = 'disabled' where role = 'admin'`
    await run((await make('admin', as(job()))).id)
  }
})

describe('rights', () => {
  it('are never more than the maker’s: neither in a key nor in a person', async () => {
    const maker = as(integrator('api-keys:write', 'operators:write', 'terminals:read'))
    const key = (scopes: typeof PERMISSION_NAMES) => createApiKey(maker, { name: 'k', scopes: [...scopes] })
    expect(await codeOf(key(['terminals:read']))).toBe('done')
    expect(await codeOf(key(['terminals:read', 'terminals:write']))).toBe('scope_beyond_own')
    expect(await codeOf(make('viewer', maker))).toBe('scope_beyond_own')
    expect(await codeOf(make('viewer', as(integrator(...PERMISSION_NAMES))))).toBe('done')
  })

  it('of key officers are given by administrators, who do not have them, and by no program', async () => {
    const maker = as(operator('admin'))
    const { id } = await make('key-officer', maker)
    expect(await codeOf(setOperatorRole(maker, { operatorId: id, role: 'viewer' }))).toBe('done')
    expect(await codeOf(setOperatorRole(maker, { operatorId: id, role: 'key-officer' }))).toBe('done')
    const key = (scopes: typeof PERMISSION_NAMES) => createApiKey(maker, { name: 'k', scopes: [...scopes] })
    expect(await codeOf(key(['keys:deposit']))).toBe('done')
    expect(await codeOf(key(['keys:approve']))).toBe('scope_beyond_own')
    const everythingElse = PERMISSION_NAMES.filter((one) => one !== 'keys:approve')
    expect(await codeOf(make('key-officer', as(integrator(...everythingElse))))).toBe('scope_beyond_own')
    const makerOfKeys = as(integrator('api-keys:write'))
    expect(await codeOf(createApiKey(makerOfKeys, { name: 'k', scopes: ['keys:deposit'] }))).toBe(
      'scope_beyond_own',
    )
  })

  it('of a key officer are nobody’s to take for themselves', async () => {
    const { id } = await make('admin')
    const self = as({ ...operator('admin'), id } as Actor)
    expect(await codeOf(setOperatorRole(self, { operatorId: id, role: 'key-officer' }))).toBe(
      'scope_beyond_own',
    )
    await make('admin')
    expect(await codeOf(setOperatorRole(self, { operatorId: id, role: 'viewer' }))).toBe('done')
  })

  it('cannot be got by taking over somebody who has more', async () => {
    const { id } = await make('admin')
    const limited = as(integrator('operators:write'))
    expect(await codeOf(resetOperatorPassword(limited, { operatorId: id, password: PASSWORD }))).toBe(
      'scope_beyond_own',
    )
    expect(await codeOf(disableOperator(limited, { operatorId: id }))).toBe('scope_beyond_own')
  })

  it('of administrators are given, changed and opened again by people, not by a program that has them all', async () => {
    const program = as(integrator(...PERMISSION_NAMES))
    expect(await codeOf(make('admin', program))).toBe('person_needed')
    expect(await codeOf(make('key-officer', program))).toBe('person_needed')
    expect(await codeOf(make('auditor', program))).toBe('done')
    const { id: plain } = await make('viewer')
    const { id: operatorId } = await make('admin')
    expect(await codeOf(setOperatorRole(program, { operatorId: plain, role: 'admin' }))).toBe('person_needed')
    expect(await codeOf(setOperatorRole(program, { operatorId: plain, role: 'support' }))).toBe('done')
    const limits = { kind: 'limited' as const, groupIds: [], merchantIds: [] }
    const ways = [
      setOperatorRole(program, { operatorId, role: 'viewer' }),
      setOperatorVisibility(program, { operatorId, visibility: limits }),
      resetOperatorPassword(program, { operatorId, password: 'another password' }),
      resetTwoFactor(program, { operatorId }),
      enableOperator(program, { operatorId }),
    ]
    const codes = await Promise.all(ways.map(codeOf))
    expect(codes).toEqual(ways.map(() => 'person_needed'))
    // Who leaves is shut out by whatever program knows of it first.
    expect(await codeOf(disableOperator(program, { operatorId }))).toBe('done')
  })

  it('with limits reach only who sees no more', async () => {
    const { id: group } = await createGroup(admin, { name: 'here' })
    const { id: other } = await createGroup(admin, { name: 'there' })
    const limits = (...groupIds: string[]) => ({ kind: 'limited' as const, groupIds, merchantIds: [] })
    const caller = as({ ...integrator(...PERMISSION_NAMES), visibility: limits(group) } as Actor)
    const key = (visibility: ReturnType<typeof limits>) =>
      createApiKey(admin, { name: 'k', scopes: ['terminals:read'], visibility })
    const [mine, foreign, wide] = [
      await key(limits(group)),
      await key(limits(group, other)),
      await createApiKey(admin, { name: 'w', scopes: ['terminals:read'] }),
    ]
    expect((await listApiKeys(caller, {})).items.map((one) => one.id)).toEqual([mine.id])
    expect(await codeOf(revokeApiKey(caller, { apiKeyId: foreign.id }))).toBe('api_key_not_found')
    expect(await codeOf(revokeApiKey(caller, { apiKeyId: wide.id }))).toBe('api_key_not_found')
    expect(await codeOf(createApiKey(caller, { name: 'k', scopes: ['terminals:read'] }))).toBe(
      'scope_beyond_own',
    )
    const everywhere = await make('viewer')
    const here = await createOperator(admin, {
      username: 'here',
      password: PASSWORD,
      role: 'viewer',
      visibility: limits(group),
    })
    expect((await listOperators(caller, {})).items.map((one) => one.id)).toEqual([here.id])
    expect(await codeOf(disableOperator(caller, { operatorId: everywhere.id }))).toBe('operator_not_found')
    expect(await codeOf(disableOperator(caller, { operatorId: here.id }))).toBe('done')
  })
})

describe('limits of an operator', () => {
  let limited: { kind: 'limited'; groupIds: string[]; merchantIds: string[] }
  beforeAll(async () => {
    const { id } = await createGroup(admin, { name: 'limits' })
    limited = { kind: 'limited', groupIds: [id], merchantIds: [] }
  })
  const set = (operatorId: string, visibility: typeof limited | { kind: 'all' }, ctx = admin) =>
    setOperatorVisibility(ctx, { operatorId, visibility })

  it('are changed with an audit row, end the sessions, and the same again changes nothing', async () => {
    const { id } = await make()
    await database.sql`insert into operator_sessions (id, operator_id, token, created_at, updated_at, last_used_at, expires_at)
      values (gen_random_uuid(), ${id}, 't', now(), now(), now(), now() + interval '1 hour')`
    expect((await set(id, limited)).visibility).toEqual(limited)
    expect(await database.sql`select from operator_sessions where operator_id = ${id}`).toHaveLength(0)
    await set(id, limited)
    const rows = await database.sql`select action from audit_entries where subject_id = ${id} order by seq`
    expect(rows.map((row) => row.action)).toEqual(['operator.created', 'operator.visibility_changed'])
  })

  it('are not taken off by who has limits, nor put on the last administrator who has none', async () => {
    const { id } = await make()
    await set(id, limited)
    const caller = as({ ...integrator(...PERMISSION_NAMES), visibility: limited } as Actor)
    expect(await codeOf(set(id, { kind: 'all' }, caller))).toBe('scope_beyond_own')
    await database.sql`update operators set state = 'disabled' where role = 'admin'`
    const first = await make('admin', as(job()))
    const second = await make('admin', as(job()))
    expect(await codeOf(set(first.id, limited))).toBe('done')
    expect(await codeOf(set(second.id, limited))).toBe('last_admin')
    expect(await codeOf(disableOperator(admin, { operatorId: second.id }))).toBe('last_admin')
  })
})

describe('the list of operators', () => {
  it('finds a part of a name, and takes no sign of it for a pattern', async () => {
    await createOperator(admin, {
      username: 'needle_1',
      name: 'Anna Sergeevna',
      password: PASSWORD,
      role: 'viewer',
    })
    const found = async (search: string) =>
      (await listOperators(admin, { search })).items.map((one) => one.username)
    expect(await found('EEDLE_')).toEqual(['needle_1'])
    expect(await found('sergeev')).toEqual(['needle_1'])
    expect(await found('needle%')).toEqual([])
  })

  it('says who is locked, and until when', async () => {
    const { id, username } = await make()
    const until = new Date(Date.now() + 60_000)
    const lock = (at: Date) => database.sql`insert into sign_in_attempts
      values (${Buffer.from(username)}, ${id}, 10, now(), ${at}) on conflict (login_hash) do update set locked_until = ${at}`
    const shown = async () =>
      (await listOperators(admin, { search: username })).items.find((one) => one.id === id)?.lockedUntil
    expect(await shown()).toBeNull()
    await lock(until)
    expect(await shown()).toBe(until.toISOString())
    await lock(new Date(Date.now() - 60_000))
    expect(await shown()).toBeNull()
  })
})

describe('API keys', () => {
  it('expire in the future or not at all', async () => {
    const expiresAt = new Date(Date.now() - 1000).toISOString()
    expect(await codeOf(createApiKey(admin, { name: 'k', scopes: ['terminals:read'], expiresAt }))).toBe(
      'expires_in_past',
    )
  })
})
