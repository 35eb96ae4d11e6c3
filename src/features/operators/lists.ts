/** PCI DSS 8.3.6: twelve characters at least. */
export const MIN_PASSWORD_CHARACTERS = 12

export const USERNAME_PATTERN = /^[a-zA-Z0-9._-]{3,50}$/

/** What about a key officer may have to wait until another one confirms it. */
export const APPOINTMENT_KINDS = ['account', 'role', 'limits', 'password', 'second-factor'] as const
export type AppointmentKind = (typeof APPOINTMENT_KINDS)[number]
