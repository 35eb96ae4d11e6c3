import { compareKcv, KCV_DIGITS, type KcvAlgorithm } from '../block/kcv'

/** How what a terminal says it loaded compares with what was deposited; each list names slots. */
export interface KcvComparison {
  /** Every deposited slot was reported, and each check value that was deposited is the same. */
  match: boolean
  /** Reported with another check value. */
  mismatches: string[]
  /** Deposited and not reported, or reported with a check value of another kind, which proves nothing. */
  missing: string[]
  /** Reported and not deposited: keys of other bundles. They do not count. */
  unknown: string[]
}

/**
 * Pure: compares slot by slot. A terminal does not say how it makes check values: more digits than the legacy kind has
 * are CMAC; fewer may be either, and are taken for the kind that was deposited.
 * @param deposited slots whose `kcv` is null need only be reported
 */
export function compareKcvs(
  deposited: readonly { slot: string; kcv: string | null; kcvAlgorithm: KcvAlgorithm | null }[],
  reported: readonly { slot: string; kcv: string }[],
): KcvComparison {
  const judged = deposited.map(({ slot, kcv, kcvAlgorithm: algorithm }) => {
    const answers = reported
      .filter((one) => one.slot === slot)
      .map((one) => {
        if (kcv === null || algorithm === null) return 'same'
        const isLong = one.kcv.length > KCV_DIGITS.legacy
        return compareKcv({ kcv, algorithm }, { kcv: one.kcv, algorithm: isLong ? 'cmac' : algorithm })
      })
    return { slot, isWrong: answers.includes('different'), isProved: answers.includes('same') }
  })
  const slots = new Set(deposited.map(({ slot }) => slot))
  const mismatches = judged.filter(({ isWrong }) => isWrong).map(({ slot }) => slot)
  const missing = judged.filter(({ isWrong, isProved }) => !isWrong && !isProved).map(({ slot }) => slot)
  const unknown = new Set(reported.map(({ slot }) => slot).filter((slot) => !slots.has(slot)))
  return {
    match: mismatches.length === 0 && missing.length === 0,
    mismatches,
    missing,
    unknown: [...unknown],
  }
}
