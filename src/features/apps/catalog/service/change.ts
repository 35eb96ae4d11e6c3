import { asc, eq, inArray } from 'drizzle-orm'
import { type Actor, visibilityOf } from '../../../../core/context'
import { type MutationScope, mutation } from '../../../../core/verb'
import { lockStoredFiles, releaseFiles } from '../../../stored-files'
import { outsideYourLimits } from '../../../terminals'
import { appInUse, appNotFound, appVersionInUse, appVersionNotFound } from '../errors'
import { AppRef, AppVersionRef, ChangeApp } from '../schemas'
import { apps, appVersions } from '../tables'
import { appSubject, versionSubject } from '../view'
import { findApp } from './find'
import { setsInstalling } from './uses'

/** Applications are everybody's: what becomes of them is decided by those alone who see all terminals. */
export function requireAllTerminals(actor: Actor): void {
  if (visibilityOf(actor).kind !== 'all') throw outsideYourLimits()
}

/** What is noted of an application. */
export const changeApp = mutation({ permission: 'apps:write', input: ChangeApp }, async (scope, input) => {
  requireAllTerminals(scope.actor)
  const app = await lockApp(scope, input.appId)
  const notes = input.notes ?? app.notes
  if (notes === app.notes) scope.nothingChanged()
  else {
    await scope.db.update(apps).set({ notes }).where(eq(apps.id, app.id))
    scope.audit({
      action: 'app.updated',
      subject: appSubject(app),
      before: { notes: app.notes },
      after: { notes },
    })
  }
  return findApp(scope, app.id)
})

/**
 * Deletes a version that no set installs, else `app_version_in_use` with their names; with its last version goes the
 * application. Its bytes go with the next sweep. A terminal that is on offer of it still, since it did not ask after its
 * set had changed, is refused the file and offered what is right with its next check-in.
 */
export const deleteAppVersion = mutation(
  { permission: 'apps:write', input: AppVersionRef },
  async (scope, input) => {
    requireAllTerminals(scope.actor)
    await lockStoredFiles(scope.db)
    const [found] = await scope.db
      .select({ appId: appVersions.appId })
      .from(appVersions)
      .where(eq(appVersions.id, input.versionId))
    if (found === undefined) throw appVersionNotFound()
    const app = await lockApp(scope, found.appId)
    const versions = await lockVersions(scope, app.id)
    const gone = versions.filter(({ id }) => id === input.versionId)
    const sets = await setsInstalling(scope, [input.versionId])
    if (sets.length > 0) throw appVersionInUse({ values: { sets: sets.map((set) => set.name) } })
    await remove(scope, app, gone)
    const isAppDeleted = versions.length === gone.length
    if (isAppDeleted) await removeApp(scope, app)
    return { versionId: input.versionId, appId: app.id, isAppDeleted }
  },
)

/** Deletes an application with all its versions, none of which a set may install: `app_in_use` with their names. */
export const deleteApp = mutation({ permission: 'apps:write', input: AppRef }, async (scope, input) => {
  requireAllTerminals(scope.actor)
  await lockStoredFiles(scope.db)
  const app = await lockApp(scope, input.appId)
  const versions = await lockVersions(scope, app.id)
  const sets = await setsInstalling(
    scope,
    versions.map(({ id }) => id),
  )
  if (sets.length > 0) throw appInUse({ values: { sets: sets.map((set) => set.name) } })
  await remove(scope, app, versions)
  await removeApp(scope, app)
  return { appId: app.id }
})

type App = typeof apps.$inferSelect

async function lockApp(scope: MutationScope, appId: string): Promise<App> {
  const [row] = await scope.db.select().from(apps).where(eq(apps.id, appId)).for('update')
  if (row === undefined) throw appNotFound()
  return row
}

/** A set that takes one of them up at this moment holds its row: it is seen afterwards, or finds the version gone. */
async function lockVersions(scope: MutationScope, appId: string) {
  return scope.db
    .select({
      id: appVersions.id,
      versionCode: appVersions.versionCode,
      versionName: appVersions.versionName,
      sizeBytes: appVersions.sizeBytes,
      sha256: appVersions.sha256,
      blobKey: appVersions.blobKey,
    })
    .from(appVersions)
    .where(eq(appVersions.appId, appId))
    .orderBy(asc(appVersions.id))
    .for('update')
}

async function remove(
  scope: MutationScope,
  app: App,
  versions: Awaited<ReturnType<typeof lockVersions>>,
): Promise<void> {
  if (versions.length === 0) return
  await scope.db.delete(appVersions).where(
    inArray(
      appVersions.id,
      versions.map(({ id }) => id),
    ),
  )
  await releaseFiles(
    scope,
    versions.map(({ blobKey }) => blobKey),
  )
  for (const { id, blobKey: _, ...before } of versions)
    scope.audit({
      action: 'app_version.deleted',
      subject: versionSubject({ id, ...before }, app.package),
      before: { package: app.package, ...before },
    })
}

async function removeApp(scope: MutationScope, app: App): Promise<void> {
  await scope.db.delete(apps).where(eq(apps.id, app.id))
  scope.audit({
    action: 'app.deleted',
    subject: appSubject(app),
    before: { package: app.package, notes: app.notes },
  })
}
