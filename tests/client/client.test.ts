import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, createFiles, everyItem, failureCode, Refusal } from '../../src/client'
import type { Services } from '../../src/core/context'
import { createApiKey, revokeApiKey } from '../../src/features/operators/service/api-keys'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { ROOT } from '../support/sources'

const database = useTestDatabase()
const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-client-'))
let services: Services
let url: string
let apiKey: string
let psm: Client

beforeAll(async () => {
  services = await makeServices(database)
  url = (await openFaces(services)).url
  const admin = makeCtx(services, operator('admin'))
  apiKey = (
    await createApiKey(admin, {
      name: 'client',
      scopes: [
        'terminals:read',
        'terminals:write',
        'status:read',
        'uploads:write',
        'licenses:write',
        'licenses:read',
      ],
    })
  ).key
  psm = createClient({ url: `${url}/`, apiKey })
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('the client', () => {
  it('asks and changes, typed from the server', async () => {
    const terminal = await psm.terminals.register.mutate({ serial: 'C1', platform: 'other' })
    const { items } = await psm.terminals.list.query({ search: 'C1' })
    expect(items).toMatchObject([terminal])
    // @ts-expect-error A serial number is needed.
    await expect(psm.terminals.register.mutate({ platform: 'other' })).rejects.toThrow(/serial/)
  })

  it('tells refusals by their stable code, and other trouble apart', async () => {
    await psm.terminals.register.mutate({ serial: 'C2', platform: 'other' })
    const codeOf = (asked: Promise<unknown>) => asked.then(() => 'done', failureCode)
    expect(await codeOf(psm.terminals.register.mutate({ serial: 'C2', platform: 'other' }))).toBe(
      'serial_taken',
    )
    expect(await codeOf(psm.groups.create.mutate({ name: 'not mine' }))).toBe('forbidden')
    expect(await codeOf(createClient({ url }).terminals.list.query({}))).toBe('unauthenticated')
    const nowhere = createClient({ url: 'http://127.0.0.1:1', apiKey })
    expect(await codeOf(nowhere.terminals.list.query({}))).toBeUndefined()
  })

  it('splits what is asked at once as the server takes it', async () => {
    const many = Array.from({ length: 120 }, () => psm.terminals.list.query({ limit: 1 }))
    expect(await Promise.all(many)).toHaveLength(120)
  })

  it('asks by POST what is too long for an address', async () => {
    const search = 'x'.repeat(64)
    const terminalIds = Array.from({ length: 500 }, () => crypto.randomUUID())
    const report = await psm.status.previewBulk.query({
      target: { terminalIds },
      change: { kind: 'suspend' },
    })
    expect(report).toMatchObject({ terminals: 500, willChange: 0 })
    expect((await psm.terminals.list.query({ search })).items).toEqual([])
  })

  it('gives every item of a list, page after page, and asks for no page that is not wanted', async () => {
    for (const at of [1, 2, 3, 4, 5])
      await psm.terminals.register.mutate({ serial: `EVERY-${at}`, platform: 'other' })
    let pages = 0
    const ask: typeof psm.terminals.list.query = (input) => {
      pages++
      return psm.terminals.list.query(input)
    }
    const seen: string[] = []
    for await (const { serial } of everyItem(ask, { search: 'EVERY-', limit: 2 })) seen.push(serial)
    expect([seen, pages]).toEqual([['EVERY-1', 'EVERY-2', 'EVERY-3', 'EVERY-4', 'EVERY-5'], 3])
    for await (const _first of everyItem(ask, { search: 'EVERY-', limit: 2 })) break
    expect(pages).toBe(4)
  })

  it('sends files and fetches them again, and is told why not', async () => {
    await psm.terminals.register.mutate({ serial: 'FILES', platform: 'other' })
    const files = createFiles({ url, apiKey })
    const licence = JSON.stringify({ serial: 'FILES', platform: 'other', licId: 'LIC-FILES' })
    const form = new FormData()
    form.append('file', new Blob([licence]), 'licence.json')
    expect(await files.post('/licenses/import', form)).toMatchObject({ counts: { imported: 1 } })
    const { items } = await psm.licenses.list.query({})
    const answer = await files.get(`/licenses/${items[0]?.id}/content`)
    expect(await answer.text()).toBe(licence)
    const template = await files.get('/terminals/import/template.csv', { query: { lang: 'ru' } })
    expect(await template.text()).toContain('Серийный номер')

    const nowhere = await files
      .get(`/licenses/${crypto.randomUUID()}/content`)
      .catch((error: unknown) => error)
    expect(nowhere).toBeInstanceOf(Refusal)
    expect(failureCode(nowhere)).toBe('license_not_found')
    expect(nowhere).toMatchObject({ status: 404, problem: { code: 'license_not_found' } })
  })

  it('uploads a file in the parts that the server wants', async () => {
    const files = createFiles({ url, apiKey })
    const sizes: number[] = []
    const whole = Buffer.alloc(20 * 1024 * 1024, 'x')
    const options = { fileName: 'large.zip', onProgress: (sentBytes: number) => sizes.push(sentBytes) }
    const uploadId = await files.upload(new Blob([whole]), options)
    expect(await psm.uploads.get.query({ uploadId })).toMatchObject({
      isComplete: true,
      sizeBytes: whole.length,
    })
    expect([sizes.length > 1, sizes.at(-1)]).toEqual([true, whole.length])
    const refused = files.upload(new Blob([whole]), { fileName: '', purpose: 'licenses' })
    expect(await refused.catch(failureCode)).toBe('invalid_input')
  })

  it('goes by the fetch that it is given', async () => {
    const asked: string[] = []
    const own = createClient({
      url,
      apiKey,
      fetch: (address, init) => {
        asked.push(String(address))
        return fetch(address, init)
      },
    })
    await own.terminals.list.query({})
    expect(asked[0]).toContain('/api/trpc/terminals.list')
  })

  it('asks in one request what is asked at once, and by itself what is to wait for nothing', async () => {
    const asked: string[] = []
    const own = createClient({
      url,
      apiKey,
      fetch: (address, init) => {
        asked.push(new URL(String(address)).pathname)
        return fetch(address, init)
      },
    })
    const [, rows] = await Promise.all([
      own.status.overview.query({}),
      own.status.list.query({ search: 'C1' }, { context: { isAlone: true } }),
      own.terminals.list.query({}),
    ])
    expect(rows.items).toHaveLength(1)
    expect(asked.sort()).toEqual(['/api/trpc/status.list', '/api/trpc/status.overview,terminals.list'])
  })

  it('follows terminals with its key, until it leaves', async () => {
    const { id } = await psm.terminals.register.mutate({ serial: 'C3', platform: 'other' })
    const first = await new Promise((resolve, reject) => {
      const watching = psm.status.watch.subscribe(
        { terminalIds: [id] },
        {
          onData(data) {
            watching.unsubscribe()
            resolve(data)
          },
          onError: reject,
        },
      )
    })
    expect(first).toMatchObject([{ terminalId: id, connectivity: 'never' }])
  })

  it('is told when it may not follow', async () => {
    const admin = makeCtx(services, operator('admin'))
    const { id, key } = await createApiKey(admin, { name: 'ended', scopes: ['status:read'] })
    await revokeApiKey(admin, { apiKeyId: id })
    const refused = new Promise((_resolve, reject) =>
      createClient({ url, apiKey: key }).status.watch.subscribe(
        { terminalIds: ['019ab000-0000-7000-8000-000000000000'] },
        { onError: reject },
      ),
    )
    await expect(refused.catch((error) => Promise.reject(failureCode(error)))).rejects.toBe('unauthenticated')
  })

  it('runs alone, without anything of the server', async () => {
    const entry = path.join(directory, 'alone.mjs')
    const { metafile } = await build({
      entryPoints: [path.join(ROOT, 'src/client/index.ts')],
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['import'],
      outfile: path.join(directory, 'client.mjs'),
      metafile: true,
    })
    const own = Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules'))
    expect(own.filter((file) => !file.includes('src/client/'))).toEqual([])
    expect(Object.keys(metafile.inputs).filter((file) => /node_modules\/(?!@trpc\/)/.test(file))).toEqual([])
    writeFileSync(
      entry,
      `import { createClient } from './client.mjs'
       const psm = createClient({ url: ${JSON.stringify(url)}, apiKey: ${JSON.stringify(apiKey)} })
       const { items } = await psm.terminals.list.query({ search: 'C1' })
       process.stdout.write(items[0].serial)`,
    )
    const { stdout } = await promisify(execFile)(process.execPath, [entry])
    expect(stdout).toBe('C1')
  })
})
