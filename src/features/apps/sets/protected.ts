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

/**
 * Which of a terminal's packages may be its payment application. Terminals name it as they please (`application.name`):
 * by its package, or by words of it, such as `psPos` for `ru.bank.pspos.terminal`, in whatever case. Each package of
 * which a part is one of these words counts: one too many that stays does no harm, one that goes stops a shop.
 */
export function paymentPackages({
  application,
  apps,
}: Pick<AppTerminal, 'application' | 'apps'>): Set<string> {
  const words = (application ?? '')
    .toLowerCase()
    .split(/[^a-z0-9_.]+/)
    .filter((word) => /[a-z]/.test(word))
  const parts = new Set(words)
  const found = [...apps.keys()].filter((name) => {
    const lower = name.toLowerCase()
    return parts.has(lower) || lower.split('.').some((part) => parts.has(part))
  })
  return new Set(found)
}
