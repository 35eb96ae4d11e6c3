import type { IncomingMessage, ServerResponse } from 'node:http'

/** With what the authenticator believes for a while, a revoked key sends and gets no more bytes after 10 s. */
const ASKED_EVERY_MS = 4_000

/** Files take their time: who is not known any more meanwhile is cut off. A database that cannot be reached cuts nobody off. */
export async function whileKnown(
  req: IncomingMessage,
  res: ServerResponse,
  authenticate: (req: IncomingMessage) => Promise<unknown>,
  run: () => Promise<void>,
): Promise<void> {
  const timer = setInterval(() => {
    authenticate(req).then(
      (caller) => caller === undefined && res.destroy(),
      () => {},
    )
  }, ASKED_EVERY_MS)
  try {
    await run()
  } finally {
    clearInterval(timer)
  }
}
