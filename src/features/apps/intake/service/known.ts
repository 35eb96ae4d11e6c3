import { desc, eq } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'
import type { ApkFacts } from '../../apk'
import { apps, appVersions } from '../../catalog/tables'

/** The application that an APK says to be, with the versions it has to stand beside. */
export async function loadKnown(
  { db }: Pick<Ctx, 'db'>,
  { packageName, versionCode }: Pick<ApkFacts, 'packageName' | 'versionCode'>,
) {
  const versions = await db
    .select({
      appId: appVersions.appId,
      id: appVersions.id,
      versionCode: appVersions.versionCode,
      versionName: appVersions.versionName,
      sizeBytes: appVersions.sizeBytes,
      sha256: appVersions.sha256,
      signers: appVersions.signers,
      earlierSigners: appVersions.earlierSigners,
    })
    .from(appVersions)
    .innerJoin(apps, eq(apps.id, appVersions.appId))
    .where(eq(apps.package, packageName))
    .orderBy(desc(appVersions.versionCode))
  return {
    newest: versions.at(0),
    same: versions.find((version) => version.versionCode === versionCode),
  }
}
