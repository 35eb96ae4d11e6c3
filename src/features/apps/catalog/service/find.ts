import { and, count, desc, eq, getTableColumns, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { checkKey } from '../../../../blobs/keys'
import type { Ctx } from '../../../../core/context'
import { escapeLike } from '../../../../core/like'
import { decodeCursor, toPage } from '../../../../core/paging'
import { query } from '../../../../core/verb'
import { noteHandover } from '../../../audit'
import { appIconNotFound, appNotFound, appVersionNotFound } from '../errors'
import {
  AppRef,
  type AppSummary,
  AppVersionRef,
  type AppVersionView,
  type AppView,
  ListAppsInput,
  ListAppVersionsInput,
} from '../schemas'
import { apps, appVersions } from '../tables'
import { iconUrlOf, permissionChanges, toVersionSummary, type VersionRow } from '../view'
import { countSets, setsInstalling, setsNaming } from './uses'

const { icon: _icon, permissions: _permissions, ...LIGHT } = getTableColumns(appVersions)

type App = typeof apps.$inferSelect

const NAME = sql<string>`lower(${appVersions.label}) collate "C"`

/** Applications, each with its newest version. */
function selectApps({ db }: Pick<Ctx, 'db'>, ...conditions: (SQL | undefined)[]) {
  const isNewest = sql`not exists (
    select from app_versions newer
    where newer.app_id = ${apps.id} and newer.version_code > ${appVersions.versionCode})`
  return db
    .select({ app: apps, newest: LIGHT, name: NAME })
    .from(apps)
    .innerJoin(appVersions, eq(appVersions.appId, apps.id))
    .where(and(isNewest, ...conditions))
}

function toSummary({ app, newest }: { app: App; newest: VersionRow }, counts: Counts): AppSummary {
  const { id, versionCode, versionName, label, labelEn, labelRu, sizeBytes, warnings, createdBy } = newest
  return {
    id: app.id,
    package: app.package,
    label,
    labelEn,
    labelRu,
    iconUrl: iconUrlOf(newest),
    newest: {
      id,
      versionCode,
      versionName,
      sizeBytes,
      warnings,
      createdBy,
      createdAt: newest.createdAt.toISOString(),
    },
    versionCount: counts.versions.get(app.id) ?? 0,
    setCount: counts.sets.get(app.id) ?? 0,
    createdAt: app.createdAt.toISOString(),
  }
}

interface Counts {
  versions: ReadonlyMap<string, number>
  sets: ReadonlyMap<string, number>
}

async function countsOf(ctx: Pick<Ctx, 'db'>, appIds: string[]): Promise<Counts> {
  const rows =
    appIds.length === 0
      ? []
      : await ctx.db
          .select({ appId: appVersions.appId, count: count() })
          .from(appVersions)
          .where(inArray(appVersions.appId, appIds))
          .groupBy(appVersions.appId)
  return {
    versions: new Map(rows.map((row) => [row.appId, row.count])),
    sets: await countSets(ctx, appIds),
  }
}

const AppPosition = z.tuple([z.string(), z.uuid()])

/** Applications by name. They are for the whole fleet: whoever may see applications sees all. */
export const listApps = query(
  { permission: 'apps:read', input: ListAppsInput },
  async (ctx, { search, cursor, limit }) => {
    const found = await selectApps(
      ctx,
      search === undefined || search === '' ? undefined : mentions(search),
      cursor === undefined ? undefined : isAfter(cursor),
    )
      .orderBy(NAME, apps.id)
      .limit(limit + 1)
    const counts = await countsOf(
      ctx,
      found.map(({ app }) => app.id),
    )
    return toPage(
      found,
      limit,
      (row) => [row.name, row.app.id],
      (row) => toSummary(row, counts),
    )
  },
)

function mentions(search: string): SQL | undefined {
  const pattern = `%${escapeLike(search)}%`
  const { label, labelEn, labelRu } = appVersions
  return or(...[apps.package, label, labelEn, labelRu].map((column) => sql`${column} ilike ${pattern}`))
}

function isAfter(cursor: string): SQL {
  const [lastName, lastId] = decodeCursor(cursor, AppPosition)
  return sql`(${NAME}, ${apps.id}) > (${lastName}, ${lastId}::uuid)`
}

/** One application, with its newest version and the sets that name it. */
export const getApp = query({ permission: 'apps:read', input: AppRef }, (ctx, input) =>
  findApp(ctx, input.appId),
)

export async function findApp(ctx: Pick<Ctx, 'db'>, appId: string): Promise<AppView> {
  const [row] = await selectApps(ctx, eq(apps.id, appId))
  if (row === undefined) throw appNotFound()
  const { setCount: _, ...summary } = toSummary(row, await countsOf(ctx, [appId]))
  const { notes, createdBy } = row.app
  return { ...summary, notes, createdBy, sets: await setsNaming(ctx, appId) }
}

const VersionPosition = z.tuple([z.number().int()])

/** Versions of an application, newest first. */
export const listAppVersions = query(
  { permission: 'apps:read', input: ListAppVersionsInput },
  async (ctx, { appId, cursor, limit }) => {
    const [app] = await ctx.db.select().from(apps).where(eq(apps.id, appId))
    if (app === undefined) throw appNotFound()
    const after =
      cursor === undefined ? undefined : lt(appVersions.versionCode, decodeCursor(cursor, VersionPosition)[0])
    const rows = await ctx.db
      .select(LIGHT)
      .from(appVersions)
      .where(and(eq(appVersions.appId, appId), after))
      .orderBy(desc(appVersions.versionCode))
      .limit(limit + 1)
    return toPage(
      rows,
      limit,
      (row) => [row.versionCode],
      (row) => toVersionSummary(row, app.package),
    )
  },
)

/** One version with all that was read in its APK. */
export const getAppVersion = query({ permission: 'apps:read', input: AppVersionRef }, (ctx, input) =>
  findAppVersion(ctx, input.versionId),
)

export async function findAppVersion(ctx: Pick<Ctx, 'db'>, versionId: string): Promise<AppVersionView> {
  const [found] = await ctx.db
    .select({ name: apps.package, row: { ...LIGHT, permissions: appVersions.permissions } })
    .from(appVersions)
    .innerJoin(apps, eq(apps.id, appVersions.appId))
    .where(eq(appVersions.id, versionId))
  if (found === undefined) throw appVersionNotFound()
  const { name, row } = found
  const { permissions, earlierSigners, signature, isDebuggable, isTestOnly } = row
  const { fileName, sha256, overrideReason } = row
  return {
    ...toVersionSummary(row, name),
    permissions,
    earlierSigners,
    signature,
    isDebuggable,
    isTestOnly,
    permissionChanges: permissionChanges(row, await findBefore(ctx, row)),
    fileName,
    sha256,
    overrideReason,
    sets: await setsInstalling(ctx, [versionId]),
  }
}

/** The version that comes right before one with this code. */
export async function findBefore(
  { db }: Pick<Ctx, 'db'>,
  { appId, versionCode }: { appId: string; versionCode: number },
) {
  const [before] = await db
    .select({
      versionCode: appVersions.versionCode,
      versionName: appVersions.versionName,
      permissions: appVersions.permissions,
    })
    .from(appVersions)
    .where(and(eq(appVersions.appId, appId), lt(appVersions.versionCode, versionCode)))
    .orderBy(desc(appVersions.versionCode))
    .limit(1)
  return before
}

/** The icon of a version, as it lies in its APK. */
export const openAppIcon = query({ permission: 'apps:read', input: AppVersionRef }, async (ctx, input) => {
  const [found] = await ctx.db
    .select({ icon: appVersions.icon, type: appVersions.iconType })
    .from(appVersions)
    .where(eq(appVersions.id, input.versionId))
  if (found === undefined) throw appVersionNotFound()
  if (found.icon === null || found.type === null) throw appIconNotFound()
  return { bytes: found.icon, type: found.type }
})

/** The APK of a version, for a download by an operator: opened when its bytes are wanted, of which the audit log tells. */
export const openApk = query({ permission: 'apps:read', input: AppVersionRef }, async (ctx, input) => {
  const [found] = await ctx.db
    .select({ name: apps.package, row: LIGHT })
    .from(appVersions)
    .innerJoin(apps, eq(apps.id, appVersions.appId))
    .where(eq(appVersions.id, input.versionId))
  if (found === undefined) throw appVersionNotFound()
  const { versionCode, sha256, sizeBytes, blobKey } = found.row
  const name = `${found.name}-${versionCode}.apk`
  return {
    name,
    sha256,
    sizeBytes,
    open: async (range?: { start: number; endInclusive: number }) => {
      await noteHandover(ctx, {
        action: 'app_version.downloaded',
        subject: { kind: 'app_version', id: input.versionId, label: name },
      })
      return (await ctx.blobs.open(checkKey(blobKey), range)).stream
    },
  }
})
