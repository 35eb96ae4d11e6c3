import type { AuditSubject } from '../../../core/verb'
import type { AppVersionSummary, PermissionChanges } from './schemas'
import type { appVersions } from './tables'

type Version = typeof appVersions.$inferSelect

/** What lists show of a version; its icon and its permissions stay in the database. */
export type VersionRow = Pick<
  Version,
  | 'id'
  | 'appId'
  | 'versionCode'
  | 'versionName'
  | 'label'
  | 'labelEn'
  | 'labelRu'
  | 'iconType'
  | 'minSdk'
  | 'targetSdk'
  | 'abis'
  | 'signers'
  | 'sizeBytes'
  | 'warnings'
  | 'createdBy'
  | 'createdAt'
>

export function toVersionSummary(row: VersionRow, name: string): AppVersionSummary {
  return {
    id: row.id,
    appId: row.appId,
    package: name,
    versionCode: row.versionCode,
    versionName: row.versionName,
    label: row.label,
    labelEn: row.labelEn,
    labelRu: row.labelRu,
    minSdk: row.minSdk,
    targetSdk: row.targetSdk,
    abis: row.abis,
    signers: row.signers,
    sizeBytes: row.sizeBytes,
    warnings: row.warnings,
    iconUrl: iconUrlOf(row),
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  }
}

export function iconUrlOf({ id, iconType }: Pick<Version, 'id' | 'iconType'>): string | null {
  return iconType === null ? null : `/api/v1/app-versions/${id}/icon`
}

/** Pure: what a version asks for that the one before it did not, and the other way round. */
export function permissionChanges(
  { permissions }: Pick<Version, 'permissions'>,
  before: Pick<Version, 'versionCode' | 'versionName' | 'permissions'> | undefined,
): PermissionChanges {
  if (before === undefined) return null
  const { versionCode, versionName } = before
  const [now, then] = [new Set(permissions), new Set(before.permissions)]
  return {
    versionCode,
    versionName,
    added: permissions.filter((one) => !then.has(one)),
    removed: before.permissions.filter((one) => !now.has(one)),
  }
}

export const appSubject = (app: { id: string; package: string }): AuditSubject => ({
  kind: 'app',
  id: app.id,
  label: app.package,
})

export function versionSubject(
  { id, versionCode, versionName }: Pick<Version, 'id' | 'versionCode' | 'versionName'>,
  name: string,
): AuditSubject {
  return { kind: 'app_version', id, label: `${name} ${versionName} (${versionCode})`.replace('  ', ' ') }
}
