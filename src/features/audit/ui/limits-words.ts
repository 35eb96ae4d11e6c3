import type { Words } from './words'

/** Limits as the log has them; what was written before names were has identifiers alone. */
interface Limits {
  groupIds: readonly string[]
  merchantIds: readonly string[]
  groups: readonly string[]
  merchants: readonly string[]
}

/** So many names in a sentence; the table below it has all. */
const MOST_NAMES = 10

/** Which terminals somebody sees, by the names of groups and merchants; undefined of what are no limits. */
export function limitsWords(value: Record<string, unknown>, words: Words): string | undefined {
  if (value.kind === 'all') return words.t('audit.seesAll')
  if (value.kind !== 'limited') return undefined
  const limits = namedLimits(value)
  if (limits !== undefined) return placesWords(limits, words) ?? words.t('audit.seesNothing')
  const count = (ids: unknown) => words.format.number(Array.isArray(ids) ? ids.length : 0)
  return words.t('audit.seesLimited', { groups: count(value.groupIds), merchants: count(value.merchantIds) })
}

/** What a change of limits gives and takes; undefined where nothing was changed, or names are not known. */
export function limitsChangeWords(
  change: { before: unknown; after: unknown } | undefined,
  words: Words,
): string | undefined {
  if (change === undefined || !isObject(change.before) || !isObject(change.after)) return undefined
  const [was, is] = [namedLimits(change.before), namedLimits(change.after)]
  const now =
    change.after.kind === 'all' ? words.t('audit.seesAll') : is && placesWords(is, words, MOST_NAMES)
  if (now === undefined && is !== undefined)
    return words.t('audit.limitsNow', { places: words.t('audit.seesNothing') })
  if (now !== undefined && [change.before.kind, change.after.kind].includes('all'))
    return words.t('audit.limitsNow', { places: now })
  if (was === undefined || is === undefined) return undefined
  const more = placesWords(without(is, was), words, MOST_NAMES)
  const less = placesWords(without(was, is), words, MOST_NAMES)
  const said = [
    more && words.t('audit.limitsMore', { places: more }),
    less && words.t('audit.limitsLess', { places: less }),
  ].filter((part) => part !== undefined)
  return said.length === 0 ? undefined : said.join('; ')
}

function placesWords(
  { groups, merchants }: Pick<Limits, 'groups' | 'merchants'>,
  words: Words,
  most = Number.POSITIVE_INFINITY,
): string | undefined {
  const listed = (names: readonly string[]) =>
    [
      ...names.slice(0, most),
      ...(names.length > most ? [words.tn('audit.more', names.length - most)] : []),
    ].join(', ')
  const said = [
    groups.length > 0 && words.t('audit.seesGroups', { names: listed(groups) }),
    merchants.length > 0 && words.t('audit.seesMerchants', { names: listed(merchants) }),
  ].filter((part) => part !== false)
  return said.length === 0 ? undefined : said.join('; ')
}

/** By their identifiers: two merchants may have one name. */
function without(limits: Limits, others: Limits): Pick<Limits, 'groups' | 'merchants'> {
  return {
    groups: limits.groups.filter((_, at) => !others.groupIds.includes(limits.groupIds[at] ?? '')),
    merchants: limits.merchants.filter((_, at) => !others.merchantIds.includes(limits.merchantIds[at] ?? '')),
  }
}

function namedLimits(value: Record<string, unknown>): Limits | undefined {
  const isNamed = value.kind === 'limited' && Array.isArray(value.groups) && Array.isArray(value.merchants)
  return isNamed ? (value as unknown as Limits) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
