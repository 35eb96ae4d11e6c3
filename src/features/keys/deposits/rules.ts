import { KEY_RULES } from '../block/lists'

/**
 * Rules of a deposit beside those of key blocks and bundles (block/lists.ts), in the same numbering. 4xx: the deposit as
 * a whole, and the fleet. Browser-safe.
 */
const OWN_RULES = [
  { number: 401, code: 'file_empty', alarm: false },
  { number: 402, code: 'metadata_not_for_bundle', alarm: false },
  { number: 411, code: 'kcv_repeated', alarm: false },
  { number: 412, code: 'block_repeated', alarm: true },
] as const

type DepositRule = (typeof KEY_RULES)[number] | (typeof OWN_RULES)[number]
export type DepositRuleCode = DepositRule['code']

export const DEPOSIT_RULES: readonly DepositRule[] = [...KEY_RULES, ...OWN_RULES]

/** A rule, and the field that breaks it; empty: the file as a whole. */
export interface Broken {
  rule: DepositRule
  at: string
}

export function broken(code: DepositRuleCode, at = ''): Broken {
  return { rule: DEPOSIT_RULES.find((rule) => rule.code === code) as DepositRule, at }
}

/** The code of a rule's number; the number itself where a later version has taken it away. */
export function codeOfRule(number: number): string {
  return DEPOSIT_RULES.find((rule) => rule.number === number)?.code ?? String(number)
}
