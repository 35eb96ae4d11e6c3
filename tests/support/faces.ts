import type { IncomingMessage } from 'node:http'
import type { Actor, Services } from '../../src/core/context'
import type { Stranger } from '../../src/features/audit'
import { createSignInRoom } from '../../src/features/operators/sign-in'
import { KeyAuthenticator, type Use } from '../../src/integrator/authenticate'
import { createRestHandler } from '../../src/integrator/handler'
import { authenticateCaller } from '../../src/server/door'
import { createTrpcHandler } from '../../src/trpc/handler'
import { serve } from './http'

/**
 * tRPC, REST and sign-in on a port of their own, without framework, as the server puts them together.
 * @param strangerRefused counts calls of nobody
 * @param personOf who calls with this `X-Test-Role`, where no session is wanted
 */
export async function openFaces(
  services: Services,
  personOf: (role: string | undefined) => Actor | undefined = () => undefined,
  strangerRefused: (stranger: Stranger) => void = () => {},
) {
  const keys = new KeyAuthenticator(services)
  let requests = 0
  const nextRequestId = () => `test-${++requests}`
  const signIn = createSignInRoom({ services, secret: AUTH_SECRET, nextRequestId })
  const parts = {
    services,
    authenticate: async (req: IncomingMessage, use?: Use) =>
      personOf(req.headers['x-test-role'] as string | undefined) ??
      (await authenticateCaller(req, keys, signIn, use)),
    nextRequestId,
    strangerRefused,
    stopping: new AbortController().signal,
    recheckEveryMs: 50,
  }
  const rest = createRestHandler(parts)
  const trpc = createTrpcHandler(parts)
  const served = await serve((req, res) => {
    if (req.url?.startsWith('/api/auth')) signIn.handle(req, res)
    else if (req.url?.startsWith('/api/trpc')) trpc(req, res)
    else rest(req, res)
  })
  return { ...served, keys, signIn }
}

const AUTH_SECRET = 'a secret of the tests, long enough for any library'
