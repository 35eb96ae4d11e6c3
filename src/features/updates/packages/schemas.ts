import { z } from 'zod'
import { nameText } from '../../../core/names'
import { pageInput, pageOf } from '../../../core/paging'
import { PLATFORMS, type PlatformId } from '../../../core/platforms'
import { PACKAGE_KINDS, PACKAGE_WARNINGS } from './lists'

/** Platforms that take system packages. */
export const PACKAGE_PLATFORMS = PLATFORMS.filter((one) => one.packages).map((one) => one.id) as [
  PlatformId,
  ...PlatformId[],
]
export const MOST_FILES = 500

const line = nameText(128)
/** Versions and components are compared as terminals report them. */
const version = nameText(64)
export const component = line
export const models = z.array(line).max(50)

export const Inspected = z
  .object({
    /** Of an Android OTA archive: `META-INF/com/android/metadata`. */
    otaType: z.string(),
    devices: z.array(z.string()),
    build: z.string(),
    buildIncremental: z.string(),
    fromBuild: z.string(),
    fromIncremental: z.string(),
    securityPatch: z.string(),
    /** Unix seconds of the build. */
    timestamp: z.number().int(),
    isDowngrade: z.boolean(),
  })
  .partial()
export type Inspected = z.infer<typeof Inspected>

export const PackageWarning = z.object({
  code: z.enum(PACKAGE_WARNINGS),
  /** What it is about: a file name, a device, a version. */
  detail: z.string(),
})
export type PackageWarning = z.infer<typeof PackageWarning>

/** A plain name: it becomes one on the terminal, and in folders of whoever downloads it. */
export const FileName = z
  .string()
  .trim()
  .max(255)
  .regex(/^(?!\.{1,2}$)[^\p{C}/\\]+$/u, 'is a file name without folders')
const target = z
  .string()
  .trim()
  .max(255)
  .regex(/^(?!.*\.\.)[^\p{C}\\]*$/u, 'is a folder on the terminal, such as /package/')

/** A file of a package: where its bytes were uploaded, and where the terminal puts it. */
const NewFile = z.strictObject({
  uploadId: z.uuid(),
  name: FileName.optional().describe('As uploaded where it is not given.'),
  target: target
    .optional()
    .describe('Folder on the terminal, such as /package/. Not given: as the name tells; empty: none.'),
})

/** What is not known is refused: a mistyped list of models would make it a package for all. */
export const NewPackage = z.strictObject({
  platform: z.enum(PACKAGE_PLATFORMS),
  component,
  version: version.optional().describe('Read from the package where it says one.'),
  models: models.default([]).describe('Models it is for; none: all of the platform.'),
  fromVersion: version.nullish().describe('Of an incremental package; read from it where it says one.'),
  notes: z.string().max(2000).default(''),
  files: z.array(NewFile).min(1).max(MOST_FILES).describe('In the order in which the terminal takes them.'),
})

export const InspectInput = NewPackage.pick({ platform: true, files: true }).extend({
  component: component.optional(),
  version: version.optional(),
  models: models.default([]),
})
export const InspectReport = z.object({
  kind: z.enum(PACKAGE_KINDS),
  inspected: Inspected,
  warnings: z.array(PackageWarning),
  /** What the package says of itself, to be taken over into the form. */
  suggested: z.object({
    component: z.string().nullable(),
    version: z.string().nullable(),
    fromVersion: z.string().nullable(),
    /** In the order, and with the folders, in which a terminal takes them. */
    files: z.array(z.object({ uploadId: z.uuid(), name: z.string(), target: z.string() })),
  }),
})

export const PackageRef = z.object({ packageId: z.uuid() })
/** What is not known is refused: it would seem to be changed. */
export const ChangePackage = z.strictObject({
  ...PackageRef.shape,
  models: models.optional(),
  notes: z.string().max(2000).optional(),
})

export const PackageFileRef = PackageRef.extend({ position: z.coerce.number().int().min(0).max(MOST_FILES) })

export const ListPackagesInput = z.object({
  ...pageInput,
  platform: z.enum(PACKAGE_PLATFORMS).optional(),
  component: component.optional(),
  model: z.string().trim().min(1).max(128).optional(),
  search: z.string().trim().max(64).optional().describe('Part of a component, version or file name.'),
})

export const PackageSummary = z.object({
  id: z.uuid(),
  platform: z.enum(PACKAGE_PLATFORMS),
  component: z.string(),
  version: z.string(),
  models: z.array(z.string()),
  fromVersion: z.string().nullable(),
  kind: z.enum(PACKAGE_KINDS),
  fileCount: z.number().int(),
  sizeBytes: z.number().int(),
  warnings: z.array(PackageWarning),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
})
export type PackageSummary = z.infer<typeof PackageSummary>
export const PackagePage = pageOf(PackageSummary)

export const PackageView = PackageSummary.extend({
  notes: z.string(),
  inspected: Inspected,
  files: z.array(
    z.object({
      position: z.number().int(),
      name: z.string(),
      target: z.string(),
      sha256: z.string(),
      sizeBytes: z.number().int(),
    }),
  ),
  /** Rules that need it: it cannot be deleted while there are any. */
  rules: z.array(z.object({ id: z.uuid(), name: z.string() })),
})
export type PackageView = z.infer<typeof PackageView>
