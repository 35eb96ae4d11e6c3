import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import type { Actor, Services } from '../core/context'
import { answerForeignPage, isListedProgram } from '../core/foreign-pages'
import { isJsonOrNothing, isOwnPage, sourceOf } from '../core/http-caller'
import { problemOf, sendProblem } from '../core/problem'
import { noteRefusal, type Stranger } from '../features/audit'
import { failureOf, isOfStranger, toTrpcError } from './errors'
import { appRouter } from './root'
import { Streams } from './streams'

const PREFIX = '/api/trpc/'
const MAX_BODY_BYTES = 1024 * 1024
const MAX_BATCH = 50

export interface TrpcParts {
  services: Services
  /** @param use where the request counts: a batch as much as the calls in it */
  authenticate(
    req: IncomingMessage,
    use?: { res: ServerResponse; requests: number },
  ): Promise<Actor | undefined>
  nextRequestId(): string
  /** Counts: whoever is not known has no rows of their own. */
  strangerRefused(stranger: Stranger): void
  /** Aborted when the server drains. */
  stopping: AbortSignal
  /** How often an open stream asks whether its caller is still known. */
  recheckEveryMs?: number
}

/** With what the authenticator believes for a while: a revoked key has no stream any more after 10 s. */
const RECHECK_EVERY_MS = 4_000

/** tRPC over HTTP and SSE, for the web app and for programs. */
export function createTrpcHandler(parts: TrpcParts) {
  const { services, authenticate, nextRequestId, stopping } = parts
  const streams = new Streams()

  /** Refusals have the library's form, as every answer here does; what else belongs to them is in the headers. */
  async function admit(
    req: IncomingMessage,
    res: ServerResponse,
    use: { res: ServerResponse; requests: number },
  ) {
    try {
      return await authenticate(req, use)
    } catch (error) {
      const refusal = failureOf(error)
      for (const [name, value] of Object.entries(problemOf(refusal).headers ?? {})) res.setHeader(name, value)
      throw toTrpcError(error)
    }
  }

  return function handleTrpc(req: IncomingMessage, res: ServerResponse): void {
    const requestId = nextRequestId()
    res.setHeader('X-Request-Id', requestId)
    res.setHeader('Cache-Control', 'no-store')
    const path = (req.url ?? '').split('?', 1)[0] ?? ''
    const { http, api } = services.settings
    if (answerForeignPage(req, res, api.origins)) return
    // With a cookie or without: a form of another site has no business here, and says so by its media type.
    const isWelcome = isOwnPage(req, http) || isListedProgram(req, api.origins)
    if (!isWelcome || (req.method === 'POST' && !isJsonOrNothing(req))) {
      sendProblem(req, res, {
        status: 403,
        code: 'foreign_origin',
        detail: 'This call comes from another site.',
      })
      return
    }
    const procedures = path.slice(PREFIX.length)
    const use = { res, requests: procedures.split(/,|%2c/i, MAX_BATCH).length }
    /** What of the batch has not been told of as refused yet. */
    let calls: { path: string; getRawInput(): Promise<unknown> }[] = []
    const inputOf = (path: string) => {
      const call = calls.find((one) => one.path === path)
      calls = calls.filter((one) => one !== call)
      return call?.getRawInput()
    }
    void nodeHTTPRequestHandler({
      router: appRouter,
      req,
      res,
      path: procedures,
      maxBodySize: MAX_BODY_BYTES,
      maxBatchSize: MAX_BATCH,
      // The library sets its own `Vary` in place of the one that is there.
      responseMeta: () => (api.origins.length === 0 ? {} : { headers: new Headers({ Vary: 'Origin' }) }),
      // A query whose input is too long for an address is asked by POST.
      allowMethodOverride: true,
      createContext: async ({ info }) => {
        calls = [...info.calls]
        return {
          services,
          actor: await admit(req, res, use),
          requestId,
          address: sourceOf(req, services.settings.http.trustProxy),
          stopping,
          streams,
          recheck: {
            everyMs: parts.recheckEveryMs ?? RECHECK_EVERY_MS,
            who: () => authenticate(req),
          },
        }
      },
      onError({ error, path: procedure, input, ctx }) {
        const failure = failureOf(error)
        const address = sourceOf(req, services.settings.http.trustProxy)
        if (ctx?.actor !== undefined && procedure !== undefined)
          noteRefusal(
            services,
            { ...ctx, actor: ctx.actor },
            { door: 'tRPC', name: procedure, input: () => input ?? inputOf(procedure) },
            failure,
          )
        else if (isOfStranger(failure)) parts.strangerRefused({ door: 'tRPC', requestId, address })
        if (failure.kind !== 'internal') return
        const cause = error.cause ?? error
        services.log.error('procedure_failed', { requestId, procedure, error: cause })
      },
    })
  }
}
