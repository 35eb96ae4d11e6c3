import http from 'node:http'
import { json } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { readEcrLog } from '../../../../src/features/monitoring/ecr-logs/read'
import { TEST_CARDS } from '../../../../src/tools/simulator/ecr/hidden'
import { useTestDatabase } from '../../../support/postgres'
import { makeCtx, makeServices, operator } from '../../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../../support/terminal-door'
import { enrolledTerminal } from '../../eslips/slips'

const database = useTestDatabase()
const SOON = { timeout: 10_000, interval: 20 }
let services: Services
let open: OpenDoor
let me: Ctx
let till: Awaited<ReturnType<typeof enrolledTerminal>>
let count = 0

beforeAll(async () => {
  services = await makeServices(database, { env: { ECR_LOG_MAX_MIB: '1', ECR_LOG_UPLOADS: '4' } })
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  till = await enrolledTerminal(me, open, 'TILL-1')
})
afterAll(() => open.close())

interface Received {
  id: string
  sha256: string
  size: number
  code: string
}

/** Hands a log over, whole. */
async function put(body: Buffer | string, headers: Record<string, string> = {}, name = `${++count}.log`) {
  const answer = await till.terminal.send('PUT', `/ecr-logs/${name}`, {
    body: Buffer.from(body),
    headers: { 'Content-Type': 'text/plain', ...headers },
  })
  return { status: answer.status, offset: answer.headers['upload-offset'], ...answer.json<Received>() }
}

/** An upload of which the test writes the bytes when it likes. */
function begun(name: string, bytes: number, headers: Record<string, string> = {}, who = till.terminal) {
  const request = http.request(`${open.url}/terminal/v1/ecr-logs/${name}`, {
    method: 'PUT',
    agent: false,
    headers: {
      'Content-Type': 'text/plain',
      Authorization: `Bearer ${who.token}`,
      'Content-Length': bytes,
      ...headers,
    },
  })
  const answer = new Promise<Partial<Received> & { status: number }>((resolve) => {
    request.on('error', () => resolve({ status: 0 }))
    request.on('response', async (response) =>
      resolve({ status: response.statusCode ?? 0, ...((await json(response)) as Received) }),
    )
  })
  request.flushHeaders()
  return {
    answer,
    write: (part: Buffer | string) => request.write(part),
    leave: () => request.destroy(),
  }
}

const offsetOf = async (name: string) =>
  Number((await till.terminal.send('HEAD', `/ecr-logs/${name}`)).headers['upload-offset'])
const textOf = async (logId: string) =>
  (await readEcrLog(me, { logId, from: 0, count: 1000 })).items.map((one) => one.text).join('\n')

describe('a log that hides card numbers by being packed', () => {
  it.each(['text/plain', 'application/gzip', 'text/plain; charset=cp866'])(
    'is unpacked as often as it was packed: %s',
    async (type) => {
      const { status, id } = await put(gzipSync(gzipSync(`card ${TEST_CARDS[0]}`)), { 'Content-Type': type })
      expect(status).toBe(201)
      expect(await textOf(id)).toBe('card 411111******1111')
    },
  )

  it.each([
    ['three times', gzipSync(gzipSync(gzipSync('text')))],
    ['as ZIP', Buffer.from('504b0304140000000800', 'hex')],
    ['as ZIP in gzip', gzipSync(Buffer.from('504b0304140000000800', 'hex'))],
    ['by Zstandard', Buffer.from('28b52ffd0458', 'hex')],
    ['by bzip2', Buffer.from('BZh91AY&SY')],
  ])('is refused when it is packed %s', async (_how, body) => {
    const { status, code } = await put(body, { 'Content-Type': 'text/plain; charset=cp866' })
    expect([status, code]).toEqual([415, 'ecr_log_charset_unknown'])
  })

  it('is refused when it grows too large in its second layer', async () => {
    const { status, code } = await put(gzipSync(gzipSync(Buffer.alloc(1024 * 1024 + 1, 'a\n'))))
    expect([status, code]).toEqual([413, 'body_too_large'])
  })

  it('is known as gzip though its first byte comes alone', async () => {
    const body = gzipSync(`card ${TEST_CARDS[0]}`)
    const upload = begun('alone.log', body.length)
    upload.write(body.subarray(0, 1))
    await expect.poll(() => offsetOf('alone.log'), SOON).toBe(1)
    upload.write(body.subarray(1))
    const { status, id = '' } = await upload.answer
    expect(status).toBe(201)
    expect(await textOf(id)).toBe('card 411111******1111')
  })
})
