import { mayHoldClearKey } from './clear-key'
import { VERSION_FORMATS } from './format'
import { type KeyRule, type KeyRuleCode, keyRule } from './lists'
import { isFreeText } from './optional'
import type { KeyBlock } from './parse'
import { isPublishedKey } from './published'
import { USAGES } from './usages'

/** What an installation decides about the keys it hands to terminals. */
export interface KeyPolicy {
  /** Takes versions A and C, with a warning: deprecated by TR-31:2018, 5.3.1, yet what older hosts make. */
  allowDeprecatedVariant: boolean
  /** Takes PIN keys (P0) that do more than encrypt; terminals only encrypt PINs. */
  allowAnyPinMode: boolean
  /** Refuses keys whose values anyone can read in standards and manuals (PCI PIN 19). */
  denyTestKeys: boolean
}

/** What holds where nothing else was decided. */
export const DEFAULT_KEY_POLICY: KeyPolicy = {
  allowDeprecatedVariant: false,
  allowAnyPinMode: false,
  denyTestKeys: false,
}

export interface BlockJudgement {
  /** Each reason alone forbids the block. */
  rejects: KeyRule[]
  warnings: KeyRule[]
}

/** Pure: whether a terminal may be given the key in a block, by what its header claims. */
export function judgeBlock(block: KeyBlock, policy: KeyPolicy): BlockJudgement {
  const rejects: KeyRuleCode[] = []
  const warnings: KeyRuleCode[] = []
  if (block.version === 'A' || block.version === 'C')
    (policy.allowDeprecatedVariant ? warnings : rejects).push('version_deprecated')
  judgeUsage(block, policy, rejects, warnings)
  judgeStrength(block, rejects)
  judgeCompanions(block, rejects)
  // A component (X9.143, table 5) belongs to one custodian and on paper, never to a server (PCI PIN 8-1).
  if (block.keyVersion.startsWith('c')) rejects.push('key_component')
  if (policy.denyTestKeys && isPublishedKey(block)) rejects.push('published_test_key')
  if (block.optional.some((one) => isFreeText(one) && mayHoldClearKey(one.data)))
    rejects.push('clear_key_suspected')
  return { rejects: rejects.map(keyRule), warnings: warnings.map(keyRule) }
}

function judgeUsage(
  { usage, algorithm, mode }: KeyBlock,
  { allowAnyPinMode }: KeyPolicy,
  rejects: KeyRuleCode[],
  warnings: KeyRuleCode[],
) {
  const rule = USAGES[usage]
  if (rule === undefined) {
    rejects.push('usage_unknown')
    return
  }
  const { algorithms, modes, inTerminal, preferred } = rule
  if (inTerminal === 'unusual') warnings.push('usage_unusual')
  else if (inTerminal !== 'taken') rejects.push(inTerminal)
  if (!algorithms.includes(algorithm)) rejects.push('algorithm_not_for_usage')
  if (!modes.includes(mode)) rejects.push('mode_not_for_usage')
  else if (usage === 'P0' && mode !== 'E' && !allowAnyPinMode) rejects.push('pin_key_not_encrypt_only')
  else if (preferred !== undefined && mode !== preferred) warnings.push('mode_wider_than_needed')
}

/** A wrapping key is at least as strong as what it wraps (PCI PIN 10): TDES wraps no AES. Single DES protects nothing. */
function judgeStrength({ version, algorithm }: KeyBlock, rejects: KeyRuleCode[]) {
  if (algorithm === 'D') rejects.push('single_des')
  if (algorithm === 'A' && VERSION_FORMATS[version].protectedBy !== 'A') rejects.push('wrapping_key_weaker')
}

/** Optional blocks without which a terminal could not use the key (X9.143, 6.3.6.5, 6.3.6.6 and 6.3.6.8). */
function judgeCompanions({ usage, algorithm, optional }: KeyBlock, rejects: KeyRuleCode[]) {
  const has = (id: string) => optional.some((one) => one.id === id)
  if (usage === 'B1' && !has(algorithm === 'A' ? 'IK' : 'KS')) rejects.push('initial_key_without_serial')
  if (usage === 'M7' && !has('HM')) rejects.push('hmac_without_hash')
}
