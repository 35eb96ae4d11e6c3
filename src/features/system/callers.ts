import { type Ctx, visibilityOf } from '../../core/context'
import type { ServerFacts } from '../../core/server-facts'
import { serverNotRunning, systemBeyondLimits } from './errors'

/** The running server, for a caller who sees everything. `system_beyond_limits`, `server_not_running`. */
export function serverOf({ actor, server }: Ctx): ServerFacts {
  if (visibilityOf(actor).kind !== 'all') throw systemBeyondLimits()
  if (server === undefined) throw serverNotRunning()
  return server
}
