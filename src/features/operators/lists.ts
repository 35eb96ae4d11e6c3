/** PCI DSS 8.3.6: twelve characters at least. */
export const MIN_PASSWORD_CHARACTERS = 12

export const USERNAME_PATTERN = /^[a-zA-Z0-9._-]{3,50}$/

/** A key that ends within these days, or was used by nobody for those, is worth a look. */
export const KEY_EXPIRES_SOON_DAYS = 14
export const KEY_UNUSED_DAYS = 90

/** How long the secret before goes on opening the door. */
export const OVERLAP_HOURS = { default: 24, most: 720 } as const

export const MOST_ALLOWED_ADDRESSES = 50
export const MOST_REQUESTS_PER_MINUTE = 1_000_000

/** Whether a key opens the door: a revoked one never again, whatever its end was. */
export const KEY_STATES = ['active', 'expired', 'revoked'] as const

export const KEY_WARNINGS = ['expires_soon', 'unused', 'maker_gone'] as const

/** API keys and webhooks of one person that are told at once. */
export const MOST_MADE = 200
