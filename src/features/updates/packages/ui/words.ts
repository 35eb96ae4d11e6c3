import type { I18n } from '../../../../i18n'
import type { Tone } from '../../../../ui/badge'
import { PLATFORM_NAMES } from '../../../terminals/lists'
import { PACKAGE_PLATFORMS, type PackageSummary, type PackageWarning } from '../schemas'

/** What people call a package: its component and version. */
export function nameOf({ component, version }: Pick<PackageSummary, 'component' | 'version'>): string {
  return `${component} ${version}`
}

export function modelsWords(models: readonly string[], { t }: Pick<I18n, 't'>): string {
  return models.length === 0 ? t('packages.allModels') : models.join(', ')
}

/** Platforms that take packages, as choices. */
export const PLATFORM_OPTIONS = PACKAGE_PLATFORMS.map((id) => ({
  value: id,
  label: PLATFORM_NAMES[id] ?? id,
}))

/** The platform an address or a form names; undefined where packages have none of that id. */
export function packagePlatform(id: string | undefined) {
  return PACKAGE_PLATFORMS.find((one) => one === id)
}

type Code = PackageWarning['code']

/** Warnings of one kind, with everything they are about. */
export interface WarningGroup {
  code: Code
  details: string[]
}

/** What would leave terminals without their software or their data; all else may have its reason. */
const GRAVE: readonly Code[] = ['wrong_device', 'downgrade', 'archive_broken', 'catalogue_missing']

/** Warnings by kind, grave ones first. */
export function groupWarnings(warnings: readonly PackageWarning[]): WarningGroup[] {
  const groups = new Map<Code, string[]>()
  for (const { code, detail } of warnings) {
    const details = groups.get(code) ?? []
    groups.set(code, detail === '' || details.includes(detail) ? details : [...details, detail])
  }
  return [...groups]
    .map(([code, details]) => ({ code, details }))
    .sort((one, other) => Number(isGrave(other.code)) - Number(isGrave(one.code)))
}

export const isGrave = (code: Code) => GRAVE.includes(code)
export const toneOf = (code: Code): Tone => (isGrave(code) ? 'danger' : 'warn')
