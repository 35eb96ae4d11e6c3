import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Actor, hasSameRights } from '../core/context'

/** With what the authenticator believes for a while, a key that was revoked or changed sends and gets no more bytes after 10 s. */
const ASKED_EVERY_MS = 4_000

interface Watched {
  /** As whom the request was let in. */
  actor: Actor
  authenticate(req: IncomingMessage): Promise<Actor | undefined>
  everyMs?: number | undefined
}

/**
 * Files take their time: who is not known any more meanwhile, or has not the same rights, is cut off. A database that cannot
 * be reached cuts nobody off.
 */
export async function whileKnown(
  req: IncomingMessage,
  res: ServerResponse,
  { actor, authenticate, everyMs = ASKED_EVERY_MS }: Watched,
  run: () => Promise<void>,
): Promise<void> {
  const timer = setInterval(() => {
    authenticate(req).then(
      (caller) => hasSameRights(actor, caller) || res.destroy(),
      () => {},
    )
  }, everyMs)
  try {
    await run()
  } finally {
    clearInterval(timer)
  }
}
