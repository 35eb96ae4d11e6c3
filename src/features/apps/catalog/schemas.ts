import { z } from 'zod'
import { pageInput, pageOf } from '../../../core/paging'
import { APK_SCHEMES, SIGNATURE_STATES } from '../apk/lists'
import { APP_WARNINGS } from './lists'

/** SHA-256 of a certificate, in lower-case hexadecimal. */
const signer = z.string()
const scheme = z.enum(APK_SCHEMES)

export const AppSignature = z.object({
  /** The newest scheme that the APK has; its signature holds over every byte. */
  scheme,
  schemes: z.array(z.object({ scheme, signers: z.array(signer), state: z.enum(SIGNATURE_STATES) })),
})
export type AppSignature = z.infer<typeof AppSignature>

export const AppWarning = z.object({
  code: z.enum(APP_WARNINGS),
  /** What it is about: a scheme of signatures; often nothing. */
  detail: z.string(),
})
export type AppWarning = z.infer<typeof AppWarning>

export const AppRef = z.object({ appId: z.uuid() })
export const AppVersionRef = z.object({ versionId: z.uuid() })

/** What is not known is refused: it would seem to be changed. */
export const ChangeApp = z.strictObject({ ...AppRef.shape, notes: z.string().max(2000).optional() })

export const ListAppsInput = z.object({
  ...pageInput,
  search: z.string().trim().max(64).optional().describe('Part of a package or of a name, in any language.'),
})
export const ListAppVersionsInput = z.object({ ...pageInput, ...AppRef.shape })

/** As an APK says it: its name in no language in particular, and where it has them, in these. */
export const appNames = {
  label: z.string(),
  labelEn: z.string().nullable(),
  labelRu: z.string().nullable(),
}
export const apkFacts = {
  versionCode: z.number().int(),
  versionName: z.string(),
  ...appNames,
  /** API levels of Android. */
  minSdk: z.number().int(),
  targetSdk: z.number().int(),
  /** Of its native code; none: it has no such code and runs anywhere. */
  abis: z.array(z.string()),
  signers: z.array(signer),
  sizeBytes: z.number().int(),
  warnings: z.array(AppWarning),
}
export const moreApkFacts = {
  permissions: z.array(z.string()),
  /** Those whose place the signer took by a proven rotation, oldest first. */
  earlierSigners: z.array(signer),
  signature: AppSignature,
  isDebuggable: z.boolean(),
  isTestOnly: z.boolean(),
}

/** What differs in permissions from the version before; null where there is none before. */
export const PermissionChanges = z
  .object({
    versionCode: z.number().int(),
    versionName: z.string(),
    added: z.array(z.string()),
    removed: z.array(z.string()),
  })
  .nullable()
export type PermissionChanges = z.infer<typeof PermissionChanges>

export const AppVersionSummary = z.object({
  id: z.uuid(),
  appId: z.uuid(),
  package: z.string(),
  ...apkFacts,
  /** Below the address of this server; null where browsers can show none. */
  iconUrl: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
})
export type AppVersionSummary = z.infer<typeof AppVersionSummary>
export const AppVersionPage = pageOf(AppVersionSummary)

const NamedSet = z.object({ id: z.uuid(), name: z.string() })

export const AppVersionView = AppVersionSummary.extend({
  ...moreApkFacts,
  permissionChanges: PermissionChanges,
  fileName: z.string(),
  sha256: z.string(),
  /** Why an administrator let it in though another signer made it than the versions before. */
  overrideReason: z.string().nullable(),
  /** Sets that install it: it cannot be deleted while there are any. */
  sets: z.array(NamedSet),
})
export type AppVersionView = z.infer<typeof AppVersionView>

export const AppSummary = z.object({
  id: z.uuid(),
  package: z.string(),
  ...appNames,
  iconUrl: z.string().nullable(),
  newest: z.object({
    id: z.uuid(),
    versionCode: z.number().int(),
    versionName: z.string(),
    sizeBytes: z.number().int(),
    warnings: z.array(AppWarning),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
  }),
  versionCount: z.number().int(),
  /** Sets that name it, to install or to remove it. */
  setCount: z.number().int(),
  createdAt: z.iso.datetime(),
})
export type AppSummary = z.infer<typeof AppSummary>
export const AppPage = pageOf(AppSummary)

export const AppView = AppSummary.omit({ setCount: true }).extend({
  notes: z.string(),
  /** Those that name it: while any installs it, it cannot be deleted. */
  sets: z.array(NamedSet.extend({ isInstalled: z.boolean() })),
  createdBy: z.string(),
})
export type AppView = z.infer<typeof AppView>

/** What was deleted; an application goes with its last version. */
export const DeletedVersion = z.object({
  versionId: z.uuid(),
  appId: z.uuid(),
  isAppDeleted: z.boolean(),
})
