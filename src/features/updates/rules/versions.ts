const RUNS = /\d+|[a-z]+/g

/**
 * Orders versions as makers write them: runs of digits by value, runs of letters by alphabet, everything else only
 * separates; 1.10 is above 1.9, 2.0 above 2.0-rc1, and 2.7 and 2.7.0 are the same.
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

const runsOf = (version: string): readonly string[] => version.toLowerCase().match(RUNS) ?? []

/** A run that is missing stands for 0; letters stand below every number, so that a pre-release is below its release. */
function compareRuns(one = '0', other = '0'): number {
  const [isNumber, isOtherNumber] = [/^\d/.test(one), /^\d/.test(other)]
  if (isNumber !== isOtherNumber) return isNumber ? 1 : -1
  if (!isNumber) return one < other ? -1 : Number(one > other)
  const [a, b] = [one.replace(/^0+(?=\d)/, ''), other.replace(/^0+(?=\d)/, '')]
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : Number(a > b)
}
