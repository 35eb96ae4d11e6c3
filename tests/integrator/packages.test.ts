import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { createApiKey } from '../../src/features/operators'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'

const database = useTestDatabase()
let services: Services
let client: TerminalClient
let key: string

beforeAll(async () => {
  services = await makeServices(database)
  client = (await openFaces(services)).client
  const scopes = ['uploads:write', 'packages:read', 'packages:write'] as const
  key = (await createApiKey(makeCtx(services, operator('admin')), { name: 'packages', scopes: [...scopes] }))
    .key
})

const call = (method: string, at: string, json?: unknown, headers: Record<string, string> = {}) =>
  client.send({
    method,
    path: `/api/v1${at}`,
    token: key,
    headers,
    ...(json === undefined ? {} : { json }),
  })

async function upload(fileName: string, body: Buffer): Promise<string> {
  const purpose = 'packages'
  const announced = await call('POST', '/uploads', { fileName, sizeBytes: body.length, purpose })
  const { uploadId } = announced.json<{ uploadId: string }>()
  const headers = { 'Content-Type': 'application/octet-stream' }
  await client.send({
    method: 'PUT',
    path: `/api/v1/uploads/${uploadId}/parts/0`,
    token: key,
    body,
    headers,
  })
  return uploadId
}

const codeOf = (answer: { status: number; json<T>(): T }) => [
  answer.status,
  answer.json<{ code: string }>().code,
]

describe('packages over HTTP', () => {
  it('are looked into, made, shown, changed, downloaded byte for byte and deleted', async () => {
    const bytes = randomBytes(300_000)
    const files = [
      { uploadId: await upload('0440.M40', Buffer.from('catalogue')) },
      { uploadId: await upload('Каталог 8440.P3A', bytes) },
    ]
    const input = { platform: 'ingenico-t3', component: 'application', version: '5.1', files }
    const report = await call('POST', '/packages/inspect', { platform: 'ingenico-t3', files })
    expect([report.status, report.json()]).toMatchObject([
      200,
      { kind: 'file-set', warnings: [{ code: 'name_not_upper_case' }] },
    ])
    const made = await call('POST', '/packages', input)
    expect(made.status).toBe(201)
    const { id } = made.json<{ id: string }>()
    expect((await call('POST', '/packages', input)).json()).toEqual(made.json())
    expect((await call('GET', `/packages/${id}`)).json()).toEqual(made.json())
    expect((await call('GET', '/packages?platform=ingenico-t3&search=8440')).json()).toMatchObject({
      items: [{ id, fileCount: 2 }],
      nextCursor: null,
    })
    expect((await call('PATCH', `/packages/${id}`, { models: ['Desk/3500'] })).json()).toMatchObject({
      models: ['Desk/3500'],
    })
    const digest = createHash('sha256').update(bytes)
    const [hex, base64] = [digest.copy().digest('hex'), digest.digest('base64')]
    const file = await call('GET', `/packages/${id}/files/1`)
    expect(file.body.equals(bytes)).toBe(true)
    expect([file.status, file.headers]).toMatchObject([
      200,
      {
        'content-type': 'application/octet-stream',
        'content-length': String(bytes.length),
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('Каталог 8440.P3A')}`,
        etag: `"${hex}"`,
        'repr-digest': `sha-256=:${base64}:`,
      },
    ])
    const again = await call('GET', `/packages/${id}/files/1`, undefined, { 'If-None-Match': `"${hex}"` })
    expect([again.status, again.body.length]).toEqual([304, 0])
    const rest = await call('GET', `/packages/${id}/files/1`, undefined, {
      ...{ Range: 'bytes=3-', 'If-Range': `"${hex}"` },
    })
    expect([rest.status, rest.headers['content-range']]).toEqual([
      ...[206, `bytes 3-${bytes.length - 1}/${bytes.length}`],
    ])
    expect(rest.body.equals(bytes.subarray(3))).toBe(true)
    const past = await call('GET', `/packages/${id}/files/1`, undefined, { Range: `bytes=${bytes.length}-` })
    expect([past.status, past.headers['content-range']]).toEqual([416, `bytes */${bytes.length}`])
    const stale = { Range: 'bytes=3-', 'If-Range': '"other"' }
    const whole = await call('GET', `/packages/${id}/files/1`, undefined, stale)
    expect([whole.status, whole.body.length]).toEqual([200, bytes.length])
    expect((await call('DELETE', `/packages/${id}`)).json()).toEqual({ packageId: id })
    expect(codeOf(await call('GET', `/packages/${id}/files/1`))).toEqual([404, 'package_file_not_found'])
    expect(codeOf(await call('GET', `/packages/${id}`))).toEqual([404, 'package_not_found'])
  })

  it('say what is wrong with a request', async () => {
    const id = '01890000-0000-7000-8000-000000000000'
    expect(codeOf(await call('GET', `/packages/${id}/files/0`))).toEqual([404, 'package_file_not_found'])
    for (const position of ['x', '-1', '1.5', '99999999999'])
      expect(codeOf(await call('GET', `/packages/${id}/files/${position}`))).toEqual([400, 'invalid_input'])
    expect(codeOf(await call('GET', '/packages/nothing/files/0'))).toEqual([400, 'invalid_input'])
    expect(codeOf(await call('GET', '/packages?platform=other'))).toEqual([400, 'invalid_input'])
    const none = { platform: 'ingenico-t3', component: 'x', version: '1', files: [] }
    expect(codeOf(await call('POST', '/packages', none))).toEqual([400, 'invalid_input'])
  })
})
