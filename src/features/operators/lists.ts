/** PCI DSS 8.3.6: twelve characters at least. */
export const MIN_PASSWORD_CHARACTERS = 12

export const USERNAME_PATTERN = /^[a-zA-Z0-9._-]{3,50}$/
