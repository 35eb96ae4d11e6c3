import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import {
  type Needed,
  neededName,
  OWN_ACCOUNT,
  PERMISSION_NAMES,
  ROLES,
  roleMay,
  type Scope,
} from '../../src/core/permissions'
import { mintToken } from '../../src/core/tokens'
import { createApiKey } from '../../src/features/operators'
import { signInMessages } from '../../src/features/operators/sign-in'
import { createGroup } from '../../src/features/terminals/service/places'
import { byteEndpoints } from '../../src/integrator/endpoints'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { appRouter } from '../../src/trpc/root'
import { openFaces } from '../support/faces'
import { putOneOfEverything } from '../support/one-of-everything'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices, operator } from '../support/services'
import { BYTES, type Ids, PROCEDURES, type Row, SIGN_IN } from './matrix'

interface Procedure {
  type: 'query' | 'mutation' | 'subscription'
  meta?: { route?: { method?: string; path?: string } }
}

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: Procedure }>,
).map(([name, { _def }]) => ({ name, type: _def.type, ...(_def.meta?.route ?? {}) }))

const database = useTestDatabase()
let services: Services
let client: TerminalClient
let url: string
/** Rows out of the limited caller's sight. */
let foreign: Ids
let limitedKey: string
const keys = new Map<string, string>()

beforeAll(async () => {
  // All of them call from one address, and a third of them is refused for not being known.
  services = await makeServices(database, { env: { STRANGER_REQUESTS_PER_MINUTE: '100000' } })
  const faces = await openFaces(services, actorOfHeader)
  client = faces.client
  url = faces.url
  const admin = makeCtx(services, people.get('admin') as Actor)
  foreign = await putOneOfEverything(admin)
  const { id: ownId } = await createGroup(admin, { name: 'own' })
  const visibility = { kind: 'limited' as const, groupIds: [ownId], merchantIds: [] }
  // Made at the command line: no person has every scope.
  const shell = makeCtx(services, job())
  const makeKey = async (scopes: readonly Scope[]) =>
    (await createApiKey(shell, { name: 'a key', scopes: [...scopes] })).key
  limitedKey = (await createApiKey(shell, { name: 'limited', scopes: [...PERMISSION_NAMES], visibility })).key
  for (const needed of new Set([
    ...PERMISSION_NAMES,
    ...WAYS.map(({ row }) => row?.permission ?? OWN_ACCOUNT),
  ])) {
    const scopes = [needed].flat().filter((one) => one !== OWN_ACCOUNT)
    if (scopes.length === 0) continue
    const name = neededName(needed)
    for (const scope of scopes) keys.set(`with ${scope} of ${name}`, await makeKey([scope]))
    keys.set(`without ${name}`, await makeKey(PERMISSION_NAMES.filter((one) => !scopes.includes(one))))
  }
  // There is no such scope: not even every other one together opens the own account.
  const everyScope = await makeKey(PERMISSION_NAMES)
  keys.set(`with ${OWN_ACCOUNT} of ${OWN_ACCOUNT}`, everyScope).set(`without ${OWN_ACCOUNT}`, everyScope)
})

/** The same persons all along: what belongs to one of them alone is shown to that one. */
const OWING = 'admin without second factor'
const people = new Map<string | undefined, Actor>([
  ...ROLES.map((role) => [role, operator(role)] as const),
  [OWING, { ...operator('admin'), owesSecondFactor: true } as Actor],
])

/** A person of a role without a session of its own; what people may do is decided behind the same seam. */
function actorOfHeader(role: string | undefined): Actor | undefined {
  return people.get(role)
}

interface Caller {
  name: string
  headers(needed: Needed): Record<string, string>
  /** 401 for who is not known here, 403 `forbidden` for who may not. */
  outcome(needed: Needed): 'unauthenticated' | 'forbidden' | 'second_factor_needed' | 'let in'
}

const bearer = (token: string | undefined) => ({ Authorization: `Bearer ${token}` })
const CALLERS: readonly Caller[] = [
  { name: 'a stranger', headers: () => ({}), outcome: () => 'unauthenticated' },
  { name: 'an unknown key', headers: () => bearer(mintToken('psk_')), outcome: () => 'unauthenticated' },
  { name: 'a terminal', headers: () => bearer(mintToken('pst_')), outcome: () => 'unauthenticated' },
  ...ROLES.map((role) => ({
    name: `a person as ${role}`,
    headers: () => ({ 'X-Test-Role': role }),
    outcome: (needed: Needed) =>
      [needed].flat().some((one) => one === OWN_ACCOUNT || roleMay(role, one))
        ? ('let in' as const)
        : ('forbidden' as const),
  })),
  {
    name: 'an administrator who owes a second factor',
    headers: () => ({ 'X-Test-Role': OWING }),
    outcome: (needed) => (needed === OWN_ACCOUNT ? 'let in' : 'second_factor_needed'),
  },
  {
    name: 'a program without the scope',
    headers: (needed) => bearer(keys.get(`without ${neededName(needed)}`)),
    outcome: () => 'forbidden',
  },
  // The first and the last of several scopes of which one is enough.
  ...[0, -1].map((at) => ({
    name: `a program with one scope alone (${at})`,
    headers: (needed: Needed) => bearer(keys.get(`with ${[needed].flat().at(at)} of ${neededName(needed)}`)),
    outcome: (needed: Needed) => (needed === OWN_ACCOUNT ? ('forbidden' as const) : ('let in' as const)),
  })),
]

interface Outcome {
  status: number
  code: string | undefined
  text: string
}

/** How one procedure, address or message is asked. */
type Ask = (headers: Record<string, string>, ids: Ids) => Promise<Outcome>

const WAYS: readonly { way: string; row: Row | undefined; ask: Ask }[] = [
  ...procedures.map(({ name, type }) => ({
    way: `tRPC ${name}`,
    row: PROCEDURES[name],
    ask: ((headers, ids) => askTrpc(name, type, headers, PROCEDURES[name]?.input(ids) ?? {})) satisfies Ask,
  })),
  ...procedures.flatMap(({ name, method, path }) =>
    method === undefined || path === undefined
      ? []
      : [
          {
            way: `REST ${method} ${path}`,
            row: PROCEDURES[name],
            ask: ((headers, ids) =>
              askRest(method, path, headers, PROCEDURES[name]?.input(ids) ?? {})) satisfies Ask,
          },
        ],
  ),
  ...byteEndpoints.map(({ method, path }) => {
    const row = BYTES[`${method} ${path}`]
    const ask: Ask = (headers, ids) =>
      askRest(method, path, headers, row?.input(ids) ?? {}, Buffer.from('opaque'))
    return { way: `bytes ${method} ${path}`, row, ask }
  }),
]

describe('every way in', () => {
  it('has a row, and every row a way', () => {
    expect(WAYS.filter(({ row }) => row === undefined).map(({ way }) => way)).toEqual([])
    expect(Object.keys(PROCEDURES).sort()).toEqual(procedures.map(({ name }) => name).sort())
    expect(Object.keys(BYTES).sort()).toEqual(
      byteEndpoints.map(({ method, path }) => `${method} ${path}`).sort(),
    )
  })

  it('has an address for programs, unless it is a stream for pages or about the own account', () => {
    const without = procedures.filter(
      ({ path, name }) => path === undefined && PROCEDURES[name]?.permission !== OWN_ACCOUNT,
    )
    expect(without.filter(({ type }) => type !== 'subscription')).toEqual([])
  })

  it.each(WAYS)('$way: lets in whom the permission table lets in', async ({ row, ask }) => {
    if (row === undefined) throw new Error('It has no row in matrix.ts.')
    const seen: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const { name, headers, outcome } of CALLERS) {
      const answer = await ask(headers(row.permission), unknownIds())
      seen[name] = outcomeOf(answer)
      expected[name] = outcome(row.permission)
    }
    expect(seen).toEqual(expected)
  })

  it.each(WAYS)('$way: shows a caller with limits nothing beyond them', async ({ row, ask }) => {
    if (row === undefined) throw new Error('It has no row in matrix.ts.')
    const answer = await ask(bearer(limitedKey), foreign)
    if (row.foreign === 'hidden') {
      expect([answer.status, foreignIn(answer)]).toEqual([200, []])
      const unlimited = await ask({ 'X-Test-Role': 'admin' }, foreign)
      expect(foreignIn(unlimited), 'what is hidden is there for others').not.toEqual([])
    } else if (answer.status < 300) expect(answer.text).toContain(row.foreign)
    else expect([answer.code, answer.status >= 400 && answer.status < 500]).toEqual([row.foreign, true])
  })

  it('left every foreign row as it was', async () => {
    const [terminal] = await database.sql`select state, notes from terminals where id = ${foreign.terminalId}`
    expect(terminal).toEqual({ state: 'expected', notes: '' })
    const [licence] = await database.sql`select state from licenses where id = ${foreign.licenseId}`
    expect(licence).toEqual({ state: 'current' })
    const [person] = await database.sql`select role, state from operators where id = ${foreign.operatorId}`
    expect(person).toEqual({ role: 'viewer', state: 'active' })
    const [key] = await database.sql`select revoked_at from api_keys where id = ${foreign.apiKeyId}`
    expect(key).toEqual({ revoked_at: null })
    const [webhook] = await database.sql`
      select name, state from webhook_endpoints where id = ${foreign.webhookId}`
    expect(webhook).toEqual({ name: 'foreign', state: 'enabled' })
    const [rule] = await database.sql`select notes, revision from update_rules where id = ${foreign.ruleId}`
    expect(rule).toEqual({ notes: '', revision: 1 })
    const [set] = await database.sql`select notes, revision from app_sets where id = ${foreign.setId}`
    expect(set).toEqual({ notes: '', revision: 1 })
    const [code] = await database.sql`select revoked_at from enrollment_codes where id = ${foreign.codeId}`
    expect(code).toEqual({ revoked_at: null })
  })
})

describe('every message of the sign-in room', () => {
  it('has a row, and every row a message', () => {
    expect(signInMessages.map(({ path }) => path).sort()).toEqual(Object.keys(SIGN_IN).sort())
  })

  it.each(Object.entries(SIGN_IN))(
    '%s answers a stranger and another site as it should',
    async (path, row) => {
      const codeOf = async (headers: Record<string, string>) =>
        outcome(await client.send({ method: 'POST', path: `/api/auth${path}`, headers, json: row.input }))
          .code ?? 'let in'
      expect(await codeOf({})).toBe(row.stranger)
      expect(await codeOf({ Origin: 'https://evil.example' })).toBe('foreign_origin')
      expect(await codeOf({ 'Sec-Fetch-Site': 'cross-site' })).toBe('foreign_origin')
    },
  )
})

function foreignIn({ text }: Outcome): string[] {
  return Object.entries(foreign).flatMap(([name, id]) => (text.includes(id) ? [name] : []))
}

/** Let in means: past the ladder, with a sound input. What the verb then finds is its own affair. */
function outcomeOf({ status, code }: Outcome): string {
  if (status === 401 || (status === 403 && (code === 'forbidden' || code === 'second_factor_needed')))
    return code ?? String(status)
  if (status >= 500 || code === 'invalid_input') return `${status} ${code}`
  return 'let in'
}

/** Ids and names that nothing has: who is let in changes nothing. */
function unknownIds(): Ids {
  const id = newId
  return {
    terminalId: id(),
    groupId: id(),
    merchantId: id(),
    codeId: id(),
    operatorId: id(),
    apiKeyId: id(),
    licenseId: id(),
    slipId: id(),
    ecrLogId: id(),
    ecrLogRequestId: id(),
    keyFileId: id(),
    alertId: id(),
    actionId: id(),
    sessionId: id(),
    uploadId: id(),
    holdId: id(),
    packageId: id(),
    appId: id(),
    appVersionId: id(),
    setId: id(),
    ruleId: id(),
    rolloutId: id(),
    swapId: id(),
    webhookId: id(),
    serial: `NOBODY-${id()}`,
  }
}

async function askTrpc(
  name: string,
  type: Procedure['type'],
  headers: Record<string, string>,
  input: Record<string, unknown>,
): Promise<Outcome> {
  const path = `/api/trpc/${name}`
  if (type === 'mutation') return outcome(await client.send({ method: 'POST', path, headers, json: input }))
  const query = `${path}?input=${encodeURIComponent(JSON.stringify(input))}`
  if (type === 'subscription') return firstOfStream(query, headers)
  return outcome(await client.send({ method: 'GET', path: query, headers }))
}

async function askRest(
  method: string,
  template: string,
  headers: Record<string, string>,
  input: Record<string, unknown>,
  bytes?: Buffer,
): Promise<Outcome> {
  const rest = { ...input }
  const path = template.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = String(rest[name])
    delete rest[name]
    return value
  })
  const query =
    method === 'GET' || bytes !== undefined ? `?${new URLSearchParams(rest as Record<string, string>)}` : ''
  const body = method === 'GET' ? {} : bytes === undefined ? { json: rest } : { body: bytes }
  const type: Record<string, string> =
    bytes === undefined || method === 'GET' ? {} : { 'Content-Type': 'application/octet-stream' }
  return outcome(
    await client.send({ method, path: `/api/v1${path}${query}`, headers: { ...headers, ...type }, ...body }),
  )
}

function outcome(answer: { status: number; body: Buffer }): Outcome {
  const text = answer.body.toString('utf8')
  const [, code] = /"(?:failure|code)":"([a-z_]+)"/.exec(text) ?? []
  return { status: answer.status, code: answer.status < 400 ? undefined : code, text }
}

/** What a stream says within its first beat; then it is left. */
async function firstOfStream(path: string, headers: Record<string, string>): Promise<Outcome> {
  const leaving = new AbortController()
  const answer = await fetch(`${url}${path}`, {
    headers: { ...headers, Accept: 'text/event-stream' },
    signal: leaving.signal,
  })
  if (answer.status !== 200) return outcome({ status: answer.status, body: Buffer.from(await answer.text()) })
  const timer = setTimeout(() => leaving.abort(), 200)
  let text = ''
  try {
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(chunk)
  } catch {
    // Left.
  }
  clearTimeout(timer)
  const [, code] = /"failure":"([a-z_]+)"/.exec(text) ?? []
  const [, status] = /"httpStatus":(\d+)/.exec(text) ?? []
  return { status: Number(status ?? 200), code, text }
}
