import type { Runtime } from './runtime'

const EVERY_ADDRESS = /^\[?(?:0\.0\.0\.0|::)\]?$/

/**
 * Prints the link for the first administrator where there is no operator yet: for a person, beside the log. Its token is
 * a fragment, which browsers keep to themselves, so that no proxy and no log ever has it.
 * @param listening what the server listens on
 */
export async function announceSetup(runtime: Runtime, listening: string): Promise<void> {
  const token = await runtime.signIn.openSetup()
  if (token === undefined) return
  const base = runtime.settings.http.publicUrl ?? reachable(listening)
  const link = new URL(`/setup#token=${token}`, base).href
  process.stderr.write(
    `\nNobody can sign in yet. Make the first administrator (good for 24 hours):\n\n  ${link}\n\n`,
  )
}

function reachable(listening: string): string {
  const url = new URL(listening)
  if (EVERY_ADDRESS.test(url.hostname)) url.hostname = 'localhost'
  return url.href
}
