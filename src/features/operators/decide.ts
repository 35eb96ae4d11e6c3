/**
 * Who may become a key officer, and how (dual control, PCI PIN 6). A change to a key officer is: appointing one, opening the account of
 * one, and new limits, a new password or a lost second factor of one. By whatever way, one administrator alone must not get at the
 * approval of keys.
 *
 * - The command line of the server is another trust: it needs the machine itself.
 * - The first key officer of all is appointed by one administrator, for nobody could confirm it.
 * - From then on another key officer confirms each change, for good: closing the accounts of all officers opens nothing again.
 */
export type Way = 'at_once' | 'alone' | 'to_confirm' | 'nobody_confirms'

/** Somebody in the role whose account is open. */
export interface Officer {
  id: string
  /** The administrator who appointed the first officer, unconfirmed; null for everybody else. */
  appointedAloneBy: string | null
}

export interface Change {
  operatorId: string
  /** The person who asks, or the program where nobody stands behind it; null at the command line of the server. */
  requestedBy: string | null
}

export function wayOf(
  change: Change,
  {
    wasThereAny,
    officers,
  }: {
    /** Whether anybody ever was a key officer. */
    wasThereAny: boolean
    /** Those who see no less than the person would. */
    officers: readonly Officer[]
  },
): Way {
  if (change.requestedBy === null) return 'at_once'
  if (!wasThereAny) return 'alone'
  return officers.some((officer) => obstacleOf(change, officer) === undefined)
    ? 'to_confirm'
    : 'nobody_confirms'
}

export type Obstacle = 'own' | 'of_requester'

/** Why an officer may not confirm a change; undefined where they may. */
export function obstacleOf({ operatorId, requestedBy }: Change, officer: Officer): Obstacle | undefined {
  if (officer.id === operatorId || officer.id === requestedBy) return 'own'
  return requestedBy !== null && officer.appointedAloneBy === requestedBy ? 'of_requester' : undefined
}
