import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BlobStore } from '../../../src/blobs/blob-store'
import { randomKey } from '../../../src/blobs/keys'
import { openBlobStore } from '../../../src/blobs/open'
import type { S3Settings } from '../../../src/blobs/s3/client'
import { newId } from '../../../src/core/ids'
import { issueEnrollmentCode, registerTerminal } from '../../../src/features/terminals'
import { Downloads } from '../../../src/tools/simulator/downloads'
import { Persona } from '../../../src/tools/simulator/persona'
import { FakeTerminal } from '../../../src/tools/simulator/terminal'
import { NO_TROUBLES } from '../../../src/tools/simulator/troubles'
import { useTestDatabase } from '../../support/postgres'
import { emptyBucket, missingForS3 } from '../../support/s3'
import { makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'

const database = useTestDatabase()
const bytes = randomBytes(300_000)
const sha256 = createHash('sha256').update(bytes).digest('hex')

describe.skipIf(missingForS3() !== undefined)('a file of an update that lies in S3', () => {
  let s3: S3Settings
  let store: http.Server
  let blobs: BlobStore
  let heard: http.IncomingMessage[] = []
  let isSignerDown = false
  const publicHost = () => `127.0.0.1:${(store.address() as AddressInfo).port}`
  const failing: ProxyHandler<BlobStore> = {
    get(target, name) {
      if (name === 'addressOf' && isSignerDown) return () => Promise.reject(new Error('no address today'))
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  }
  let door: OpenDoor
  let token: string
  let strange: string
  let serial: string

  beforeAll(async () => {
    s3 = await emptyBucket()
    // What terminals reach the store by: it listens on the name too, and tells who called.
    store = http.createServer((request, answer) => {
      heard.push(request)
      const { host: _, ...headers } = request.headers
      const onward = http.request(
        `${s3.endpoint}${request.url}`,
        { method: request.method, headers: { ...headers, host: publicHost() } },
        (from) => {
          answer.writeHead(from.statusCode ?? 500, from.headers)
          from.pipe(answer)
        },
      )
      request.pipe(onward)
    })
    await once(store.listen(0, '127.0.0.1'), 'listening')
    blobs = await openBlobStore({ kind: 's3', ...s3, publicEndpoint: `http://${publicHost()}` })
    const services = await makeServices(database, { blobs: new Proxy(blobs, failing) })
    door = await openTerminalDoor(database, services)
    const { key } = await blobs.put(randomKey('files'), Readable.from([bytes]), { maxBytes: bytes.length })
    const packageId = newId()
    await database.sql`
      insert into packages (id, platform, component, version, kind, file_count, size_bytes, created_by, created_at)
      values (${packageId}, 'wiseasy-wpos3', 'system', '2', 'android-ota', 1, ${bytes.length}, 'test', now())`
    await database.sql`
      insert into package_files (package_id, position, name, target, sha256, size_bytes, blob_key)
      values (${packageId}, 0, 'update.zip', '', ${sha256}, ${bytes.length}, ${key})`
    const me = makeCtx(services, operator())
    const enroll = async (name: string) => {
      const { id } = await registerTerminal(me, { serial: name, platform: 'wiseasy-wpos3' })
      const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [name] })
      const persona = { serial: name, platform: 'wiseasy-wpos3' as const, token: undefined }
      const terminal = new FakeTerminal(door.client, persona)
      await terminal.enroll(enrollmentCode)
      return { id, token: terminal.token ?? '' }
    }
    serial = 'S3-1'
    const [mine, other] = [await enroll(serial), await enroll('S3-2')]
    token = mine.token
    strange = other.token
    const body = JSON.stringify({ files: [{ sha256, size: bytes.length }], when: {} })
    await database.sql`
      insert into terminal_actions (id, terminal_id, kind, subject_id, body, offered_at, state_at)
      values (${newId()}, ${mine.id}, 'update', ${newId()}, ${body}::text::jsonb, now(), now())`
  }, 180_000)
  afterAll(async () => {
    await door?.close()
    store?.close()
    store?.closeAllConnections()
  })

  const ask = (by: string, headers: Record<string, string> = {}) =>
    fetch(`${door.url}/terminal/v1/files/${sha256}`, {
      headers: { Authorization: `Bearer ${by}`, ...headers },
      redirect: 'manual',
    })
  const allowRedirect = (isAllowed: boolean) =>
    database.sql`update terminals set may_redirect = ${isAllowed} where serial = ${serial}`
  const bodyOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

  it('comes through the server where the profile says nothing else, whole or from a byte on', async () => {
    await allowRedirect(false)
    expect((await bodyOf(await ask(token))).equals(bytes)).toBe(true)
    const rest = await ask(token, { Range: 'bytes=299990-' })
    expect([rest.status, (await bodyOf(rest)).equals(bytes.subarray(299_990))]).toEqual([206, true])
  })

  it('is fetched at a presigned address where the profile allows it, which goes on from a byte too', async () => {
    await allowRedirect(true)
    const answer = await ask(token)
    expect(answer.status).toBe(307)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-length')).toBe('0')
    const address = answer.headers.get('location') ?? ''
    expect(new URL(address).host).toBe(publicHost())
    expect(new URL(address).searchParams.get('X-Amz-Expires')).toBe('900')
    expect(address.length).toBeLessThan(600)
    expect((await bodyOf(await fetch(address))).equals(bytes)).toBe(true)
    const rest = await fetch(address, { headers: { Range: 'bytes=100-199' } })
    expect([rest.status, (await bodyOf(rest)).equals(bytes.subarray(100, 200))]).toEqual([206, true])
  })

  it('cannot be changed into another by whoever has the address, nor used to write', async () => {
    const answer = await ask(token, { Range: 'bytes=1-' })
    const address = new URL(answer.headers.get('location') ?? '')
    const other = new URL(address)
    other.pathname = other.pathname.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    expect((await fetch(other)).status).toBe(403)
    const asPage = new URL(address)
    asPage.searchParams.set('response-content-type', 'text/html')
    expect((await fetch(asPage)).status).toBe(403)
    expect((await fetch(address, { method: 'DELETE' })).status).toBe(403)
    expect((await fetch(address, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect((await bodyOf(await fetch(address))).equals(bytes)).toBe(true)
  })

  it('is answered by the server where no byte of it is asked for', async () => {
    const head = await fetch(`${door.url}/terminal/v1/files/${sha256}`, {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${token}` },
      redirect: 'manual',
    })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '300000'])
    const past = await ask(token, { Range: 'bytes=300000-' })
    expect([past.status, past.headers.get('content-range')]).toEqual([416, 'bytes */300000'])
  })

  it('is sent by the server all the same where no address can be made', async () => {
    isSignerDown = true
    const answer = await ask(token, { Range: 'bytes=2-' })
    expect([answer.status, (await bodyOf(answer)).equals(bytes.subarray(2))]).toEqual([206, true])
    isSignerDown = false
  })

  it('is fetched by a simulated terminal, which shows its token to the server alone', async () => {
    heard = []
    const persona = new Persona('S3-1', 'wiseasy-wpos3', 0)
    const downloads = new Downloads({
      persona,
      fetch: (path, more) => door.client.send({ token, ...more, method: 'GET', path }),
    })
    const file = { sha256, size: bytes.length, url: `/terminal/v1/files/${sha256}` }
    expect(await downloads.fetch(file, NO_TROUBLES, async () => {})).toBe('whole')
    expect(heard).toHaveLength(1)
    expect(heard[0]?.headers).toMatchObject({ range: 'bytes=0-299999' })
    expect(heard[0]?.headers).not.toHaveProperty('authorization')
    expect(heard[0]?.headers).not.toHaveProperty('if-range')
  })

  it('comes through the server for who comes back for the same byte: the store cannot be reached from there', async () => {
    expect((await ask(token, { Range: 'bytes=7-' })).status).toBe(307)
    const again = await ask(token, { Range: 'bytes=7-' })
    expect([again.status, (await bodyOf(again)).equals(bytes.subarray(7))]).toEqual([206, true])
    // And so it stays where that breaks off as well.
    const rest = await ask(token, { Range: 'bytes=200000-' })
    expect([rest.status, (await bodyOf(rest)).equals(bytes.subarray(200_000))]).toEqual([206, true])
  })

  it('leaves no address in what is written down of the request', async () => {
    const rows = await database.sql`select to_jsonb(p)::text as row from pos_log p`
    expect(JSON.stringify(rows)).not.toContain('X-Amz')
  })

  it('is not there for another terminal', async () => {
    await database.sql`update terminals set may_redirect = true`
    expect((await ask(strange)).status).toBe(404)
  })
})
