import { TELIUM_TARGETS } from '../lists'
import type { PackageWarning } from '../schemas'

type Part = 'catalogue' | 'software' | 'parameters' | 'unknown'

const KINDS: readonly [Exclude<Part, 'unknown'>, RegExp][] = [
  ['catalogue', /\.M(?:\d\d|XX)$/i],
  ['software', /\.(?:P3[ALOPST]|AGN|LGN|PGN|PKG)$/i],
  ['parameters', /\.(?:INI|CFG|PAR|XML)$/i],
]
const ORDER: readonly Part[] = ['catalogue', 'software', 'parameters', 'unknown']

/** Pure: what a file of a Telium set is, by its name: the formats are Ingenico's own. */
function partOf(name: string): Part {
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'unknown'
}

/** Pure: the folder on the terminal that a file belongs into; empty where its name does not tell. */
export function targetOf(name: string): string {
  const part = partOf(name)
  if (part === 'unknown') return ''
  return part === 'parameters' ? TELIUM_TARGETS.parameters : TELIUM_TARGETS.software
}

/** Pure: the order in which a terminal takes the files: catalogue, software, parameters; else as they came. */
export function orderOf<File extends { name: string }>(files: readonly File[]): File[] {
  const rank = ({ name }: File) => ORDER.indexOf(partOf(name))
  return files.toSorted((one, other) => rank(one) - rank(other))
}

/** Pure: what of a set a terminal would refuse. A set of parameters alone needs no catalogue. */
export function judgeFileSet(names: readonly string[]): PackageWarning[] {
  const parts = names.map(partOf)
  const firstOther = parts.findIndex((part) => part !== 'catalogue')
  const warnings: PackageWarning[] = []
  if (parts.includes('software') && !parts.includes('catalogue'))
    warnings.push({ code: 'catalogue_missing', detail: '' })
  for (const [at, name] of names.entries()) {
    if (parts[at] === 'catalogue' && firstOther !== -1 && at > firstOther)
      warnings.push({ code: 'catalogue_not_first', detail: name })
    if (parts[at] === 'unknown') warnings.push({ code: 'file_unknown', detail: name })
    if (name !== name.toUpperCase()) warnings.push({ code: 'name_not_upper_case', detail: name })
  }
  return warnings
}
