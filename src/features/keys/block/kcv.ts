/**
 * How a check value was made (ANSI X9.24-1:2017, Annex A). `legacy`: the left part of an enciphered block of zeros, at
 * most 3 bytes; `cmac`: the left part of the CMAC over a block of zeros, at most 5. For one key the two differ.
 */
export const KCV_ALGORITHMS = ['legacy', 'cmac'] as const
export type KcvAlgorithm = (typeof KCV_ALGORITHMS)[number]

/** Most hexadecimal digits of a check value. */
export const KCV_DIGITS: Readonly<Record<KcvAlgorithm, number>> = { legacy: 6, cmac: 10 }

export interface Kcv {
  /** Hexadecimal digits. */
  kcv: string
  algorithm: KcvAlgorithm
}

/** Fewer digits in common than any check value is shown with prove nothing. */
const LEAST_COMPARED = 4

/** Pure: whether two check values are of one key: like with like, on the shorter of both lengths, whatever their case. */
export function compareKcv(one: Kcv, other: Kcv): 'same' | 'different' | 'incomparable' {
  const common = Math.min(one.kcv.length, other.kcv.length)
  if (one.algorithm !== other.algorithm || common < LEAST_COMPARED) return 'incomparable'
  const cut = ({ kcv }: Kcv) => kcv.slice(0, common).toUpperCase()
  return cut(one) === cut(other) ? 'same' : 'different'
}
