import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import http from 'node:http'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { createApiKey } from '../../src/features/operators'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'

const PART = 64 * 1024

const database = useTestDatabase()
let services: Services
let client: TerminalClient
let url: string
let key: string

beforeAll(async () => {
  services = await makeServices(database, { env: { UPLOAD_PART_KIB: '64' } })
  const faces = await openFaces(services)
  client = faces.client
  url = faces.url
  key = (
    await createApiKey(makeCtx(services, operator('admin')), {
      name: 'uploads',
      scopes: ['uploads:write', 'licenses:write', 'terminals:write'],
    })
  ).key
})

const call = (method: string, at: string, json?: unknown) =>
  client.send({ method, path: `/api/v1${at}`, token: key, ...(json === undefined ? {} : { json }) })

const put = (uploadId: string, index: number | string, body: Buffer, headers: Record<string, string> = {}) =>
  client.send({
    method: 'PUT',
    path: `/api/v1/uploads/${uploadId}/parts/${index}`,
    token: key,
    body,
    headers: { 'Content-Type': 'application/octet-stream', ...headers },
  })

async function announce(sizeBytes: number): Promise<string> {
  const answer = await call('POST', '/uploads', { fileName: 'some file.bin', sizeBytes })
  expect([answer.status, answer.json<{ partBytes: number }>().partBytes]).toEqual([201, PART])
  return answer.json<{ uploadId: string }>().uploadId
}

const codeOf = (answer: Awaited<ReturnType<typeof put>>) => [
  answer.status,
  answer.json<{ code: string }>().code,
]

describe('uploads over HTTP', () => {
  it('are announced, sent, asked for, used and given up', async () => {
    const bytes = Buffer.from(JSON.stringify({ serial: 'HTTP-1', platform: 'other', licId: 'L' }))
    const uploadId = await announce(bytes.length)
    const sha256 = createHash('sha256').update(bytes)
    const digest = { 'Content-Digest': `md5=:AAAA:, sha-256=:${sha256.copy().digest('base64')}:` }
    const kept = await put(uploadId, 0, bytes, digest)
    expect([kept.status, kept.json()]).toEqual([
      200,
      { index: 0, sizeBytes: bytes.length, sha256: sha256.digest('hex') },
    ])
    expect((await call('GET', `/uploads/${uploadId}`)).json()).toMatchObject({
      uploadId,
      fileName: 'some file.bin',
      sizeBytes: bytes.length,
      partBytes: PART,
      receivedParts: [0],
    })
    expect((await call('POST', '/licenses/import/upload', { uploadId })).json()).toMatchObject({
      counts: { imported: 1 },
    })
    expect(codeOf(await call('GET', `/uploads/${uploadId}`))).toEqual([404, 'upload_not_found'])
    const other = await announce(1)
    expect((await call('DELETE', `/uploads/${other}`)).json()).toEqual({ uploadId: other })
    expect(codeOf(await call('DELETE', `/uploads/${other}`))).toEqual([404, 'upload_not_found'])
  })

  it('refuse a part in words, and go on over the same address', async () => {
    const uploadId = await announce(PART + 1)
    const whole = randomBytes(PART)
    expect(codeOf(await put(uploadId, 0, whole.subarray(1)))).toEqual([422, 'part_wrong_size'])
    expect(codeOf(await put(uploadId, 0, Buffer.alloc(8 * PART)))).toEqual([422, 'part_wrong_size'])
    expect(codeOf(await put(uploadId, 2, whole))).toEqual([400, 'part_out_of_range'])
    expect(codeOf(await put(uploadId, 'one', whole))).toEqual([400, 'invalid_input'])
    expect(codeOf(await put('nothing', 0, whole))).toEqual([400, 'invalid_input'])
    const wrong = { 'Content-Digest': `sha-256=:${createHash('sha256').update('x').digest('base64')}:` }
    expect(codeOf(await put(uploadId, 0, whole, wrong))).toEqual([422, 'blob_hash_mismatch'])
    expect(codeOf(await put(uploadId, 0, whole, { 'Content-Digest': 'sha-256=x' }))).toEqual([
      400,
      'bad_content_digest',
    ])
    expect(codeOf(await put(uploadId, 0, whole, { 'Content-Encoding': 'gzip' }))).toEqual([
      415,
      'unsupported_content_encoding',
    ])
    expect((await put(uploadId, 0, whole)).status).toBe(200)
  })

  it('count the bytes of a part that does not say how long it is', async () => {
    const uploadId = await announce(PART)
    const send = async (sizeBytes: number) =>
      fetch(`${url}/api/v1/uploads/${uploadId}/parts/0`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${key}` },
        body: new Blob([Buffer.alloc(sizeBytes)]).stream(),
        duplex: 'half',
      } as RequestInit)
    for (const size of [PART - 1, PART + 1, 20 * PART]) expect((await send(size)).status).toBe(422)
    expect((await send(PART)).status).toBe(200)
  })

  it('keep nothing of a part whose connection breaks', async () => {
    const uploadId = await announce(PART)
    await new Promise<void>((resolve) => {
      const request = http.request(`${url}/api/v1/uploads/${uploadId}/parts/0`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${key}`, 'Content-Length': PART },
      })
      request.on('error', () => resolve())
      request.write(Buffer.alloc(PART / 2))
      setTimeout(() => request.destroy(), 100)
    })
    const rows = () => database.sql`select state from upload_parts where upload_id = ${uploadId}`
    await expect.poll(rows).toHaveLength(0)
    expect((await call('GET', `/uploads/${uploadId}`)).json()).toMatchObject({ receivedParts: [] })
    const incoming = path.join(services.settings.storage.directory, 'blobs/incoming')
    expect(await readdir(incoming)).toEqual([])
    expect((await put(uploadId, 0, Buffer.alloc(PART))).status).toBe(200)
  })

  it('refuse more at once than a caller may have, by a code that says waiting does not help', async () => {
    const sizeBytes = 8192 * 1024 ** 2
    expect(codeOf(await call('POST', '/uploads', { fileName: 'x', sizeBytes: sizeBytes + 1 }))).toEqual([
      413,
      'upload_too_large',
    ])
    expect((await call('POST', '/uploads', { fileName: 'x', sizeBytes })).status).toBe(201)
    expect(codeOf(await call('POST', '/uploads', { fileName: 'x', sizeBytes }))).toEqual([
      409,
      'too_many_uploads',
    ])
  })
})

describe('the template of a list of terminals', () => {
  it('comes in both languages, as spreadsheets want it', async () => {
    const english = await call('GET', '/terminals/import/template.csv')
    expect(english.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(english.headers['content-disposition']).toContain('terminals.csv')
    expect(english.body.toString('utf8')).toMatch(/^\uFEFFSerial number,/)
    const russian = await call('GET', '/terminals/import/template.csv?lang=ru')
    expect(russian.body.toString('utf8')).toMatch(/^\uFEFFСерийный номер;/)
    expect(codeOf(await call('GET', '/terminals/import/template.csv?lang=xx'))).toEqual([
      400,
      'invalid_input',
    ])
    const preview = await call('POST', '/terminals/import/preview', {
      csv: russian.body.toString('utf8'),
      createMissing: true,
    })
    expect(preview.json()).toMatchObject({ counts: { new: 2, error: 0 }, missingGroups: ['Север', 'Пилот'] })
  })
})
