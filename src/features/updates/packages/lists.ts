import type { PlatformId } from '../../../core/platforms'

/** One Android OTA archive, or an ordered set of files with target folders (Telium: catalogue, packages, parameters). */
export const PACKAGE_KINDS = ['android-ota', 'file-set'] as const
export type PackageKind = (typeof PACKAGE_KINDS)[number]

/** What a system package of each platform is made of. */
export const KIND_OF_PLATFORM: Readonly<Partial<Record<PlatformId, PackageKind>>> = {
  'wiseasy-wpos3': 'android-ota',
  'ingenico-t3': 'file-set',
  'feitian-f20': 'android-ota',
}

/** Where a Telium TETRA terminal takes signed software, and where parameters. */
export const TELIUM_TARGETS = { software: '/package/', parameters: '/import/' } as const

/**
 * What an inspector finds doubtful; an operator decides all the same, so it warns and refuses nothing.
 * `wrong_device`: made for another device than the platform's or the models'. `downgrade`: marked as one by its maker,
 * wipes the terminal. `base_missing`: incremental, and no package leads to the version it builds on. `version_differs`:
 * it says another version than it was given. `not_ota`: the file says nothing of itself. `archive_broken`: a ZIP that is
 * cut short, encrypted, or made to mislead its readers. `catalogue_missing`, `catalogue_not_first`, `file_unknown`,
 * `name_not_upper_case`: a Telium set that a terminal would refuse.
 */
export const PACKAGE_WARNINGS = [
  'wrong_device',
  'downgrade',
  'base_missing',
  'version_differs',
  'not_ota',
  'archive_broken',
  'catalogue_missing',
  'catalogue_not_first',
  'file_unknown',
  'name_not_upper_case',
] as const
