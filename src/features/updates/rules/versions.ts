const RUNS = /\d+|\p{L}+/gu
/** A `v` before the number says nothing. */
const PREFIX = /^\s*v(?:er(?:sion)?)?[\s._-]*(?=\d)/i
const BEFORE_RELEASE = new Set(['alpha', 'beta', 'rc', 'pre', 'preview', 'dev', 'snapshot', 'milestone'])

/**
 * Orders versions as makers write them: runs of digits by value, runs of letters by alphabet, everything else only
 * separates; 1.10 is above 1.9, 2.0 above 2.0-rc1 and below 2.0a, and 2.7, 2.7.0 and v2.7 are the same.
 * @returns below 0, 0, or above 0
 */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [runsOf(one), runsOf(other)]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareRuns(left[at], right[at])
    if (order !== 0) return order
  }
  return 0
}

/** Equal as written or in value: a maker's 2.7 and a terminal's 2.7.0 are one version. */
export function isSame(one: string, other: string): boolean {
  if (one === other) return true
  // Of what has neither letters nor digits no value can be told.
  return runsOf(one).length > 0 && runsOf(other).length > 0 && compareVersions(one, other) === 0
}

const runsOf = (version: string): readonly string[] =>
  version.replace(PREFIX, '').toLowerCase().match(RUNS) ?? []

/** A run that is missing stands for 0. */
function compareRuns(one = '0', other = '0'): number {
  const [rank, otherRank] = [rankOf(one), rankOf(other)]
  if (rank !== otherRank) return rank - otherRank
  const [a, b] = [withoutZeros(one), withoutZeros(other)]
  if (rank === RANK.number && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : Number(a > b)
}

/** `2.0-rc1` comes before `2.0`, which is `2.0.0`; `2.0a` comes after it, and before `2.0.1`. */
const RANK = { beforeRelease: 0, zero: 1, letters: 2, number: 3 } as const

function rankOf(run: string): number {
  if (!/^\d/.test(run)) return BEFORE_RELEASE.has(run) ? RANK.beforeRelease : RANK.letters
  return /[1-9]/.test(run) ? RANK.number : RANK.zero
}

const withoutZeros = (run: string) => (/^\d/.test(run) ? run.replace(/^0+/, '') : run)
