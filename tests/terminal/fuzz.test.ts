import net from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { issueEnrollmentCode } from '../../src/features/terminals/service/codes'
import { registerTerminal } from '../../src/features/terminals/service/register'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let terminal: FakeTerminal

beforeAll(async () => {
  services = await makeServices(database, { env: { TERMINAL_REQUESTS_PER_MINUTE: '100000' } })
  open = await openTerminalDoor(database, services)
  const me = makeCtx(services, operator())
  await registerTerminal(me, { serial: 'FUZZ', platform: 'other' })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: ['FUZZ'] })
  terminal = new FakeTerminal(open.client, { serial: 'FUZZ', platform: 'other', token: undefined })
  await terminal.enroll(enrollmentCode)
  await terminal.checkIn()
})
afterAll(() => open.close())

const DOCUMENTED = new Set([200, 204, 400, 404, 405, 409, 413, 415, 422])
/** Any JSON under the names the contract has, with texts PostgreSQL and JSON stumble over among them. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('\u0000', '\ud800', 'x\u0000y', "'; drop table terminals; --", '\\', '\u202e', '1e999'),
)
const leaf = fc.oneof(text, fc.jsonValue(), fc.double(), fc.constantFrom(-1, 2 ** 53, 1e308, null, true))
const record = (...names: string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.oneof(leaf, fc.array(leaf)), {
    maxKeys: 6,
  })
const checkIn = fc.record(
  {
    status: record(
      'serial',
      'tids',
      'model',
      'os',
      'abis',
      'application',
      'apps',
      'licenses',
      'keys',
      'ecr',
      'network',
      '__proto__',
    ),
    statusHash: leaf,
    vitals: record('signalDbm', 'battery', 'freeBytes', 'localTime', 'counters', 'constructor'),
  },
  { requiredKeys: [] },
)

describe('whatever a terminal sends', () => {
  it('never breaks the server, and is answered as documented', async () => {
    await fc.assert(
      fc.asyncProperty(checkIn, async (json) => {
        const answer = await terminal.send('POST', '/check-in', { json })
        expect(DOCUMENTED).toContain(answer.status)
        if (answer.status >= 400)
          expect(answer.json()).toMatchObject({ status: answer.status, code: expect.any(String) })
      }),
      { numRuns: 500 },
    )
  })

  it('is taken in when it is a sound status with odd letters in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (os) => {
        const answer = await terminal.send('POST', '/check-in', { json: { status: { os } } })
        expect([204, 422]).toContain(answer.status)
      }),
      { numRuns: 200 },
    )
  })

  it('may be no HTTP at all', async () => {
    const { port, hostname } = new URL(open.url)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await new Promise<void>((resolve) => {
          const socket = net.connect(Number(port), hostname, () => socket.end(Buffer.from(bytes)))
          socket.on('error', () => resolve())
          socket.on('close', () => resolve())
          socket.resume()
        })
      }),
      { numRuns: 100 },
    )
    expect((await terminal.checkIn()).status).toBeLessThan(300)
  })

  it('finds no way around the door by odd paths', async () => {
    const segment = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      'enroll',
      'check-in',
      'license',
      '',
      '%00',
      'actions',
      ':id',
      '//',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 6 }), async (segments) => {
        const path = `/terminal/v1/${segments.join('/')}`
        const answer = await open.client.send({ method: 'GET', path })
        expect([401, 405]).toContain(answer.status)
      }),
      { numRuns: 200 },
    )
  })
})
