import { type KeyRule, type KeyRuleCode, keyRule } from '../block/lists'

/** A rule, and the field that breaks it as a dotted path such as `keys.3.block`; empty: the file as a whole. */
export interface Finding {
  rule: KeyRule
  at: string
}

export const finding = (code: KeyRuleCode, at = ''): Finding => ({ rule: keyRule(code), at })
