/** Where the pages of this section are in the app; where rules are assigned: `ASSIGN` of the rules, which link there. */
export const ASSIGNMENTS = '/profile/assignments'
export const SWAPS = '/profile/swaps'

export const profilePath = (terminalId: string) => `/profile/terminals/${terminalId}`
export const assignedPath = (ruleId: string) => `${ASSIGNMENTS}?rule=${ruleId}`

/** The page on which a terminal is replaced; with the one that is broken, where that is known. */
export const swapPath = (oldTerminalId?: string) =>
  `${SWAPS}/new${oldTerminalId === undefined ? '' : `?old=${oldTerminalId}`}`
/** All about the updates of one terminal. */
export const updatesPath = (terminalId: string) => `/monitoring/status/${terminalId}?tab=updates`
