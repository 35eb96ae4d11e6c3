import { type I18n, useI18n } from '../../../i18n'
import { PLATFORM_NAMES } from '../lists'

/** What the server tells by a code and people read in words; each is a branch of the dictionary room `fleet`. */
export type CodeKind =
  | 'state'
  | 'connectivity'
  | 'licenseState'
  | 'mismatch'
  | 'cardSource'
  | 'actionKind'
  | 'actionState'
  | 'reason'
  | 'field'
  | 'importIssue'
  | 'importRule'
  | 'importField'
  | 'skipped'
  | 'printer'
  | 'network'

/** `word('state', code)` in the visitor's language. What a newer server says shows as it is. */
export function useWord(): (kind: CodeKind, code: string) => string {
  const { lookup } = useI18n()
  return (kind, code) => lookup(keyOfCode(kind, code)) ?? code
}

/** Where the words for a code are. A member `other` would make its branch a plural. */
export function keyOfCode(kind: CodeKind, code: string): string {
  return `fleet.${kind}.${code === 'other' ? 'unnamed' : code}`
}

/** What a platform is called: its maker's name, the same in every language. */
export function usePlatforms() {
  return platformsIn(useI18n())
}

/** The same for what is handed its words, such as the columns of a table. */
export function platformsIn({ t }: Pick<I18n, 't'>) {
  const nameOf = (id: string) => (id === 'other' ? t('fleet.platformOther') : (PLATFORM_NAMES[id] ?? id))
  return {
    nameOf,
    options: () => Object.keys(PLATFORM_NAMES).map((id) => ({ value: id, label: nameOf(id) })),
  }
}
