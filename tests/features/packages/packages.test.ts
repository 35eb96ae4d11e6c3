import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createPackage, listPackages, loadPackages } from '../../../src/features/updates/packages'
import type { PackageView } from '../../../src/features/updates/packages/schemas'
import { changePackage, deletePackage } from '../../../src/features/updates/packages/service/change'
import { getPackage } from '../../../src/features/updates/packages/service/find'
import { inspectPackage } from '../../../src/features/updates/packages/service/inspect'
import { createUpload, getUpload } from '../../../src/features/uploads/service/announce'
import { makeOta, type OtaSample } from '../../support/ota-files'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { insertRule, upload } from './support'

const PLATFORM = 'wiseasy-wpos3' as const

const database = useTestDatabase()
let services: Services
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database, { env: { UPLOAD_PART_KIB: '64' } })
  me = makeCtx(services, operator())
})

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** A package of one OTA archive; `component` keeps the tests of this file apart. */
async function make(component: string, sample: OtaSample = {}, more = {}): Promise<PackageView> {
  const files = [{ uploadId: await upload(me, 'update.zip', makeOta(sample)) }]
  return createPackage(me, { platform: PLATFORM, component, files, ...more })
}

async function contentOf({ id }: { id: string }): Promise<Buffer[]> {
  const files = (await loadPackages(services.db, [id])).get(id)?.files ?? []
  return Promise.all(
    files.map(async ({ blobKey }) => {
      const chunks: Buffer[] = []
      for await (const chunk of (await services.blobs.open(blobKey as never)).stream)
        chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    }),
  )
}

const auditOf = (id: string) =>
  database.sql<{ action: string; subject_label: string; changes: Record<string, unknown> }[]>`
    select action, subject_label, changes from audit_entries where subject_id = ${id} order by seq`

describe('an Android package', () => {
  it('is made of one upload, byte for byte, with what it says of itself', async () => {
    const bytes = makeOta({ fromVersion: '2.7.0', payload: randomBytes(200_000) })
    const uploadId = await upload(me, 'folder/update.zip', bytes)
    const made = await createPackage(me, {
      platform: PLATFORM,
      component: 'system',
      models: ['WPOS-3'],
      notes: 'from the maker',
      files: [{ uploadId }],
    })
    expect(made).toMatchObject({
      platform: PLATFORM,
      component: 'system',
      version: '2.7.1',
      fromVersion: '2.7.0',
      models: ['WPOS-3'],
      kind: 'android-ota',
      notes: 'from the maker',
      inspected: { otaType: 'BLOCK', devices: ['WPOS-3'], fromIncremental: '2.7.0' },
      warnings: [{ code: 'base_missing', detail: '2.7.0' }],
      files: [
        { position: 0, name: 'update.zip', target: '', sha256: sha256(bytes), sizeBytes: bytes.length },
      ],
      fileCount: 1,
      sizeBytes: bytes.length,
      rules: [],
      createdBy: 'the operator',
    })
    expect(await contentOf(made)).toEqual([bytes])
    await expect(getUpload(me, { uploadId })).rejects.toMatchObject({ code: 'upload_not_found' })
    expect(await auditOf(made.id)).toMatchObject([
      {
        action: 'package.created',
        subject_label: `${PLATFORM} system 2.7.1`,
        changes: { version: { after: '2.7.1' }, fileCount: { after: 1 }, sizeBytes: { after: bytes.length } },
      },
    ])
  })

  it('is what the caller says it is, where that differs, with a warning', async () => {
    const made = await make('told', {}, { version: '9.0', fromVersion: '8.9' })
    expect(made).toMatchObject({ version: '9.0', fromVersion: '8.9' })
    expect(made.warnings).toEqual([
      { code: 'version_differs', detail: '2.7.1' },
      { code: 'base_missing', detail: '8.9' },
    ])
  })

  it('lacks no base where a package leads to it', async () => {
    await make('based', { version: '1.0' })
    const made = await make('based', { version: '1.1', fromVersion: '1.0' })
    expect(made.warnings).toEqual([])
  })

  it('that is opaque needs a version', async () => {
    const uploadId = await upload(me, 'vendor.img', Buffer.from('opaque'))
    const input = { platform: PLATFORM, component: 'modem', files: [{ uploadId }] }
    await expect(createPackage(me, input)).rejects.toMatchObject({ code: 'package_version_missing' })
    expect(await createPackage(me, { ...input, version: '12' })).toMatchObject({
      version: '12',
      inspected: {},
      warnings: [{ code: 'not_ota', detail: 'vendor.img' }],
    })
  })

  it('is not empty: nothing is made of a file that was cut off before it was uploaded', async () => {
    const uploadId = await upload(me, 'empty.zip', Buffer.alloc(0))
    const input = { platform: PLATFORM, component: 'none', version: '0', files: [{ uploadId }] }
    await expect(createPackage(me, input)).rejects.toMatchObject({ code: 'package_file_empty' })
    expect((await listPackages(me, { component: 'none' })).items).toEqual([])
  })

  it('is one file', async () => {
    const files = [
      { uploadId: await upload(me, 'a.zip', makeOta()) },
      { uploadId: await upload(me, 'b.zip', makeOta()) },
    ]
    await expect(createPackage(me, { platform: PLATFORM, component: 'two', files })).rejects.toMatchObject({
      code: 'package_one_file',
    })
  })
})

describe('a set of Telium files', () => {
  const set = async (names: string[]) =>
    Promise.all(
      names.map(async (name) => ({ uploadId: await upload(me, name, Buffer.from(`bytes of ${name}`)) })),
    )
  const telium = { platform: 'ingenico-t3' as const, version: '5.1' }

  it('keeps the order and the folders it is given, and guesses folders where there are none', async () => {
    const [catalogue = { uploadId: '' }, software = { uploadId: '' }, parameters = { uploadId: '' }] =
      await set(['0440.M40', '8440.P3A', 'CONFIG.PAR'])
    const made = await createPackage(me, {
      ...telium,
      component: 'application',
      files: [catalogue, { ...software, target: '/SWAP/' }, { ...parameters, name: 'SHOP.PAR' }],
    })
    expect(made.kind).toBe('file-set')
    expect(made.warnings).toEqual([])
    expect(made.files.map(({ position, target, name }) => `${position} ${target}${name}`)).toEqual([
      '0 /package/0440.M40',
      '1 /SWAP/8440.P3A',
      '2 /import/SHOP.PAR',
    ])
    expect((await contentOf(made)).map(String)).toEqual(
      ['0440.M40', '8440.P3A', 'CONFIG.PAR'].map((n) => `bytes of ${n}`),
    )
  })

  it('is looked into before it is made, and told how it belongs', async () => {
    const files = await set(['CONFIG.PAR', '0440.M40'])
    const report = await inspectPackage(me, { platform: 'ingenico-t3', files })
    expect(report.suggested.files.map(({ name, target }) => target + name)).toEqual([
      '/package/0440.M40',
      '/import/CONFIG.PAR',
    ])
    expect(report.warnings).toEqual([{ code: 'catalogue_not_first', detail: '0440.M40' }])
  })

  it('has no two files of one name in one folder, and no upload twice', async () => {
    const [one = { uploadId: '' }, other = { uploadId: '' }] = await set(['A.P3A', 'a.p3a'])
    const code = { code: 'package_files_clash' }
    const input = { ...telium, component: 'clash' }
    await expect(createPackage(me, { ...input, files: [one, other] })).rejects.toMatchObject(code)
    await expect(createPackage(me, { ...input, files: [one, one] })).rejects.toMatchObject(code)
    const apart = { ...other, target: '/other' }
    expect((await createPackage(me, { ...input, files: [one, apart] })).fileCount).toBe(2)
  })

  it.each(['..', '.', 'a/b', 'a\\b', 'a\u0007b'])('calls no file %j', async (name) => {
    const [file = { uploadId: '' }] = await set(['X.PAR'])
    const input = { ...telium, component: 'names', files: [{ ...file, name }] }
    await expect(createPackage(me, input)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('has no file without bytes, be it one of many', async () => {
    const files = await set(['CATALOGUE.M40'])
    const empty = await upload(me, 'folder/EMPTY.P3A', Buffer.alloc(0))
    const input = { ...telium, component: 'empty', files: [...files, { uploadId: empty }] }
    const code = { code: 'package_file_empty', details: { values: { fileName: 'folder/EMPTY.P3A' } } }
    await expect(createPackage(me, input)).rejects.toMatchObject(code)
    await expect(inspectPackage(me, input)).rejects.toMatchObject(code)
  })

  it('is not called as no file can be', async () => {
    const uploadId = await upload(me, 'folder/..', Buffer.from('x'))
    const input = { ...telium, component: 'names', files: [{ uploadId }] }
    await expect(createPackage(me, input)).rejects.toMatchObject({
      code: 'package_file_name',
      details: { values: { fileName: 'folder/..' } },
    })
  })

  it('has no folder that leads out', async () => {
    const [file = { uploadId: '' }] = await set(['X.PAR'])
    const input = { ...telium, component: 'names', files: [{ ...file, target: '/import/../etc' }] }
    await expect(createPackage(me, input)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('a package', () => {
  it('is made of complete uploads of the caller alone', async () => {
    const input = (uploadId: string) => ({
      platform: PLATFORM,
      component: 'x',
      version: '1',
      files: [{ uploadId }],
    })
    const foreign = await upload(makeCtx(services, operator()), 'a.zip', makeOta())
    await expect(createPackage(me, input(foreign))).rejects.toMatchObject({ code: 'upload_not_found' })
    const { uploadId } = await createUpload(me, { fileName: 'a.zip', sizeBytes: 10 })
    await expect(createPackage(me, input(uploadId))).rejects.toMatchObject({ code: 'upload_incomplete' })
    await expect(inspectPackage(me, input(uploadId))).rejects.toMatchObject({ code: 'upload_incomplete' })
  })

  it('is for platforms that take packages', async () => {
    const files = [{ uploadId: await upload(me, 'a.zip', makeOta()) }]
    await expect(
      createPackage(me, { platform: 'other' as never, component: 'x', files }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('is made once, however often it is asked for', async () => {
    const input = {
      platform: PLATFORM,
      component: 'again',
      files: [{ uploadId: await upload(me, 'a.zip', makeOta({ payload: randomBytes(9_000) })) }],
    }
    const made = await createPackage(me, input)
    expect(await createPackage(me, input)).toEqual(made)
  })

  it('is not there twice with the same files for the same models', async () => {
    const first = await make('same', {}, { models: ['A', 'B'] })
    await expect(make('same', {}, { models: ['B', 'A', 'B'] })).rejects.toMatchObject({
      code: 'package_exists',
      details: { values: { packageId: first.id } },
    })
    await make('same', {}, { models: ['A'] })
    await make('same', { payload: Buffer.from('mended by its maker') }, { models: ['A', 'B'] })
  })

  it('shares equal content with others', async () => {
    const sample = { payload: randomBytes(9_000) }
    const [one, other] = [await make('share', sample), await make('share', sample, { models: ['A'] })]
    const loaded = await loadPackages(services.db, [other.id, one.id, other.id])
    expect(loaded.get(one.id)?.files[0]?.blobKey).toBe(loaded.get(other.id)?.files[0]?.blobKey)
    expect(await contentOf(other)).toEqual(await contentOf(one))
  })

  it('is found by platform, component, model and any part of its names', async () => {
    const a = await make('find-a', { version: '4.2_x' }, { models: ['M1'] })
    const b = await make('find-b', { version: '4.20x' }, { models: ['M2'] })
    const all = await make('find-b', { version: '4.3' })
    const ids = async (input: object) => {
      const { items } = await listPackages(me, { limit: 1000, ...input })
      return items.map((item) => item.id).filter((id) => [a.id, b.id, all.id].includes(id))
    }
    expect(await ids({})).toEqual([all.id, b.id, a.id])
    expect(await ids({ component: 'find-b' })).toEqual([all.id, b.id])
    expect(await ids({ model: 'M1' })).toEqual([all.id, a.id])
    expect(await ids({ search: '4.2_' })).toEqual([a.id])
    expect(await ids({ search: 'FIND-B' })).toEqual([all.id, b.id])
    expect(await ids({ search: 'pdate.z' })).toEqual([all.id, b.id, a.id])
    expect(await ids({ platform: 'ingenico-t3' })).toEqual([])
  })

  it('is listed page by page', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listPackages(me, { limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    const [{ count } = { count: 0 }] = await database.sql<
      { count: number }[]
    >`select count(*)::int from packages`
    expect([seen.length, new Set(seen).size]).toEqual([count, count])
    expect(seen).toEqual([...seen].sort().reverse())
    await expect(listPackages(me, { cursor: 'made-up' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('changes its models and notes; whether the device fits is judged again', async () => {
    const { id } = await make('change')
    const changed = await changePackage(me, { packageId: id, models: ['P5', 'P4'], notes: 'only these' })
    expect(changed).toMatchObject({
      models: ['P4', 'P5'],
      notes: 'only these',
      warnings: [{ code: 'wrong_device', detail: 'WPOS-3' }],
    })
    expect((await changePackage(me, { packageId: id, models: [] })).warnings).toEqual([])
    expect(await changePackage(me, { packageId: id, notes: 'only these' })).toMatchObject({ models: [] })
    expect((await auditOf(id)).map(({ action, changes }) => [action, Object.keys(changes).sort()])).toEqual([
      ['package.created', expect.anything()],
      ['package.updated', ['models', 'notes']],
      ['package.updated', ['models']],
    ])
  })

  it('that a rule needs is not deleted, and says which', async () => {
    const { id } = await make('needed')
    const rule = await insertRule(services, 'Night update', id)
    expect((await getPackage(me, { packageId: id })).rules).toEqual([{ id: rule, name: 'Night update' }])
    await expect(deletePackage(me, { packageId: id })).rejects.toMatchObject({
      code: 'package_in_use',
      details: { values: { rules: ['Night update'] } },
    })
    await database.sql`delete from update_rules where id = ${rule}`
    expect(await deletePackage(me, { packageId: id })).toEqual({ packageId: id })
    await expect(getPackage(me, { packageId: id })).rejects.toMatchObject({ code: 'package_not_found' })
    expect((await auditOf(id)).at(-1)).toMatchObject({
      action: 'package.deleted',
      changes: { version: { before: '2.7.1', after: null } },
    })
  })

  it('tells the terminals of a rule that other models get it', async () => {
    const { id } = await make('told-on')
    const feed = async () => {
      const [row] = await database.sql<{ count: number }[]>`
        select count(*)::int from change_feed where topic = 'terminals'`
      return row?.count
    }
    const before = (await feed()) ?? 0
    await changePackage(me, { packageId: id, models: ['A'] })
    expect(await feed()).toBe(before)
    await insertRule(services, 'Told on', id)
    await changePackage(me, { packageId: id, models: ['B'] })
    expect(await feed()).toBe(before + 1)
  })

  it('unknown is not found', async () => {
    const packageId = '01890000-0000-7000-8000-000000000000'
    for (const verb of [getPackage, deletePackage, changePackage])
      await expect(verb(me, { packageId })).rejects.toMatchObject({ code: 'package_not_found' })
  })

  it('is made, changed and deleted by who may write packages, and seen by who may read them', async () => {
    const { id } = await make('rights')
    const reader = makeCtx(services, integrator('packages:read', 'uploads:write'))
    expect((await getPackage(reader, { packageId: id })).id).toBe(id)
    const forbidden = { code: 'forbidden' }
    const files = [{ uploadId: await upload(reader, 'a.zip', makeOta()) }]
    const input = { platform: PLATFORM, component: 'x', files }
    await expect(inspectPackage(reader, input)).rejects.toMatchObject(forbidden)
    await expect(createPackage(reader, input)).rejects.toMatchObject(forbidden)
    await expect(changePackage(reader, { packageId: id, notes: 'x' })).rejects.toMatchObject(forbidden)
    await expect(deletePackage(reader, { packageId: id })).rejects.toMatchObject(forbidden)
    const stranger = makeCtx(services, integrator('uploads:write'))
    await expect(listPackages(stranger, {})).rejects.toMatchObject(forbidden)
  })
})

describe('a package that rules need', () => {
  it('is no other one for callers who do not see all terminals, and its rollouts stop by it', async () => {
    const { id: packageId } = await make('reach', {}, { models: ['WPOS-3'] })
    const ruleId = await insertRule(me, 'reach', packageId)
    const limited = makeCtx(services, limitedOperator({ groupIds: [newId()] }))
    await expect(changePackage(limited, { packageId, models: [] })).rejects.toMatchObject({
      code: 'outside_your_limits',
    })
    await changePackage(limited, { packageId, notes: 'seen' })
    const revision = async () =>
      (await database.sql`select revision from update_rules where id = ${ruleId}`)[0]?.revision
    expect(await revision()).toBe(1)
    await changePackage(me, { packageId, models: ['WPOS-MINI'] })
    expect(await revision(), 'earlier waves vouch for whom it was for').toBe(2)
  })

  it('is the answer to its own input alone, where that is asked again', async () => {
    const uploadId = await upload(me, 'update.zip', makeOta({ version: '5.0.0' }))
    const input = { platform: PLATFORM, component: 'again', files: [{ uploadId }] }
    const { id } = await createPackage(me, input)
    expect((await createPackage(me, input)).id).toBe(id)
    const other = makeCtx(services, integrator('packages:write', 'uploads:write'))
    const gone = { code: 'upload_not_found' }
    await expect(createPackage(other, input)).rejects.toMatchObject(gone)
    await expect(createPackage(me, { ...input, component: 'modem' })).rejects.toMatchObject(gone)
    await expect(createPackage(me, { ...input, version: '6.0.0' })).rejects.toMatchObject(gone)
    await expect(createPackage(me, { ...input, fromVersion: '4.0.0' })).rejects.toMatchObject(gone)
    await expect(createPackage(me, { ...input, models: ['WPOS-3'] })).rejects.toMatchObject(gone)
    const more = await upload(me, 'more.zip', makeOta({ version: '5.0.1' }))
    const files = [{ uploadId }, { uploadId: more }]
    const set = { ...input, platform: 'ingenico-t3' as const, version: '5.0.0', files }
    await expect(createPackage(me, set)).rejects.toMatchObject(gone)
  })
})
