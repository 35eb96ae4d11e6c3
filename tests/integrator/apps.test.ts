import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { createApiKey } from '../../src/features/operators'
import { makeApk } from '../../src/tools/apk-maker/apk'
import { newSigner } from '../../src/tools/apk-maker/signing'
import type { TerminalClient } from '../../src/tools/simulator/client'
import { png } from '../support/apk-parts'
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
  const admin = makeCtx(services, operator('admin'))
  key = (await createApiKey(admin, { name: 'apps', scopes: ['uploads:write', 'apps:read', 'apps:write'] }))
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
  const sizeBytes = body.length
  const announced = await call('POST', '/uploads', { fileName, sizeBytes, purpose: 'apps' })
  const { uploadId } = announced.json<{ uploadId: string }>()
  const headers = { 'Content-Type': 'application/octet-stream' }
  const path = `/api/v1/uploads/${uploadId}/parts/0`
  await client.send({ method: 'PUT', path, token: key, body, headers })
  return uploadId
}

const codeOf = (answer: { status: number; json<T>(): T }) => [
  answer.status,
  answer.json<{ code: string }>().code,
]

describe('applications over HTTP', () => {
  it('are looked into, taken in, shown, changed, downloaded byte for byte and deleted', async () => {
    const icon = png(64, 3_000)
    const large = { path: 'assets/large', bytes: randomBytes(100_000), isStored: true }
    const bytes = makeApk(
      { icon: [{ path: 'res/i.png', density: 160, bytes: icon }], more: [large] },
      newSigner('m'),
    )
    const uploadId = await upload('Лояльность.apk', bytes)
    const report = await call('POST', '/app-versions/inspect', { uploadId })
    expect([report.status, report.json()]).toMatchObject([
      200,
      { package: 'com.example.loyalty', outcome: 'new_application', hasIcon: true },
    ])
    const made = await call('POST', '/app-versions', { uploadId })
    expect(made.status).toBe(201)
    const { version } = made.json<{ version: { id: string; appId: string; iconUrl: string } }>()
    expect(made.json()).toMatchObject({ isNew: true, version: { fileName: 'Лояльность.apk' } })
    expect(JSON.stringify(made.json()), 'where the bytes lie is nobody’s business').not.toContain('blobKey')
    expect((await call('POST', '/app-versions', { uploadId })).json()).toEqual(made.json())
    expect((await call('GET', `/app-versions/${version.id}`)).json()).toEqual(version)
    expect((await call('GET', '/apps?search=loyalty')).json()).toMatchObject({
      items: [{ id: version.appId, newest: { id: version.id } }],
      nextCursor: null,
    })
    expect((await call('GET', `/apps/${version.appId}/versions`)).json()).toMatchObject({
      items: [{ id: version.id, versionCode: 41 }],
    })
    const changed = await call('PATCH', `/apps/${version.appId}`, { notes: 'of the maker' })
    expect(changed.json()).toMatchObject({ notes: 'of the maker', versionCount: 1, sets: [] })

    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const apk = await call('GET', `/app-versions/${version.id}/apk`)
    expect(apk.body.equals(bytes)).toBe(true)
    expect([apk.status, apk.headers]).toMatchObject([
      200,
      {
        'content-type': 'application/octet-stream',
        'content-disposition': "attachment; filename*=UTF-8''com.example.loyalty-41.apk",
        etag: `"${sha256}"`,
      },
    ])
    const part = await call('GET', `/app-versions/${version.id}/apk`, undefined, { Range: 'bytes=5-' })
    expect([part.status, part.body.equals(bytes.subarray(5))]).toEqual([206, true])

    const shown = await client.send({ method: 'GET', path: version.iconUrl, token: key })
    expect(shown.body.equals(icon)).toBe(true)
    expect([shown.status, shown.headers]).toMatchObject([
      200,
      {
        'content-type': 'image/png',
        'content-length': String(icon.length),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, max-age=3600',
      },
    ])
    const headers = { 'If-None-Match': String(shown.headers.etag) }
    const again = await client.send({ method: 'GET', path: version.iconUrl, token: key, headers })
    expect([again.status, again.body.length]).toEqual([304, 0])
    const stranger = await client.send({ method: 'GET', path: version.iconUrl })
    expect(stranger.status).toBe(401)

    expect((await call('DELETE', `/app-versions/${version.id}`)).json()).toEqual({
      versionId: version.id,
      appId: version.appId,
      isAppDeleted: true,
    })
    for (const at of [
      `/app-versions/${version.id}`,
      `/app-versions/${version.id}/apk`,
      `/app-versions/${version.id}/icon`,
    ])
      expect(codeOf(await call('GET', at)), at).toEqual([404, 'app_version_not_found'])
    expect(codeOf(await call('DELETE', `/apps/${version.appId}`))).toEqual([404, 'app_not_found'])
  })

  it('say what is wrong with a request', async () => {
    const broken = await upload('broken.apk', Buffer.from('no ZIP'))
    const refused = await call('POST', '/app-versions', { uploadId: broken })
    expect([refused.status, refused.json()]).toMatchObject([422, { code: 'apk_refused', why: 'not_an_apk' }])
    const reasonless = { uploadId: broken, override: { reason: ' ' } }
    expect(codeOf(await call('POST', '/app-versions', reasonless))).toEqual([400, 'invalid_input'])
    expect(codeOf(await call('POST', '/app-versions', { uploadId: newId() }))).toEqual([
      404,
      'upload_not_found',
    ])
    const plain = await upload('plain.apk', makeApk({ packageName: 'org.plain' }, newSigner('m')))
    const { version } = (await call('POST', '/app-versions', { uploadId: plain })).json<{
      version: { id: string }
    }>()
    expect(codeOf(await call('GET', `/app-versions/${version.id}/icon`))).toEqual([404, 'app_icon_not_found'])
    expect(codeOf(await call('GET', '/app-versions/nothing/icon'))).toEqual([400, 'invalid_input'])
    expect(codeOf(await call('GET', `/apps/${newId()}/versions`))).toEqual([404, 'app_not_found'])
  })
})
