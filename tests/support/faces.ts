import type { Services } from '../../src/core/context'
import { KeyAuthenticator } from '../../src/integrator/authenticate'
import { createRestHandler } from '../../src/integrator/handler'
import { createTrpcHandler } from '../../src/trpc/handler'
import { serve } from './http'

/** tRPC and REST on a port of their own, without framework, as the server puts them together. */
export async function openFaces(services: Services) {
  const keys = new KeyAuthenticator(services)
  let requests = 0
  const parts = {
    services,
    authenticate: keys.authenticate.bind(keys),
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
