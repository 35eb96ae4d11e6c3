import { setPath } from '../../catalog/ui/places'

export { setPath }

/** Where sets of applications are in the app; here, for rollouts and the profile lead to them. */
export const SETS = '/apps/sets'
export const NEW_SET = `${SETS}/new`
export const COMPARE = `${SETS}/compare`

export const editSetPath = (setId: string) => `${setPath(setId)}/edit`

/** Two sets beside one another, or two revisions of one; the newest where none is named. */
export function comparePath(sides: {
  one: string
  oneRevision?: number
  other?: string
  otherRevision?: number
}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(sides)) if (value !== undefined) query.set(name, String(value))
  return `${COMPARE}?${query}`
}

/** Where terminals are connected; whoever links there names a set, and terminals or a filter of Monitoring. */
export const CONNECT = '/profile/app-sets'
export const connectPath = (setId: string) => `${CONNECT}?set=${setId}`

/** A terminal, where it tells which applications it has and why. */
export const terminalAppsPath = (terminalId: string) => `/monitoring/status/${terminalId}?tab=apps`

/** Where a set begins its way in waves. */
export const newSetRolloutPath = (setId: string) => `/updates/rollouts/new?set=${setId}`
export const rolloutsOfSet = (setId: string) => `/updates/rollouts?setId=${setId}`
export const rolloutPathOf = (rolloutId: string) => `/updates/rollouts/${rolloutId}`
