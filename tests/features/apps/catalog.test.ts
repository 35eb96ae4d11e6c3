import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { changeApp, deleteApp, deleteAppVersion } from '../../../src/features/apps/catalog/service/change'
import {
  getApp,
  getAppVersion,
  listApps,
  listAppVersions,
} from '../../../src/features/apps/catalog/service/find'
import { storedFileJobs } from '../../../src/features/stored-files/jobs'
import { type ApkSample, makeApk } from '../../../src/tools/apk-maker/apk'
import { png } from '../../support/apk-parts'
import { useTestDatabase } from '../../support/postgres'
import { integrator, jobRun, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { insertSet, maker, takeIn } from './support'

const database = useTestDatabase()
let services: Services
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
})

async function versionsOf(packageName: string, ...codes: number[]) {
  const versions = []
  for (const versionCode of codes) versions.push((await takeIn(me, { packageName, versionCode })).version)
  return versions
}
const pinned = (version: { appId: string; package: string; id: string }) => ({
  appId: version.appId,
  package: version.package,
  versionId: version.id,
  want: 'version' as const,
})

describe('applications', () => {
  it('are listed by name, with their newest version and the number of their sets', async () => {
    const named = (value: string, more: ApkSample = {}): ApkSample => ({ ...more, labels: [{ value }] })
    const icon = [{ path: 'res/icon.png', density: 160, bytes: png(48) }]
    await takeIn(me, named('Zeta', { packageName: 'org.list.z' }))
    await takeIn(me, named('alpha', { packageName: 'org.list.a', versionCode: 2, versionName: '2.0' }))
    const { version } = await takeIn(
      me,
      named('Beta', { packageName: 'org.list.a', versionCode: 3, versionName: '3.0', icon }),
    )
    await takeIn(me, named('Old name', { packageName: 'org.list.a', versionCode: 1 }))
    await insertSet(me, 'List: one', [[pinned(version)]])
    await insertSet(me, 'List: two', [[{ ...pinned(version), versionId: null, want: 'absent' }]])
    await insertSet(me, 'List: no more', [[pinned(version)], []])
    const { items } = await listApps(me, { search: 'org.list' })
    expect(items).toMatchObject([
      {
        id: version.appId,
        package: 'org.list.a',
        label: 'Beta',
        iconUrl: `/api/v1/app-versions/${version.id}/icon`,
        newest: { id: version.id, versionCode: 3, versionName: '3.0' },
        versionCount: 3,
        setCount: 2,
      },
      { package: 'org.list.z', label: 'Zeta', iconUrl: null, versionCount: 1, setCount: 0 },
    ])
    expect(await getApp(me, { appId: version.appId })).toMatchObject({
      package: 'org.list.a',
      newest: { versionCode: 3 },
      sets: [
        { name: 'List: one', isInstalled: true },
        { name: 'List: two', isInstalled: false },
      ],
    })
  })

  it('are found by part of their package or of their name in any language', async () => {
    const labels = [{ value: 'Loyalty 100%' }, { value: 'Бонусы', language: 'ru' }]
    const { version } = await takeIn(me, { packageName: 'org.find.me', labels })
    const found = async (search: string) => (await listApps(me, { search })).items.map(({ id }) => id)
    for (const search of ['ORG.FIND', 'loyalty 100%', 'бонус'])
      expect(await found(search), search).toEqual([version.appId])
    expect(await found('loyalty 1_0')).toEqual([])
  })

  it('and their versions are listed page by page, each once', async () => {
    for (const at of [1, 2, 3, 4, 5])
      await takeIn(me, { packageName: `org.page.a${at}`, labels: [{ value: 'Same name' }] })
    const [version] = await versionsOf('org.page.a1', 50, 20, 60)
    const all = async <Item>(
      list: (cursor?: string) => Promise<{ items: Item[]; nextCursor: string | null }>,
    ) => {
      const seen: Item[] = []
      for (let cursor: string | undefined | null; cursor !== null; ) {
        const page: { items: Item[]; nextCursor: string | null } = await list(cursor)
        seen.push(...page.items)
        cursor = page.nextCursor
      }
      return seen
    }
    const apps = await all((cursor) => listApps(me, { search: 'org.page', limit: 2, cursor }))
    expect(apps.map((app) => app.package).sort()).toEqual([1, 2, 3, 4, 5].map((at) => `org.page.a${at}`))
    const versions = await all((cursor) =>
      listAppVersions(me, { appId: version?.appId ?? '', limit: 2, cursor }),
    )
    expect(versions.map(({ versionCode }) => versionCode)).toEqual([60, 50, 41, 20])
    await expect(listApps(me, { cursor: 'made-up' })).rejects.toMatchObject({ code: 'invalid_cursor' })
    await expect(
      listAppVersions(me, { appId: version?.appId ?? '', cursor: 'made-up' }),
    ).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('have notes, of which every change is audited', async () => {
    const [version] = await versionsOf('org.notes', 1)
    const appId = version?.appId ?? ''
    expect((await changeApp(me, { appId, notes: 'from the maker' })).notes).toBe('from the maker')
    await changeApp(me, { appId, notes: 'from the maker' })
    const audit = await database.sql`select changes from audit_entries where subject_id = ${appId}
      and action = 'app.updated'`
    expect(audit).toEqual([{ changes: { notes: { before: '', after: 'from the maker' } } }])
    await expect(changeApp(me, { appId, package: 'x' } as never)).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('are read, and no more, by callers with limits', async () => {
    const [version] = await versionsOf('org.limits', 1)
    const ids = { appId: version?.appId ?? '', versionId: version?.id ?? '' }
    const limited = makeCtx(services, limitedOperator({ groupIds: [newId()] }))
    expect((await getApp(limited, ids)).package).toBe('org.limits')
    expect((await getAppVersion(limited, ids)).versionCode).toBe(1)
    const refusal = { code: 'outside_your_limits' }
    await expect(changeApp(limited, { appId: ids.appId, notes: 'x' })).rejects.toMatchObject(refusal)
    await expect(deleteApp(limited, ids)).rejects.toMatchObject(refusal)
    await expect(deleteAppVersion(limited, ids)).rejects.toMatchObject(refusal)
  })

  it('are changed by who may write them, seen by who may read them, and unknown ones are not found', async () => {
    const [version] = await versionsOf('org.rights', 1)
    const ids = { appId: version?.appId ?? '', versionId: version?.id ?? '' }
    const reader = makeCtx(services, integrator('apps:read'))
    expect((await listApps(reader, { search: 'org.rights' })).items).toHaveLength(1)
    await expect(deleteApp(reader, { appId: ids.appId })).rejects.toMatchObject({ code: 'forbidden' })
    const stranger = makeCtx(services, integrator('uploads:write'))
    await expect(listApps(stranger, {})).rejects.toMatchObject({ code: 'forbidden' })
    const none = newId()
    for (const verb of [getApp, listAppVersions, changeApp, deleteApp] as const)
      await expect(verb(me, { appId: none })).rejects.toMatchObject({ code: 'app_not_found' })
    for (const verb of [getAppVersion, deleteAppVersion] as const)
      await expect(verb(me, { versionId: none })).rejects.toMatchObject({ code: 'app_version_not_found' })
  })
})

describe('a version', () => {
  it('that a set installs is not deleted, be it with the revision that a rollout brings', async () => {
    const [old, next, later] = await versionsOf('org.used', 1, 2, 3)
    if (old === undefined || next === undefined || later === undefined) throw new Error('no versions')
    await insertSet(me, 'Used: past', [[pinned(old)], [pinned(next)]])
    const coming = await insertSet(me, 'Used: coming', [[pinned(next)], [pinned(later)]], 1)
    expect((await getAppVersion(me, { versionId: later.id })).sets).toEqual([
      { id: coming, name: 'Used: coming' },
    ])
    await expect(deleteAppVersion(me, { versionId: next.id })).rejects.toMatchObject({
      code: 'app_version_in_use',
      details: { values: { sets: ['Used: coming', 'Used: past'] } },
    })
    await expect(deleteAppVersion(me, { versionId: later.id })).rejects.toMatchObject({
      code: 'app_version_in_use',
      details: { values: { sets: ['Used: coming'] } },
    })
    await expect(deleteApp(me, { appId: old.appId })).rejects.toMatchObject({
      code: 'app_in_use',
      details: { values: { sets: ['Used: coming', 'Used: past'] } },
    })
    expect(await deleteAppVersion(me, { versionId: old.id })).toEqual({
      versionId: old.id,
      appId: old.appId,
      isAppDeleted: false,
    })
    await expect(getAppVersion(me, { versionId: old.id })).rejects.toMatchObject({
      code: 'app_version_not_found',
    })
    const audit = await database.sql`select action, subject_label from audit_entries
      where subject_id = ${old.id} order by seq`
    expect(audit.at(-1)).toEqual({ action: 'app_version.deleted', subject_label: 'org.used 4.1 (1)' })
  })

  it('that is the last one goes with its application', async () => {
    const [version] = await versionsOf('org.last', 1)
    const { isAppDeleted, appId } = await deleteAppVersion(me, { versionId: version?.id ?? '' })
    expect(isAppDeleted).toBe(true)
    await expect(getApp(me, { appId })).rejects.toMatchObject({ code: 'app_not_found' })
    const [again] = await versionsOf('org.last', 1)
    expect(again?.appId).not.toBe(appId)
  })

  it('goes with its application, and a set that only removes it keeps its name', async () => {
    const [first] = await versionsOf('org.gone', 1, 2)
    if (first === undefined) throw new Error('no version')
    const setId = await insertSet(me, 'Gone', [[{ ...pinned(first), versionId: null, want: 'absent' }]])
    await deleteApp(me, { appId: first.appId })
    expect((await listApps(me, { search: 'org.gone' })).items).toEqual([])
    expect(await database.sql`select app_id, package from app_set_lines where set_id = ${setId}`).toEqual([
      { app_id: null, package: 'org.gone' },
    ])
  })
})

describe('the bytes of a version', () => {
  const sweep = () => storedFileJobs[0]?.run(me, jobRun())
  const isThere = async (key: string) => (await services.blobs.head(key as never)) !== undefined
  const keyOf = async (versionId: string) => {
    const [row] = await database.sql<{ key: string }[]>`
      select blob_key as key from app_versions where id = ${versionId}`
    return row?.key ?? ''
  }

  it('are kept as long as it is there, and removed by the sweep afterwards', async () => {
    const [version, other] = await versionsOf('org.swept', 1, 2)
    const [key, otherKey] = [await keyOf(version?.id ?? ''), await keyOf(other?.id ?? '')]
    await sweep()
    expect([await isThere(key), await isThere(otherKey)]).toEqual([true, true])
    await deleteAppVersion(me, { versionId: version?.id ?? '' })
    await sweep()
    expect([await isThere(key), await isThere(otherKey)]).toEqual([false, true])
  })

  it('are there again where the same APK comes while its version is being deleted', async () => {
    const bytes = makeApk({ packageName: 'org.raced' }, maker)
    let { version } = await takeIn(me, {}, bytes)
    for (let round = 0; round < 6; round++) {
      const [taken] = await Promise.allSettled([
        takeIn(me, {}, bytes),
        deleteAppVersion(me, { versionId: version.id }),
        sweep(),
      ])
      // It was told the version that was just being deleted.
      if (taken.status === 'rejected') expect(taken.reason).toMatchObject({ code: 'app_version_not_found' })
      version = (await takeIn(me, {}, bytes)).version
      await sweep()
      expect(await isThere(await keyOf(version.id))).toBe(true)
    }
  })
})
