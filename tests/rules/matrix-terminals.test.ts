import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { mintToken } from '../../src/core/tokens'
import { createApiKey } from '../../src/features/operators'
import { createSignInRoom } from '../../src/features/operators/sign-in'
import { issueEnrollmentCode } from '../../src/features/terminals/service/codes'
import { registerTerminal } from '../../src/features/terminals/service/register'
import { retireTerminal, suspendTerminal } from '../../src/features/terminals/service/states'
import { createDoor, type Door } from '../../src/server/door'
import { createMetrics } from '../../src/server/metrics'
import { documentedMessages } from '../../src/terminal/messages'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { serve } from '../support/http'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'
import { BYTES, MESSAGES, PROCEDURES, PUBLIC } from './matrix'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let whole: { client: TerminalClient; door: Door }
const tokens: Record<
  'a terminal' | 'a suspended terminal' | 'a retired terminal' | 'a program' | 'nobody we know',
  string
> = {
  'a terminal': '',
  'a suspended terminal': '',
  'a retired terminal': '',
  'a program': '',
  'nobody we know': mintToken('pst_'),
}

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  const door = createDoor({
    services,
    terminals: open.door,
    signIn: createSignInRoom({ services, secret: 's'.repeat(32), nextRequestId: () => 'test' }),
    metrics: createMetrics({
      gauges: () => open.door.gauges(),
      lagMs: () => 0,
      refusalsCounted: () => 0,
      alerts: async () => undefined,
      webhooks: async () => undefined,
    }),
    nextRequestId: () => 'test',
    stopping: new AbortController().signal,
    state: () => 'ready',
  })
  whole = { ...(await serve((req, res) => door.all(req, res))), door }
  const admin = makeCtx(services, operator('admin'))
  const enrol = async (serial: string) => {
    const { id: terminalId } = await registerTerminal(admin, { serial, platform: 'other' })
    const { enrollmentCode } = await issueEnrollmentCode(admin, { serials: [serial] })
    const terminal = new FakeTerminal(open.client, { serial, platform: 'other', token: undefined })
    await terminal.enroll(enrollmentCode)
    expect((await terminal.checkIn()).status).toBe(204)
    return { terminalId, token: terminal.token ?? '' }
  }
  tokens['a terminal'] = (await enrol('M1')).token
  const suspended = await enrol('M2')
  const retired = await enrol('M3')
  tokens['a suspended terminal'] = suspended.token
  tokens['a retired terminal'] = retired.token
  tokens['a program'] = (await createApiKey(admin, { name: 'all', scopes: ['terminals:read'] })).key
  await suspendTerminal(admin, { terminalId: suspended.terminalId })
  await retireTerminal(admin, { terminalId: retired.terminalId })
  await open.feed.catchUp()
})
afterAll(() => open.close())

const messages = documentedMessages()

describe('every message of terminals', () => {
  it('has a row, and every row a message', () => {
    expect(messages.map(({ name }) => name).sort()).toEqual(Object.keys(MESSAGES).sort())
  })

  it.each(messages)(
    '$name is for enrolled terminals, and for suspended ones as the contract says',
    async (message) => {
      const path = `/terminal/v1${message.path.replace(/:(\w+)/g, '019ab000-0000-7000-8000-000000000000')}`
      const ask = async (token?: string) => {
        const body = message.body === undefined ? {} : { json: {} }
        const answer = await open.client.send({ method: message.method, path, token, ...body })
        const { code } = answer.json<{ code?: string } | undefined>() ?? {}
        // An answer to HEAD has no body.
        if (message.method === 'HEAD')
          return answer.status === 401
            ? 'unauthenticated'
            : answer.status === 403
              ? 'terminal_suspended'
              : 'let in'
        return code === 'unauthenticated' || code === 'terminal_suspended' ? code : 'let in'
      }
      expect(await ask()).toBe('unauthenticated')
      for (const who of ['nobody we know', 'a retired terminal', 'a program'] as const)
        expect(await ask(tokens[who]), who).toBe('unauthenticated')
      const { whileSuspended } = MESSAGES[message.name] ?? {}
      expect(await ask(tokens['a suspended terminal'])).toBe(whileSuspended ? 'let in' : 'terminal_suspended')
      expect(await ask(tokens['a terminal'])).toBe('let in')
    },
  )
})

describe('strangers', () => {
  const ask = async (address: string) => {
    const [method = '', path = ''] = address.split(' ')
    const body = method === 'POST' ? { json: {} } : {}
    return (await whole.client.send({ method, path, ...body })).status
  }

  it.each(Object.entries(PUBLIC))('may ask %s: %s', async (address) => {
    expect(await ask(address)).not.toBe(401)
  })

  it('get 401 at everything else, known or not', async () => {
    const asked = [
      // A stream begins with 200 and says its 401 inside: asked in matrix.test.ts.
      ...Object.keys(PROCEDURES)
        .filter((name) => !name.endsWith('.watch'))
        .map((name) => `GET /api/trpc/${name}`),
      ...Object.keys(BYTES).map((address) => address.replace(' ', ' /api/v1')),
      ...messages.map(({ method, path }) => `${method} /terminal/v1${path}`),
      'GET /api/v1/terminals',
      'GET /api/v1/nothing/of/the/kind',
      'GET /api/v1',
      'GET /terminal/v1/nothing/of/the/kind',
      'GET /terminal/v2/check-in',
    ]
    // A mutation asked by GET is no way in either.
    for (const address of asked) expect([401, 405], address).toContain(await ask(address))
  })

  it('are shown one page among what is no page', () => {
    for (const path of ['/api/docs', '/api/docs/', '/api/docs?of=terminals'])
      expect(whole.door.handles(path), path).toBe(false)
    for (const path of ['/api/docs/x', '/api/docs/../v1', '/api/docsx', '/api/doc', '/api', '/api/v1/docs'])
      expect(whole.door.handles(path), path).toBe(true)
  })

  it('reach by the port of the terminal network nothing but terminals and health', async () => {
    const { client } = await serve((req, res) => whole.door.terminals(req, res))
    for (const path of [
      '/api/v1/terminals',
      '/api/trpc/terminals.list',
      '/api/openapi.json',
      '/metrics',
      '/',
    ])
      expect((await client.send({ method: 'GET', path })).status, path).toBe(404)
    expect((await client.send({ method: 'GET', path: '/healthz' })).status).toBe(200)
  })
})
