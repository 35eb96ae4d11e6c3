import { type Actor, isPermitted, type Visibility } from '../../core/context'
import type { Scope } from '../../core/permissions'
import { scopesOfAlerts } from '../alerts'
import { requireWithinOwn } from '../operators'
import type { EventType } from './lists'

/** Whoever may read all that events of a type tell, where a webhook has such limits. */
const SCOPES: Readonly<Record<EventType, (visibility: Visibility) => readonly Scope[]>> = {
  'eslip.created': () => ['eslips:read'],
  'alert.raised': scopesOfAlerts,
  'alert.cleared': scopesOfAlerts,
}

/**
 * A webhook carries out of the house what it is told: nobody sends there what they may not read, nor sends somewhere else what
 * another one had sent. `scope_beyond_own` names the permissions that are missing.
 */
export function requireMayRead(
  actor: Actor,
  { eventTypes, visibility }: { eventTypes: readonly EventType[]; visibility: Visibility },
): void {
  const scopes = new Set(eventTypes.flatMap((type) => SCOPES[type](visibility)))
  requireWithinOwn(actor, [...scopes], visibility)
}

/** True where the caller may read what a message of that type tells; whose webhooks a caller sees is another question. */
export function mayReadBody(actor: Actor, type: EventType, visibility: Visibility): boolean {
  return SCOPES[type](visibility).every((scope) => isPermitted(actor, scope))
}
