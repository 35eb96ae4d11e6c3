/**
 * Every rule that key blocks and bundles are held to, by a number that never changes its meaning: depositors are answered
 * with numbers. 1xx: what a block looks like (TR-31:2018, ANSI X9.143:2021). 2xx: what a terminal may be given (PCI PIN).
 * 3xx: the bundle around the blocks. `alarm`: somebody should look at it at once, as keys may have been exposed or
 * mixed up. Browser-safe.
 */
export const KEY_RULES = [
  { number: 101, code: 'block_characters', alarm: false },
  { number: 102, code: 'block_size', alarm: false },
  { number: 103, code: 'block_length_wrong', alarm: false },
  { number: 104, code: 'version_unknown', alarm: false },
  { number: 105, code: 'version_proprietary', alarm: false },
  { number: 106, code: 'usage_malformed', alarm: false },
  { number: 107, code: 'algorithm_unknown', alarm: false },
  { number: 108, code: 'mode_unknown', alarm: false },
  { number: 109, code: 'key_version_malformed', alarm: false },
  { number: 110, code: 'exportability_unknown', alarm: false },
  { number: 111, code: 'context_unknown', alarm: false },
  { number: 112, code: 'reserved_not_zero', alarm: false },
  { number: 113, code: 'optional_count_malformed', alarm: false },
  { number: 114, code: 'optional_id_malformed', alarm: false },
  { number: 115, code: 'optional_length_wrong', alarm: false },
  { number: 116, code: 'optional_repeated', alarm: false },
  { number: 117, code: 'padding_not_last', alarm: false },
  { number: 118, code: 'optional_not_aligned', alarm: false },
  { number: 119, code: 'optional_data_malformed', alarm: false },
  { number: 120, code: 'ciphertext_malformed', alarm: false },
  { number: 121, code: 'mac_malformed', alarm: false },
  { number: 122, code: 'ciphertext_not_aligned', alarm: false },
  { number: 123, code: 'block_too_short_for_key', alarm: false },
  { number: 201, code: 'version_deprecated', alarm: false },
  { number: 202, code: 'usage_unknown', alarm: false },
  { number: 203, code: 'usage_base_derivation_key', alarm: true },
  { number: 204, code: 'usage_issuer_key', alarm: true },
  { number: 205, code: 'usage_host_key', alarm: true },
  { number: 206, code: 'usage_asymmetric', alarm: false },
  { number: 207, code: 'usage_unusual', alarm: false },
  { number: 208, code: 'algorithm_not_for_usage', alarm: false },
  { number: 209, code: 'mode_not_for_usage', alarm: false },
  { number: 210, code: 'mode_wider_than_needed', alarm: false },
  { number: 211, code: 'pin_key_not_encrypt_only', alarm: false },
  { number: 212, code: 'single_des', alarm: false },
  { number: 213, code: 'wrapping_key_weaker', alarm: false },
  { number: 214, code: 'initial_key_without_serial', alarm: false },
  { number: 215, code: 'hmac_without_hash', alarm: false },
  { number: 216, code: 'key_component', alarm: true },
  { number: 217, code: 'published_test_key', alarm: true },
  { number: 218, code: 'clear_key_suspected', alarm: true },
  { number: 301, code: 'bundle_not_json', alarm: false },
  { number: 302, code: 'bundle_name_repeated', alarm: false },
  { number: 303, code: 'bundle_field_wrong', alarm: false },
  { number: 304, code: 'serial_differs', alarm: true },
  { number: 305, code: 'sequence_differs', alarm: false },
  { number: 306, code: 'bundle_expired', alarm: false },
  { number: 307, code: 'keys_too_many', alarm: false },
  { number: 308, code: 'slot_repeated', alarm: false },
  { number: 309, code: 'wrapping_slot_unknown', alarm: false },
  { number: 310, code: 'wrapping_circle', alarm: false },
  { number: 311, code: 'wrapping_key_unfit', alarm: false },
  { number: 312, code: 'transport_key_differs', alarm: true },
  { number: 313, code: 'wrapping_key_differs', alarm: true },
  { number: 314, code: 'check_value_differs', alarm: true },
] as const

export type KeyRule = (typeof KEY_RULES)[number]
export type KeyRuleCode = KeyRule['code']

/** The rule of a code. */
export function keyRule(code: KeyRuleCode): KeyRule {
  return KEY_RULES.find((rule) => rule.code === code)!
}
