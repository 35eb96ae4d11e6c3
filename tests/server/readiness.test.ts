import { once } from 'node:events'
import http, { type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBlobStore } from '../../src/blobs/open'
import type { Services } from '../../src/core/context'
import { createMetrics } from '../../src/server/metrics'
import { createOperations } from '../../src/server/operations'
import { useTestDatabase } from '../support/postgres'
import { makeServices } from '../support/services'

const database = useTestDatabase()
let services: Services
/** What a store answers that is as its operator has set it up. */
let refuses: (method: string) => { status: number; code: string } | undefined = () => undefined
let puts = 0
const store = http.createServer((req, res) => {
  const refusal = refuses(req.method ?? '')
  if (req.method === 'PUT') puts++
  req.resume().on('end', () => {
    if (refusal === undefined) return res.writeHead(req.method === 'DELETE' ? 204 : 200).end()
    const body = `<?xml version="1.0"?><Error><Code>${refusal.code}</Code><Message>no</Message></Error>`
    res.writeHead(refusal.status, { 'Content-Type': 'application/xml' })
    return res.end(req.method === 'HEAD' ? undefined : body)
  })
})
beforeAll(async () => {
  services = await makeServices(database)
  await once(store.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => store.close())

/** What /readyz says of a server whose store is that one, or the one at a port. */
async function readyz(port = (store.address() as AddressInfo).port) {
  const blobs = await openBlobStore({
    ...{ kind: 's3', region: 'us-east-1', bucket: 'psm', accessKeyId: 'k', secretAccessKey: 's' },
    endpoint: `http://127.0.0.1:${port}`,
  })
  const metrics = createMetrics({
    gauges: () => ({}) as never,
    lagMs: () => 0,
    refusalsCounted: () => 0,
    alerts: async () => undefined,
    webhooks: async () => undefined,
  })
  const operations = createOperations({ services: { ...services, blobs }, metrics, state: () => 'ready' })
  const server = http.createServer((req, res: ServerResponse) => operations.ready(req, res))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async () => {
    const answer = await fetch(url)
    const { checks } = (await answer.json()) as { checks: Record<string, string> }
    return { status: answer.status, blobs: checks.blobs, database: checks.database }
  }
  const first = await ask()
  await ask()
  server.close()
  server.closeAllConnections()
  return first
}

it('says of the store for binaries why it does not do what is needed', async () => {
  refuses = () => undefined
  puts = 0
  expect(await readyz()).toEqual({ status: 200, blobs: 'ok', database: 'ok' })
  // Asked twice, tried once.
  expect(puts).toBe(1)
  refuses = () => ({ status: 403, code: 'SignatureDoesNotMatch' })
  expect(await readyz()).toEqual({ status: 503, blobs: 'denied', database: 'ok' })
  refuses = () => ({ status: 404, code: 'NoSuchBucket' })
  expect(await readyz()).toEqual({ status: 503, blobs: 'bucket_missing', database: 'ok' })
  expect(await readyz(1)).toEqual({ status: 503, blobs: 'unreachable', database: 'ok' })
}, 30_000)

it('keeps no traffic away from a server whose store may only be read', async () => {
  refuses = (method) => (method === 'PUT' ? { status: 403, code: 'AccessDenied' } : undefined)
  puts = 0
  expect(await readyz()).toEqual({ status: 200, blobs: 'not_writable', database: 'ok' })
  expect(puts).toBe(1)
})
