import http from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Services } from '../../src/core/context'
import type { Scope } from '../../src/core/permissions'
import { createApiKey, createOperator } from '../../src/features/operators'
import { updateApiKey } from '../../src/features/operators/service/api-keys'
import { setOperatorRole, setOperatorVisibility } from '../../src/features/operators/service/people'
import { createGroup, createMerchant } from '../../src/features/terminals/service/places'
import { Browser } from '../support/browser'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'

const PART = 64 * 1024
const PASSWORD = 'correct horse battery'
/** Some beats of these servers, which ask each 50 ms. */
const BEATS_MS = 400
const SOON = { timeout: 15_000 }

const database = useTestDatabase()
let now = new Date()
let services: Services
/** Two servers on one database, that hear nothing of each other. */
let urls: string[]
let groupId: string

beforeAll(async () => {
  // The clock that nobody sets, by which keys are believed, goes with the one that the test sets.
  const uptime = performance.now.bind(performance)
  const begunMs = now.getTime()
  vi.spyOn(performance, 'now').mockImplementation(() => uptime() + now.getTime() - begunMs)
  services = await makeServices(database, {
    clock: { now: () => now },
    env: { UPLOAD_PART_KIB: '64', API_REQUESTS_PER_MINUTE: '1000' },
  })
  urls = [(await openFaces(services)).url, (await openFaces(services)).url]
  groupId = (await createGroup(shell(), { name: 'North' })).id
  // Rows wider than any name may be: sockets fill up with few of them.
  const { id } = await createMerchant(shell(), { name: 'wide' })
  await database.sql`update merchants set name = ${'Ж'.repeat(1_500)} where id = ${id}`
  await database.sql`insert into terminals (id, serial, platform, merchant_id)
    select gen_random_uuid(), 'Z' || lpad(n::text, 6, '0'), 'other', ${id} from generate_series(1, 8000) n`
})
afterAll(() => vi.restoreAllMocks())
beforeEach(() => {
  now = new Date(now.getTime() + 600_000)
})

type Headers = Record<string, string>

const shell = () => makeCtx(services, job())
const SCOPES: Scope[] = ['status:read', 'uploads:write']
async function program() {
  const { id, key } = await createApiKey(shell(), { name: 'a program', scopes: SCOPES })
  return { id, headers: { Authorization: `Bearer ${key}` } }
}
async function person(username: string) {
  const { id } = await createOperator(shell(), { username, password: PASSWORD, role: 'operator' })
  const browser = new Browser(urls[0] ?? '')
  await browser.signIn(username, PASSWORD)
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return { id, headers: { cookie, 'sec-fetch-site': 'same-origin' } }
}
/** The servers believe a key for no longer. */
const believedNoMore = () => {
  now = new Date(now.getTime() + 5_000)
}

/** Something that takes its time, begun: whether it goes on, or has come to its end. */
type Begun = () => boolean

async function stream(url: string, headers: Headers): Promise<Begun> {
  const input = encodeURIComponent(JSON.stringify({ terminalIds: ['00000000-0000-7000-8000-000000000000'] }))
  let isOpen = true
  const answer = await fetch(`${url}/api/trpc/status.watch?input=${input}`, {
    headers: { ...headers, accept: 'text/event-stream' },
  })
  expect(answer.status).toBe(200)
  const read = async () => {
    for await (const _chunk of answer.body as unknown as AsyncIterable<Uint8Array>);
  }
  void read()
    .catch(() => {})
    .finally(() => {
      isOpen = false
    })
  return () => isOpen
}

/** Somebody reads slowly: the file waits half-way in the sockets. */
async function download(url: string, headers: Headers): Promise<Begun> {
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) =>
    http.get(`${url}/api/v1/status/export.csv`, { headers }, resolve).on('error', reject),
  )
  expect(answer.statusCode).toBe(200)
  let isWhole = true
  const read = async () => {
    for await (const _chunk of answer) await wait(10)
  }
  read().catch(() => {
    isWhole = false
  })
  return () => isWhole
}

/** Half of a part has been sent. */
async function upload(url: string, headers: Headers): Promise<Begun> {
  const announced = await fetch(`${url}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ fileName: 'some.bin', sizeBytes: PART }),
  })
  const { uploadId } = (await announced.json()) as { uploadId: string }
  const bytes = { 'Content-Type': 'application/octet-stream', 'Content-Length': PART }
  let isOpen = true
  const part = http.request(`${url}/api/v1/uploads/${uploadId}/parts/0`, {
    method: 'PUT',
    headers: { ...headers, ...bytes },
  })
  for (const event of ['error', 'close', 'response'])
    part.on(event, () => {
      isOpen = false
    })
  part.write(Buffer.alloc(PART / 2))
  await wait(50)
  return () => isOpen
}

const KINDS: [string, (url: string, headers: Headers) => Promise<Begun>][] = [
  ['a stream', stream],
  ['a file on its way out', download],
  ['a file on its way in', upload],
]
const limits = () => ({ kind: 'limited' as const, groupIds: [groupId], merchantIds: [] })

describe.each(KINDS)('%s', (_kind, open) => {
  it.each([
    ['loses a scope', () => ({ scopes: ['terminals:read'] as Scope[] })],
    ['gets a scope', () => ({ scopes: [...SCOPES, 'terminals:read'] as Scope[] })],
    ['gets limits', () => ({ visibility: limits() })],
    ['may be used from elsewhere alone', () => ({ allowedAddresses: ['203.0.113.7'] })],
  ])('ends on every server when its key %s', async (_what, change) => {
    const { id, headers } = await program()
    const begun = await Promise.all(urls.map((url) => open(url, headers)))
    await updateApiKey(shell(), { apiKeyId: id, ...change() })
    believedNoMore()
    await expect.poll(() => begun.map((isOpen) => isOpen()), SOON).toEqual([false, false])
  })

  it('goes on when its key is called otherwise, asks more often or has its scopes in another order', async () => {
    const { id, headers } = await program()
    const isOpen = await open(urls[0] ?? '', headers)
    await updateApiKey(shell(), {
      apiKeyId: id,
      name: 'another name',
      requestsPerMinute: 500,
      scopes: [...SCOPES].reverse(),
    })
    believedNoMore()
    await wait(BEATS_MS)
    expect(isOpen()).toBe(true)
  })

  it('ends when who ordered it gets another role or limits, and goes on while nothing changes', async () => {
    const changes = [
      (operatorId: string) => setOperatorRole(shell(), { operatorId, role: 'viewer' }),
      (operatorId: string) => setOperatorVisibility(shell(), { operatorId, visibility: limits() }),
    ]
    for (const [index, change] of changes.entries()) {
      const { id, headers } = await person(`${open.name}-${index}`)
      const isOpen = await open(urls[0] ?? '', headers)
      await wait(BEATS_MS)
      expect(isOpen()).toBe(true)
      await change(id)
      await expect.poll(isOpen, SOON).toBe(false)
    }
  })
})
