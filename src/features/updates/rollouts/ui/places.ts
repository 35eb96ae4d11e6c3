import { ROLLOUTS } from '../../rules/ui/places'

export const rolloutPath = (rolloutId: string) => `${ROLLOUTS}/${rolloutId}`

/** A terminal, where it tells why it gets what it gets. */
export const terminalPath = (terminalId: string) => `/monitoring/status/${terminalId}?tab=updates`
