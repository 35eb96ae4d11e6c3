import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkKey } from '../../../src/blobs/keys'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { getAppVersion, listAppVersions } from '../../../src/features/apps/catalog/service/find'
import { createAppVersion } from '../../../src/features/apps/intake'
import { inspectApp } from '../../../src/features/apps/intake/service/inspect'
import { createSet } from '../../../src/features/apps/sets/service/change'
import { getSet } from '../../../src/features/apps/sets/service/find'
import { getUpload } from '../../../src/features/uploads/service/announce'
import { type ApkSample, makeApk, makeV1Apk } from '../../../src/tools/apk-maker/apk'
import { ALSO, newSigner } from '../../../src/tools/apk-maker/signing'
import { png } from '../../support/apk-parts'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { maker, takeIn, uploadApk } from './support'

const database = useTestDatabase()
let services: Services
let me: Ctx
let admin: Ctx

beforeAll(async () => {
  services = await makeServices(database, { env: { UPLOAD_PART_KIB: '64' } })
  me = makeCtx(services, operator())
  admin = makeCtx(services, operator('admin'))
})

const auditOf = (id: string) =>
  database.sql<{ action: string; subject_label: string; changes: Record<string, { after: unknown }> }[]>`
    select action, subject_label, changes from audit_entries where subject_id = ${id} order by seq`

/** By the newer key, which proves that it took the place of the older one. */
const rotated = (sample: ApkSample, to: typeof maker, ...before: (typeof maker)[]) =>
  makeApk(sample, to, {
    v2: [{ signer: before[0] ?? to, attributes: [ALSO.v3] }],
    v3: [{ signer: to, before }],
  })

describe('an APK', () => {
  it('becomes a version of the application it says to be, byte for byte, with what it says', async () => {
    const sample: ApkSample = {
      packageName: 'com.example.shop',
      versionCode: 41,
      versionName: '4.1',
      minSdk: 24,
      targetSdk: 29,
      permissions: ['android.permission.INTERNET', 'android.permission.CAMERA'],
      abis: ['arm64-v8a', 'armeabi-v7a'],
      labels: [{ value: 'Shop' }, { value: 'Магазин', language: 'ru' }],
      icon: [{ path: 'res/icon.png', density: 320, bytes: png(96) }],
    }
    const bytes = makeApk(sample, maker)
    const uploadId = await uploadApk(me, bytes, 'folder/shop-4.1.apk')
    const { isNew, version } = await createAppVersion(me, { uploadId })
    expect(isNew).toBe(true)
    expect(version).toMatchObject({
      package: 'com.example.shop',
      versionCode: 41,
      versionName: '4.1',
      label: 'Shop',
      labelRu: 'Магазин',
      minSdk: 24,
      targetSdk: 29,
      permissions: ['android.permission.INTERNET', 'android.permission.CAMERA'],
      permissionChanges: null,
      abis: ['arm64-v8a', 'armeabi-v7a'],
      signers: [maker.sha256],
      earlierSigners: [],
      signature: { scheme: 'v2', schemes: [{ scheme: 'v2', state: 'verified' }] },
      isDebuggable: false,
      isTestOnly: false,
      warnings: [],
      fileName: 'shop-4.1.apk',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
      iconUrl: `/api/v1/app-versions/${version.id}/icon`,
      overrideReason: null,
      sets: [],
      createdBy: 'the operator',
    })
    const [row] = await database.sql<{ key: string }[]>`
      select blob_key as key from app_versions where id = ${version.id}`
    const { stream } = await services.blobs.open(checkKey(row?.key ?? ''))
    expect(Buffer.concat(await stream.toArray()).equals(bytes)).toBe(true)
    await expect(getUpload(me, { uploadId })).rejects.toMatchObject({ code: 'upload_not_found' })
    expect((await auditOf(version.appId)).map(({ action }) => action)).toEqual(['app.created'])
    expect(await auditOf(version.id)).toMatchObject([
      {
        action: 'app_version.created',
        subject_label: 'com.example.shop 4.1 (41)',
        changes: { versionCode: { after: 41 }, signers: { after: [maker.sha256] } },
      },
    ])
  })

  it('is told again as the same version, however often its upload is asked for', async () => {
    const uploadId = await uploadApk(me, makeApk({ packageName: 'com.example.again' }, maker))
    const made = await createAppVersion(me, { uploadId })
    expect(await createAppVersion(me, { uploadId })).toEqual(made)
    const other = makeCtx(services, integrator('apps:write', 'uploads:write'))
    await expect(createAppVersion(other, { uploadId })).rejects.toMatchObject({ code: 'upload_not_found' })
  })

  it('is made once of two calls that come at the same moment', async () => {
    const uploadId = await uploadApk(me, makeApk({ packageName: 'com.example.twice' }, maker))
    const calls = [1, 2].map(() => createAppVersion(me, { uploadId }))
    const ended = await Promise.allSettled(calls)
    const { version } = await createAppVersion(me, { uploadId })
    for (const one of ended)
      expect(one).toMatchObject(
        one.status === 'fulfilled'
          ? { value: { version: { id: version.id } } }
          : { reason: { kind: expect.stringMatching(/conflict|not_found/) } },
      )
    expect((await listAppVersions(me, { appId: version.appId })).items).toHaveLength(1)
  })

  it('that is there already is that version, and its bytes are kept once', async () => {
    const bytes = makeApk({ packageName: 'com.example.same' }, maker)
    const { version } = await takeIn(me, {}, bytes)
    const uploadId = await uploadApk(me, bytes, 'again.apk')
    const again = await createAppVersion(me, { uploadId })
    expect(again).toEqual({ isNew: false, version })
    expect(await createAppVersion(me, { uploadId })).toEqual(again)
    const kept = await database.sql`
      select from stored_files where sha256 = ${version.sha256} and state = 'kept'`
    expect(kept).toHaveLength(1)
    expect((await auditOf(version.id)).map(({ action }) => action)).toEqual(['app_version.created'])
  })

  it('with other bytes for a version code that is there is refused, for administrators too', async () => {
    const packageName = 'com.example.other'
    const { version } = await takeIn(me, { packageName })
    const other = makeApk({ packageName, permissions: ['android.permission.INTERNET'] }, maker)
    const uploadId = await uploadApk(admin, other)
    const refusal = {
      code: 'app_version_exists',
      details: { values: { package: packageName, versionCode: 41, versionId: version.id } },
    }
    await expect(createAppVersion(admin, { uploadId })).rejects.toMatchObject(refusal)
    const override = { reason: 'must be' }
    await expect(createAppVersion(admin, { uploadId, override })).rejects.toMatchObject(refusal)
  })

  it('that is none is refused with the reason, and its upload stays to its owner', async () => {
    const uploadId = await uploadApk(me, Buffer.from('no ZIP at all'))
    const refusal = { code: 'apk_refused', details: { values: { why: 'not_an_apk' } } }
    await expect(createAppVersion(me, { uploadId })).rejects.toMatchObject(refusal)
    await expect(inspectApp(me, { uploadId })).rejects.toMatchObject(refusal)
    expect((await getUpload(me, { uploadId })).isComplete).toBe(true)
    expect(await database.sql`select from stored_files where content_id = 'no ZIP at all'`).toEqual([])
  })

  it('is doubtful where it is debuggable, for tests, or signed as before Android 7', async () => {
    const codes = async (sample: ApkSample, bytes?: Buffer) =>
      (await takeIn(me, sample, bytes)).version.warnings.map(({ code }) => code)
    expect(await codes({ packageName: 'com.example.debug', isDebuggable: true })).toEqual(['debuggable'])
    expect(await codes({ packageName: 'com.example.test', isTestOnly: true })).toEqual(['test_only'])
    const rsa = newSigner('rsa', 'rsa')
    const old = (packageName: string, minSdk: number, targetSdk = 29) =>
      makeV1Apk({ packageName, minSdk, targetSdk }, rsa)
    expect(await codes({}, old('com.example.v1for11', 24, 30))).toEqual(['v2_missing'])
    expect(await codes({ packageName: 'com.example.v2for5', minSdk: 21 })).toEqual(['v1_missing'])
    expect(await codes({}, old('com.example.v1', 24))).toEqual(['v1_only'])
    expect(await codes({}, old('com.example.before24', 21))).toEqual([])
  })
})

describe('a new version', () => {
  const first = { versionCode: 10 }
  const next = { versionCode: 20 }

  it('says what it may do that the one before could not', async () => {
    const packageName = 'com.example.permissions'
    const [a, b, c] = ['a', 'b', 'c'].map((one) => `permission.${one}`) as [string, string, string]
    await takeIn(me, { packageName, ...first, versionName: '1.0', permissions: [a, b] })
    const { version } = await takeIn(me, { packageName, ...next, permissions: [b, c] })
    const changes = { versionCode: 10, versionName: '1.0', added: [c], removed: [a] }
    expect(version.permissionChanges).toEqual(changes)
    const between = await takeIn(me, { packageName, versionCode: 15, permissions: [b, c] })
    expect(between.version.permissionChanges).toEqual(changes)
    expect((await getAppVersion(me, { versionId: version.id })).permissionChanges).toMatchObject({
      versionCode: 15,
      added: [],
      removed: [],
    })
  })

  it('is what sets that want the newest install from then on, and no older one is', async () => {
    const packageName = 'com.example.followed'
    await takeIn(me, { packageName, ...first })
    const line = { package: packageName, want: 'newest' as const }
    const { id: setId } = await createSet(me, { name: 'Follows', lines: [line] })
    const pin = { package: packageName, want: 'version' as const, versionCode: 10 }
    await createSet(me, { name: 'Stays', lines: [pin] })
    const { version } = await takeIn(me, { packageName, ...next })
    expect(version.sets).toEqual([{ id: setId, name: 'Follows' }])
    const older = await takeIn(me, { packageName, versionCode: 15 })
    expect(older.version.sets).toEqual([])
    expect((await getSet(me, { setId })).newest.lines).toMatchObject([{ versionCode: 20 }])
  })

  it('of another signer is refused, and says both', async () => {
    const packageName = 'com.example.foreign'
    await takeIn(me, { packageName, ...first })
    const stranger = newSigner('a stranger')
    const uploadId = await uploadApk(me, makeApk({ packageName, ...next }, stranger))
    const refusal = {
      code: 'app_signer_differs',
      details: { values: { package: packageName, expected: [maker.sha256], found: [stranger.sha256] } },
    }
    await expect(createAppVersion(me, { uploadId })).rejects.toMatchObject(refusal)
    const override = { reason: 'the maker was sold' }
    await expect(createAppVersion(me, { uploadId, override })).rejects.toMatchObject({
      code: 'forbidden',
      details: { values: { permission: 'apps:override' } },
    })
    expect(await inspectApp(me, { uploadId })).toMatchObject({
      outcome: 'signer_differs',
      signers: [stranger.sha256],
      application: { newest: { versionCode: 10, signers: [maker.sha256] } },
    })
  })

  it('of another signer is let in by an administrator, whose reason is kept and audited', async () => {
    const packageName = 'com.example.overridden'
    await takeIn(admin, { packageName, ...first })
    const stranger = newSigner('the new maker')
    const uploadId = await uploadApk(admin, makeApk({ packageName, ...next }, stranger))
    await expect(createAppVersion(admin, { uploadId })).rejects.toMatchObject({ code: 'app_signer_differs' })
    const override = { reason: 'the maker was sold' }
    const { version } = await createAppVersion(admin, { uploadId, override })
    expect(version).toMatchObject({ overrideReason: 'the maker was sold', signers: [stranger.sha256] })
    expect(await auditOf(version.id)).toMatchObject([
      { action: 'app_version.created' },
      {
        action: 'app_version.signer_overridden',
        changes: { reason: { after: 'the maker was sold' }, signers: { before: [maker.sha256] } },
      },
    ])
    // From now on the new maker's are the ones that follow.
    const third = makeApk({ packageName, versionCode: 30 }, stranger)
    const taken = await createAppVersion(admin, { uploadId: await uploadApk(admin, third), override })
    expect(taken.version.overrideReason, 'none was needed').toBeNull()
  })

  it('follows where its key proves that it took the place of the one before', async () => {
    const packageName = 'com.example.rotated'
    const newKey = newSigner('the next key')
    await takeIn(me, { packageName, ...first })
    const { version } = await takeIn(me, {}, rotated({ packageName, ...next, minSdk: 28 }, newKey, maker))
    expect(version).toMatchObject({ signers: [newKey.sha256], earlierSigners: [maker.sha256] })
    const back = await uploadApk(me, makeApk({ packageName, versionCode: 30 }, maker))
    await expect(createAppVersion(me, { uploadId: back })).rejects.toMatchObject({
      code: 'app_signer_differs',
    })
  })
})

describe('an older version', () => {
  it('is taken in for sets that pin it, where the newest proves its signer', async () => {
    const packageName = 'com.example.older'
    const newKey = newSigner('the next key')
    const newest = rotated({ packageName, versionCode: 50, minSdk: 28 }, newKey, maker)
    const { version } = await takeIn(me, {}, newest)
    await takeIn(me, { packageName, versionCode: 40 })
    const foreign = makeApk({ packageName, versionCode: 30 }, newSigner('a stranger'))
    const uploadId = await uploadApk(me, foreign)
    await expect(createAppVersion(me, { uploadId })).rejects.toMatchObject({ code: 'app_signer_differs' })
    const { items } = await listAppVersions(me, { appId: version.appId })
    expect(items.map(({ versionCode }) => versionCode)).toEqual([50, 40])
  })
})

describe('before a version is made', () => {
  it('its upload tells what it would come to', async () => {
    const packageName = 'com.example.inspected'
    const [old, other] = [makeApk({ packageName }, maker), makeApk({ packageName, abis: ['x86'] }, maker)]
    const outcomeOf = async (bytes: Buffer) => {
      const report = await inspectApp(me, { uploadId: await uploadApk(me, bytes) })
      return [report.outcome, report.application?.newest.versionCode, report.versionId]
    }
    expect(await outcomeOf(old)).toEqual(['new_application', undefined, null])
    const { version } = await takeIn(me, {}, old)
    expect(await outcomeOf(old)).toEqual(['same_version', 41, version.id])
    expect(await outcomeOf(other)).toEqual(['version_exists', 41, version.id])
    expect(await outcomeOf(makeApk({ packageName, versionCode: 42 }, maker))).toEqual([
      'new_version',
      41,
      null,
    ])
  })
})

describe('applications concern everybody', () => {
  it('so that callers with limits take none in, though they may write', async () => {
    const limited = makeCtx(services, limitedOperator({ groupIds: [newId()] }))
    const uploadId = await uploadApk(limited, makeApk({ packageName: 'com.example.limits' }, maker))
    const refusal = { code: 'outside_your_limits' }
    await expect(inspectApp(limited, { uploadId })).rejects.toMatchObject(refusal)
    await expect(createAppVersion(limited, { uploadId })).rejects.toMatchObject(refusal)
  })

  it('and are taken in by who may write them', async () => {
    const reader = makeCtx(services, integrator('apps:read', 'uploads:write'))
    const uploadId = await uploadApk(reader, makeApk({}, maker))
    for (const verb of [inspectApp, createAppVersion])
      await expect(verb(reader, { uploadId })).rejects.toMatchObject({ code: 'forbidden' })
  })
})
