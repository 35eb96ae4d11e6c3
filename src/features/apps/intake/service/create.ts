import { and, eq } from 'drizzle-orm'
import { type Ctx, callerName, requirePermission } from '../../../../core/context'
import { newId } from '../../../../core/ids'
import { inMutation, type MutationScope, mutations } from '../../../../core/verb'
import { lockStoredFiles, type StoredFile, shareFiles, storeFile } from '../../../stored-files'
import { finishUpload, openUpload } from '../../../uploads'
import { appSubject, findAppVersion, requireAllTerminals, versionSubject } from '../../catalog'
import { apps, appVersions } from '../../catalog/tables'
import { followNewest } from '../../sets'
import { decideIntake } from '../decide'
import { appSignerDiffers, appVersionExists } from '../errors'
import { NewAppVersion, type TakenVersion } from '../schemas'
import { appIntakes } from '../tables'
import { loadKnown } from './known'
import { type ReadApk, readApk } from './read'

/** What the version will be, once its file is stored. */
interface Draft extends ReadApk {
  uploadId: string
  fileName: string
  /** Why another signer is let in. */
  reason: string | undefined
}

/** `isNew` tells whether the version came by this upload. */
interface Taken {
  isNew: boolean
  versionId: string
}

/**
 * Makes a version of an application of a complete upload: the APK as it is, with what it says of itself. The same bytes
 * again are the version that is there.
 *
 * The file is looked into and copied first, outside of any transaction (see `storeFile`): a call that was cut off is
 * repeated with the same input, and told the same once the first has ended. The row, the end of the upload, the sets that
 * follow the newest version, and the audit are one transaction.
 *
 * `apk_refused`, `app_version_exists`; `app_signer_differs` unless `override` gives a reason and the caller may
 * (`apps:override`); `outside_your_limits` for callers who do not see all terminals; and as an upload may be refused.
 */
export const createAppVersion = mutations(
  { permission: 'apps:write', input: NewAppVersion },
  async (ctx, { uploadId, fileName, override }): Promise<TakenVersion> => {
    requireAllTerminals(ctx.actor)
    const taken = await findTaken(ctx, uploadId)
    if (taken !== undefined) return answer(ctx, taken)
    const upload = await openUpload(ctx, uploadId, 'apps')
    const read = await readApk(upload)
    const draft = {
      ...read,
      uploadId,
      fileName: fileName ?? plainName(upload.fileName),
      reason: override?.reason,
    }
    // What is refused anyway need not be copied first.
    await requireFit(ctx, draft, undefined)
    const stored = await storeFile(ctx, upload)
    return answer(ctx, await inMutation(ctx, (scope) => take(scope, draft, stored)))
  },
)

async function answer(ctx: Ctx, { isNew, versionId }: Taken): Promise<TakenVersion> {
  return { isNew, version: await findAppVersion(ctx, versionId) }
}

/** What an earlier call of this caller has come to with this upload, which is gone since. */
async function findTaken(ctx: Ctx, uploadId: string): Promise<Taken | undefined> {
  const [taken] = await ctx.db
    .select({ isNew: appIntakes.isNew, versionId: appIntakes.versionId })
    .from(appIntakes)
    .where(and(eq(appIntakes.uploadId, uploadId), eq(appIntakes.takenBy, callerName(ctx.actor))))
  return taken
}

/** Browsers and programs may send folders along. */
function plainName(uploaded: string): string {
  return (uploaded.split(/[/\\]/).at(-1) || uploaded).slice(0, 255)
}

/** Refuses what does not fit to the versions that are there; tells those, and whether another signer is let in. */
async function requireFit(
  ctx: Pick<Ctx, 'db' | 'actor'>,
  { facts, reason }: Draft,
  sha256: string | undefined,
) {
  const known = await loadKnown(ctx, facts)
  const outcome = decideIntake(facts, sha256, known)
  const { newest, same } = known
  const { packageName, versionCode, versionName } = facts
  const values = { package: packageName, versionCode, versionName: versionName ?? '' }
  if (outcome === 'version_exists')
    throw appVersionExists({ values: { ...values, versionId: same?.id ?? null } })
  if (outcome === 'signer_differs') {
    const [expected, found] = [newest?.signers ?? [], facts.signature.signers]
    if (reason === undefined) throw appSignerDiffers({ values: { ...values, expected, found } })
    requirePermission(ctx.actor, 'apps:override')
  }
  return {
    newest,
    same: outcome === 'same_version' ? same : undefined,
    isOverride: outcome === 'signer_differs',
  }
}

async function take(scope: MutationScope, draft: Draft, stored: StoredFile): Promise<Taken> {
  // Decides for versions as for blobs: no two calls make the same one, and none is deleted meanwhile.
  await lockStoredFiles(scope.db)
  const { newest, same, isOverride } = await requireFit(scope, draft, stored.sha256)
  const [file = stored] = await shareFiles(scope, [stored])
  await finishUpload(scope, draft.uploadId)
  if (same !== undefined) {
    scope.nothingChanged()
    await remember(scope, draft.uploadId, { isNew: false, versionId: same.id })
    return { isNew: false, versionId: same.id }
  }
  const name = draft.packageName
  const appId = newest === undefined ? await insertApp(scope, name) : await holdApp(scope, newest.appId)
  const app = { id: appId, package: name }
  const versionId = await insertVersion(scope, app, draft, file, isOverride)
  if (isOverride)
    scope.audit({
      action: 'app_version.signer_overridden',
      subject: versionSubject({ id: versionId, ...draft.row }, app.package),
      before: { signers: newest?.signers },
      after: { signers: draft.row.signers, reason: draft.reason },
    })
  await remember(scope, draft.uploadId, { isNew: true, versionId })
  await followNewest(scope, { appId })
  return { isNew: true, versionId }
}

/**
 * A set that takes up the newest version at this moment is waited for, and then follows; or it waits, and takes up this one.
 * Where both wait for one another, the database refuses one (`server_busy`), which comes again.
 */
async function holdApp(scope: MutationScope, appId: string): Promise<string> {
  await scope.db.select({ id: apps.id }).from(apps).where(eq(apps.id, appId)).for('update')
  return appId
}

async function remember(scope: MutationScope, uploadId: string, taken: Taken): Promise<void> {
  await scope.db.insert(appIntakes).values({ uploadId, ...taken, takenBy: callerName(scope.actor) })
}

async function insertApp(scope: MutationScope, name: string): Promise<string> {
  const now = scope.clock.now()
  const app = { id: newId(now.getTime()), package: name }
  await scope.db.insert(apps).values({ ...app, createdBy: callerName(scope.actor), createdAt: now })
  scope.audit({ action: 'app.created', subject: appSubject(app), after: { package: name } })
  return app.id
}

async function insertVersion(
  scope: MutationScope,
  app: { id: string; package: string },
  { row, icon, fileName, reason }: Draft,
  { sha256, sizeBytes, blobKey }: StoredFile,
  isOverride: boolean,
): Promise<string> {
  const now = scope.clock.now()
  const id = newId(now.getTime())
  await scope.db.insert(appVersions).values({
    ...row,
    id,
    appId: app.id,
    icon: icon === null ? null : Buffer.from(icon.bytes),
    iconType: icon?.type ?? null,
    fileName,
    sha256,
    sizeBytes,
    blobKey,
    overrideReason: isOverride ? reason : null,
    createdBy: callerName(scope.actor),
    createdAt: now,
  })
  const { versionCode, versionName, signers } = row
  scope.audit({
    action: 'app_version.created',
    subject: versionSubject({ id, ...row }, app.package),
    after: { package: app.package, versionCode, versionName, sizeBytes, sha256, signers },
  })
  return id
}
