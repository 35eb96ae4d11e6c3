import type { AppTerminal } from './facts'

/** The pattern by which this package is never removed: itself, or one that ends in `.*` and begins it. */
export function protectingPattern(patterns: readonly string[], name: string): string | undefined {
  return patterns.find((one) => (one.endsWith('.*') ? name.startsWith(one.slice(0, -1)) : name === one))
}

/** Whether a set never removes this package from this terminal. */
export function isPackageProtected(
  terminal: Pick<AppTerminal, 'application' | 'apps'>,
  patterns: readonly string[],
  name: string,
): boolean {
  return protectingPattern(patterns, name) !== undefined || paymentPackages(terminal).has(name)
}

/** Parts of names that say nothing of whose application it is. */
const GENERIC: ReadonlySet<string> = new Set(
  'com ru org net io by kz android google app apps application pay payment payments pos terminal service services system bank cash kassa'.split(
    ' ',
  ),
)
/** Of more packages than these a word names none. */
const MOST_NAMED = 3

/**
 * Whether a terminal says well enough which is its payment application for others to be removed because nobody names them:
 * by a whole package, or by a word that fits a few packages which nothing else protects, and is none that many have.
 */
export function isPaymentKnown(
  terminal: Pick<AppTerminal, 'application' | 'apps'>,
  patterns: readonly string[],
): boolean {
  const words = wordsOf(terminal.application)
  if ([...terminal.apps.keys()].some((name) => words.includes(name.toLowerCase()))) return true
  const telling = words.filter((word) => !GENERIC.has(word))
  const own = [...terminal.apps.keys()].filter((name) => protectingPattern(patterns, name) === undefined)
  const named = own.filter((name) =>
    name
      .toLowerCase()
      .split('.')
      .some((part) => telling.includes(part)),
  )
  return named.length > 0 && named.length <= MOST_NAMED
}

/** Latin words and packages in a name; what is written in other letters is part of no package. */
function wordsOf(application: string | undefined): string[] {
  const words = (application ?? '').toLowerCase().split(/[^a-z0-9_.]+/)
  return words.filter((word) => /[a-z]/.test(word))
}

/**
 * Which of a terminal's packages may be its payment application. Terminals name it as they please (`application.name`):
 * by its package, or by words of it, such as `psPos` for `ru.bank.pspos.terminal`, in whatever case. Each package of
 * which a part is one of these words counts: one too many that stays does no harm, one that goes stops a shop.
 */
export function paymentPackages({
  application,
  apps,
}: Pick<AppTerminal, 'application' | 'apps'>): Set<string> {
  const parts = new Set(wordsOf(application))
  const found = [...apps.keys()].filter((name) => {
    const lower = name.toLowerCase()
    return parts.has(lower) || lower.split('.').some((part) => parts.has(part))
  })
  return new Set(found)
}
