import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { BodyLimitPlugin } from '@orpc/server/node'
import { experimental_ZodSmartCoercionPlugin as ZodSmartCoercionPlugin } from '@orpc/zod/zod4'
import { type Actor, type Ctx, requirePermission, type Services } from '../core/context'
import { type Failure, failure } from '../core/errors'
import { answerForeignPage } from '../core/foreign-pages'
import { sourceOf } from '../core/http-caller'
import type { Once } from '../core/once'
import { announcesBody, problemOf, sendProblem } from '../core/problem'
import { noteRefusal, type Stranger } from '../features/audit'
import { failureOf, isOfStranger } from '../trpc/errors'
import type { CallContext } from '../trpc/procedures'
import { appRouter } from '../trpc/root'
import type { Use } from './authenticate'
import { byteEndpoints } from './endpoints'
import { type FoundRoute, routeFinder } from './paths'
import { idempotencyKeyOf, RepeatableWrite } from './repeats'
import { restRouter } from './rest-router'
import { whileKnown } from './while-known'

export const REST_PREFIX = '/api/v1'
const WRITES: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE']
const MAX_JSON_BYTES = 64 * 1024 * 1024

const unknownPath = failure('not_found', 'unknown_path', 'There is nothing at this address.')
const notAllowed = failure('method_not_allowed', 'method_not_allowed', 'This address takes other methods.')
const notJson = failure('unsupported_media', 'unsupported_media_type', 'The body must be application/json.')
const encoded = failure(
  'unsupported_media',
  'unsupported_content_encoding',
  'Bodies are taken as they are, without Content-Encoding.',
)
const stranger = failure(
  'unauthenticated',
  'unauthenticated',
  'A valid API key is needed: Authorization: Bearer psk_…',
)

export interface RestParts {
  services: Services
  authenticate(req: IncomingMessage, use?: Use): Promise<Actor | undefined>
  nextRequestId(): string
  /** Counts: whoever is not known has no rows of their own. */
  strangerRefused(stranger: Stranger): void
  /** Aborted when the server drains. */
  stopping: AbortSignal
  /** How often it is asked who calls while bytes go to and fro. */
  recheckEveryMs?: number
}

type RestContext = CallContext & {
  refusal?: Failure
  /** What the procedure is called with. */
  asked?: unknown
  /** Of a write that its caller has named. */
  onceFor?: ((input: unknown) => Once) | undefined
}

/**
 * REST: the second face of the tRPC routers. Nothing is decided here; JSON goes through the procedures, bytes through
 * the list of byte endpoints, and both end in the same verbs.
 */
export function createRestHandler(parts: RestParts) {
  const { services, authenticate, nextRequestId, stopping } = parts
  const handler = new OpenAPIHandler<RestContext>(restRouter() as never, {
    // Where a field may be one of several shapes, coercion adds the fields of the others as undefined: strict ones refuse them.
    clientInterceptors: [
      (options) => {
        const input = withoutUndefined(options.input)
        options.context.asked = input
        options.context.once = options.context.onceFor?.(input)
        return options.next({ ...options, input })
      },
    ],
    plugins: [new ZodSmartCoercionPlugin(), new BodyLimitPlugin({ maxBodySize: MAX_JSON_BYTES })],
    interceptors: [
      async (options) => {
        try {
          return await options.next()
        } catch (error) {
          // Kept for the answer below: refusals look the same on every door.
          options.context.refusal = failureOf(error)
          return { matched: false, response: undefined }
        }
      },
    ],
  })
  const routesAt = routeFinder(appRouter, byteEndpoints)

  /** How a write is made one that may be sent again, where its caller wants that. @throws idempotency_key_invalid */
  function nameOf(req: IncomingMessage, res: ServerResponse, actor: Actor, path: string) {
    const method = req.method ?? ''
    if (!WRITES.includes(method) || !('id' in actor)) return undefined
    const key = idempotencyKeyOf(req.headers['idempotency-key'])
    if (key === undefined) return undefined
    return (input: unknown) =>
      new RepeatableWrite(services, actor, { key, method, path, input }, () =>
        res.setHeader('Idempotency-Replayed', 'true'),
      )
  }

  async function known(req: IncomingMessage, res: ServerResponse): Promise<Actor> {
    const actor = await authenticate(req, { res, requests: 1 })
    if (actor === undefined) throw stranger()
    return actor
  }

  async function answer(req: IncomingMessage, res: ServerResponse, requestId: string): Promise<void> {
    const address = sourceOf(req, services.settings.http.trustProxy)
    const actor = await known(req, res).catch((error: unknown) => {
      if (isOfStranger(failureOf(error))) parts.strangerRefused({ door: 'REST', requestId, address })
      throw error
    })
    const path = pathOf(req)
    if (isRewritten(path)) throw unknownPath()
    const routes = routesAt(path)
    if (routes.length === 0) throw unknownPath()
    const route = routes.find(({ method }) => method === req.method)
    if (route === undefined)
      throw notAllowed({ values: { allow: [...new Set(routes.map(({ method }) => method))] } })
    const caller = { actor, requestId, address }
    const asked: { input?: unknown } = {}
    try {
      await answerRoute(req, res, { ...route, written: path, asked }, caller)
    } catch (error) {
      const name = `${route.method} ${route.path}`
      const input = () => ({ ...(asked.input as object), ...namedParams(route) })
      noteRefusal(services, caller, { door: 'REST', name, input }, failureOf(error))
      throw error
    }
  }

  async function answerRoute(
    req: IncomingMessage,
    res: ServerResponse,
    { endpoint, params, written, asked }: FoundRoute & { written: string; asked: { input?: unknown } },
    { actor, requestId, address }: { actor: Actor; requestId: string; address: string },
  ): Promise<void> {
    if (isEncoded(req)) throw encoded()
    if (endpoint !== undefined) {
      const ctx: Ctx = { ...services, actor, requestId, address }
      requirePermission(actor, endpoint.permission)
      const handle = () => endpoint.handle(ctx, req, res, params)
      await whileKnown(req, res, { actor, authenticate, everyMs: parts.recheckEveryMs }, handle)
      return
    }
    requireJson(req)
    const onceFor = nameOf(req, res, actor, written)
    const context: RestContext = { services, actor, requestId, address, stopping, onceFor }
    const { matched } = await handler.handle(req, res, { prefix: REST_PREFIX, context })
    asked.input = context.asked
    if (!matched) throw context.refusal ?? unknownPath()
  }

  return function handleRest(req: IncomingMessage, res: ServerResponse): void {
    const requestId = nextRequestId()
    res.setHeader('X-Request-Id', requestId)
    res.setHeader('Cache-Control', 'no-store')
    // Files of strangers are among the answers, and browsers with a session ask here.
    res.setHeader('X-Content-Type-Options', 'nosniff')
    if (answerForeignPage(req, res, services.settings.api.origins)) return
    answer(req, res, requestId).catch((error: unknown) => {
      // A caller that went away in the middle gets no answer and is nobody's mistake.
      if (res.destroyed || req.readableAborted) return
      const refusal = failureOf(error)
      if (refusal.kind === 'internal') logMistake(services, requestId, refusal.cause ?? error)
      if (res.headersSent) res.destroy()
      else sendProblem(req, res, problemOf(refusal))
    })
  }
}

/** What an address has in the places of its names. */
function namedParams({ path, params }: FoundRoute): Record<string, string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(params[at] ?? '')]))
}

/** Steps and signs that make another address of a URL for whoever reads it by the standard (WHATWG URL § 4.4). */
function isRewritten(path: string): boolean {
  return /\\|\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path)
}

function pathOf(req: IncomingMessage): string {
  const [path = ''] = (req.url ?? '').split('?', 1)
  return path.slice(REST_PREFIX.length).replace(/(?<=.)\/$/, '')
}

/** Forms and files would pass as input too, and a foreign page can send those: JSON or nothing. */
function requireJson(req: IncomingMessage): void {
  if (!announcesBody(req)) {
    // A type of nothing: the library would look for what is not there.
    delete req.headers['content-type']
    return
  }
  const type = req.headers['content-type']
  if (type === undefined) req.headers['content-type'] = 'application/json'
  else if (!/^application\/json\s*(?:;|$)/i.test(type)) throw notJson()
}

function isEncoded(req: IncomingMessage): boolean {
  const encoding = req.headers['content-encoding']
  return encoding !== undefined && encoding.toLowerCase() !== 'identity'
}

function logMistake(services: Services, requestId: string, error: unknown): void {
  services.log.error('rest_request_failed', {
    requestId,
    error: error instanceof Error ? error : new Error(String(error)),
  })
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  // Files and dates stay as they are.
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const given = Object.entries(value as object).filter(([, one]) => one !== undefined)
  return Object.fromEntries(given.map(([name, one]) => [name, withoutUndefined(one)]))
}
