import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MARK_NAME, textOfMark } from '../../src/blobs/mark'
import { readSettings } from '../../src/config'
import type { Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { createLogger } from '../../src/core/log'
import { findPlace, followPlace, type PlacedBlobs } from '../../src/features/storage'
import { blobStores } from '../../src/server/backing'
import { createMetrics } from '../../src/server/metrics'
import { openBlobs } from '../../src/server/open-blobs'
import { createOperations } from '../../src/server/operations'
import { freePort } from '../support/free-port'
import { useTestDatabase } from '../support/postgres'
import { makeServices } from '../support/services'

const database = useTestDatabase()

/** The bucket, as far as it is asked for at a start: objects come and go, and what would change them is noted. */
class Bucket {
  readonly objects = new Map<string, string>()
  readonly changes: string[] = []
  readonly #server = http.createServer((req, res) => {
    const name = new URL(req.url ?? '', 'http://bucket').pathname.split('/').slice(2).join('/')
    if (req.method === 'PUT' || req.method === 'DELETE') this.changes.push(`${req.method} ${name}`)
    let body = ''
    req.setEncoding('utf8').on('data', (text) => {
      body += text
    })
    req.on('end', () => {
      if (req.method === 'PUT') this.objects.set(name, body)
      if (req.method === 'DELETE') this.objects.delete(name)
      const found = this.objects.get(name)
      if (name === '' || req.method !== 'GET') return res.writeHead(req.method === 'DELETE' ? 204 : 200).end()
      if (found !== undefined) return res.writeHead(200).end(found)
      res.writeHead(404, { 'Content-Type': 'application/xml' })
      return res.end('<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>no</Message></Error>')
    })
  })

  async opens(port = 0): Promise<number> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  closes(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

let services: Services
let bucket: Bucket
const open: PlacedBlobs[] = []
beforeAll(async () => {
  services = await makeServices(database)
})
beforeEach(async () => {
  bucket = new Bucket()
  await database.sql`delete from blob_place`
})
afterEach(() => {
  for (const blobs of open.splice(0)) blobs.stop()
  bucket.closes()
})

const settingsAt = (port: number) =>
  readSettings({
    STORAGE_DIR: '/nonexistent/psm-of-this-test',
    S3_ENDPOINT: `http://127.0.0.1:${port}`,
    S3_BUCKET: 'psm',
    S3_ACCESS_KEY_ID: 'k',
    S3_SECRET_ACCESS_KEY: 's',
  })

/** A server's start as far as its store goes, and what it logged. */
async function start(port: number) {
  const lines: Record<string, unknown>[] = []
  const log = createLogger({ level: 'warn', stream: { write: (line) => lines.push(JSON.parse(line)) } })
  const blobs = await openBlobs(settingsAt(port), database.sql, log)
  open.push(blobs)
  return { blobs, lines }
}

async function readyz({ store }: PlacedBlobs) {
  const metrics = createMetrics({
    gauges: () => ({}) as never,
    lagMs: () => 0,
    refusalsCounted: () => 0,
    alerts: async () => undefined,
    webhooks: async () => undefined,
  })
  const operations = createOperations({
    services: { ...services, blobs: store },
    metrics,
    state: () => 'ready',
  })
  const server = http.createServer((req, res) => operations.ready(req, res))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const { checks } = (await answer.json()) as { checks: Record<string, string> }
  server.close()
  server.closeAllConnections()
  return { status: answer.status, blobs: checks.blobs }
}

/** The first line that is logged, which may come a moment after the start. */
async function firstOf(lines: Record<string, unknown>[]) {
  while (lines.length === 0) await sleep(10)
  return lines[0]
}

/** Once the trial at the start has found that nothing listens there. */
async function startAway(port: number): Promise<PlacedBlobs> {
  const { blobs, lines } = await start(port)
  expect(await firstOf(lines)).toMatchObject({
    event: 'blob_store_not_usable',
    ...{ failure: 'blob_store_unreachable', reason: 'ECONNREFUSED', store: 's3', mayBeRead: false },
  })
  expect(await readyz(blobs)).toEqual({ status: 503, blobs: 'unreachable' })
  return blobs
}

describe('a server whose bucket is away at its start', () => {
  it('starts, is not ready, and is both ready and bound to its bucket once that is there: the first start of all', async () => {
    const port = await freePort()
    const blobs = await startAway(port)
    expect(await findPlace(database.sql)).toMatchObject({ home: 's3', isMarked: false })
    await bucket.opens(port)
    // At once: that it could not be written to before is not held against it.
    expect(await readyz(blobs)).toEqual({ status: 200, blobs: 'ok' })
    const { storeId, isMarked } = (await findPlace(database.sql))!
    expect(isMarked).toBe(true)
    expect([...bucket.objects]).toEqual([[MARK_NAME, textOfMark(storeId)]])
  })

  it('starts, is not ready, and is ready once its bucket is back', async () => {
    const port = await bucket.opens()
    await start(port)
    bucket.closes()
    const blobs = await startAway(port)
    await bucket.opens(port)
    expect(await readyz(blobs)).toEqual({ status: 200, blobs: 'ok' })
  })

  it('puts nothing into a bucket of another installation that comes in the place of its own', async () => {
    const port = await freePort()
    const blobs = await startAway(port)
    bucket.objects.set(MARK_NAME, textOfMark(newId()))
    await bucket.opens(port)
    expect(await readyz(blobs)).toEqual({ status: 503, blobs: 'foreign' })
    expect(bucket.changes).toEqual([])
  })
})

describe('a bucket of another installation', () => {
  const stranger = textOfMark(newId())

  it('stays as it was at a start that is refused because of it', async () => {
    bucket.objects.set(MARK_NAME, stranger)
    await expect(start(await bucket.opens())).rejects.toMatchObject({ code: 'store_foreign' })
    // A trial would have been under way by then: the connection is there.
    await sleep(100)
    expect(bucket.changes).toEqual([])
    expect([...bucket.objects]).toEqual([[MARK_NAME, stranger]])
  })

  it('stays as it was where it came in the place of ours under a server that runs', async () => {
    const port = await bucket.opens()
    const { blobs } = await start(port)
    expect(await readyz(blobs)).toEqual({ status: 200, blobs: 'ok' })
    bucket.objects.set(MARK_NAME, stranger)
    bucket.changes.length = 0
    const place = (await findPlace(database.sql))!
    const log = createLogger({ level: 'silent' })
    const later = followPlace({ sql: database.sql, log, stores: blobStores(settingsAt(port)), place })
    open.push(later)
    await expect(later.store.checkWrites()).rejects.toMatchObject({ code: 'blob_store_foreign' })
    expect(await readyz(later)).toEqual({ status: 503, blobs: 'foreign' })
    expect(bucket.changes).toEqual([])
  })
})
