import type { Actor } from '../../core/context'

/** Who calls, as the rows of this slice keep it. */
export function callerName(actor: Actor): string {
  return actor.kind === 'terminal' ? actor.serial : actor.name
}
