import type { IncomingMessage } from 'node:http'
import type { Actor, Services } from '../../src/core/context'
import { KeyAuthenticator } from '../../src/integrator/authenticate'
import { createRestHandler } from '../../src/integrator/handler'
import { createTrpcHandler } from '../../src/trpc/handler'
import { serve } from './http'

/**
 * tRPC and REST on a port of their own, without framework, as the server puts them together.
 * @param personOf who calls with this `X-Test-Role`: stands where the sessions of people will
 */
export async function openFaces(
  services: Services,
  personOf: (role: string | undefined) => Actor | undefined = () => undefined,
) {
  const keys = new KeyAuthenticator(services)
  let requests = 0
  const parts = {
    services,
    authenticate: async (req: IncomingMessage) =>
      personOf(req.headers['x-test-role'] as string | undefined) ?? (await keys.authenticate(req)),
    nextRequestId: () => `test-${++requests}`,
    stopping: new AbortController().signal,
  }
  const rest = createRestHandler(parts)
  const trpc = createTrpcHandler(parts)
  const served = await serve((req, res) =>
    req.url?.startsWith('/api/trpc') ? trpc(req, res) : rest(req, res),
  )
  return { ...served, keys }
}
