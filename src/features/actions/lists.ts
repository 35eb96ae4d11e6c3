export const ACTION_KINDS = ['license', 'update', 'apps', 'keys', 'upload-ecr-log'] as const
export type ActionKind = (typeof ACTION_KINDS)[number]

export const ACTION_STATES = [
  'offered',
  'downloading',
  'downloaded',
  'installed',
  'confirmed',
  'failed',
  'rejected',
  'withdrawn',
] as const
export type ActionState = (typeof ACTION_STATES)[number]

/** Why a terminal could not or would not: the numbers are for terminals that show codes on a small display. */
export const RESULT_REASONS = {
  out_of_space: 1,
  hash_mismatch: 2,
  signature_refused: 3,
  battery_low: 4,
  busy_with_payment: 5,
  unsettled_batch: 6,
  network_lost: 7,
  install_error: 8,
  not_supported: 9,
  cancelled_by_cashier: 10,
  other: 99,
} as const
export type ResultReason = keyof typeof RESULT_REASONS
