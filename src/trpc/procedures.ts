import type { ORPCMeta } from '@orpc/trpc'
import { initTRPC, TRPCError } from '@trpc/server'
import type { z } from 'zod'
import { type Actor, type Ctx, hasSameRights, requirePermission, type Services } from '../core/context'
import type { Once } from '../core/once'
import { type Needed, neededName } from '../core/permissions'
import type { Verb, Watch } from '../core/verb'
import { shapeError, toTrpcError } from './errors'
import type { Streams } from './streams'

/** What a request brings to a procedure, whatever door it came in by. */
export interface CallContext {
  services: Services
  /** Undefined for a stranger. */
  actor: Actor | undefined
  requestId: string
  /** Where the caller calls from. */
  address: string
  /** Where the caller has named a write, by REST. */
  once?: Once | undefined
  /** Aborted when the server drains. */
  stopping: AbortSignal
  /** Asks again who calls, on a beat, for as long as a stream is open. */
  recheck?: { everyMs: number; who(): Promise<Actor | undefined> }
  /** Counts the streams of each caller. */
  streams?: Streams
}

const t = initTRPC
  .context<CallContext>()
  .meta<ORPCMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) => shapeError(shape, error, ctx),
  })

export const router = t.router

/**
 * The ladder: known, then permitted. There is no public rung: what strangers may ask is not a procedure. Errors of the
 * verbs are turned into tRPC's here and nowhere else.
 */
const known = t.procedure.use(async ({ ctx, next }) => {
  if (ctx.actor === undefined)
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Who is calling is not known.' })
  const { services, actor, requestId, address, once } = ctx
  const verbCtx: Ctx = { ...services, actor, requestId, address, once }
  const result = await next({ ctx: { verbCtx } })
  if (!result.ok) throw toTrpcError(result.error)
  return result
})

const permitted = (needed: Needed) =>
  known.use(({ ctx, next }) => {
    try {
      requirePermission(ctx.verbCtx.actor, needed)
    } catch (error) {
      throw toTrpcError(error)
    }
    return next()
  })

/** How a verb looks from outside: its REST address and its words in the published document. */
export interface Face<Output extends z.ZodType> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: `/${string}`
  summary: string
  tag: string
  status?: number
  output: Output
}

/** A query procedure of a verb; permission and input come from the verb alone. */
export function queryOf<Input extends z.ZodType, Output extends z.ZodType>(
  verb: Verb<Input, NoInfer<z.input<Output>>>,
  face: Face<Output>,
) {
  return permitted(verb.permission)
    .meta(metaOf(verb.permission, face))
    .input(verb.input)
    .output(face.output)
    .query(({ ctx, input }) => verb.parsed(ctx.verbCtx, input as z.output<Input>) as never)
}

/** A mutation procedure of a verb. */
export function mutationOf<Input extends z.ZodType, Output extends z.ZodType>(
  verb: Verb<Input, NoInfer<z.input<Output>>>,
  face: Face<Output>,
) {
  return permitted(verb.permission)
    .meta(metaOf(verb.permission, face))
    .input(verb.input)
    .output(face.output)
    .mutation(({ ctx, input }) => verb.parsed(ctx.verbCtx, input as z.output<Input>) as never)
}

/** A query about the own account: it has no address for programs. */
export function ownQueryOf<Input extends z.ZodType, Output extends z.ZodType>(
  verb: Verb<Input, NoInfer<z.input<Output>>>,
  output: Output,
) {
  return permitted(verb.permission)
    .input(verb.input)
    .output(output)
    .query(({ ctx, input }) => verb.parsed(ctx.verbCtx, input as z.output<Input>) as never)
}

/** A mutation of the own account. */
export function ownMutationOf<Input extends z.ZodType, Output extends z.ZodType>(
  verb: Verb<Input, NoInfer<z.input<Output>>>,
  output: Output,
) {
  return permitted(verb.permission)
    .input(verb.input)
    .output(output)
    .mutation(({ ctx, input }) => verb.parsed(ctx.verbCtx, input as z.output<Input>) as never)
}

/**
 * A subscription procedure of a watch; `too_many_streams` of one caller. It ends with its caller's connection, when the server drains, and when the
 * caller's session or key has ended or has other rights than it was begun with.
 */
export function subscriptionOf<Input extends z.ZodType, Item>(watch: Watch<Input, Item>) {
  return permitted(watch.permission)
    .input(watch.input)
    .subscription(async function* ({ ctx, input, signal }) {
      const leave = enter(ctx.streams, ctx.verbCtx.actor)
      const strangers = new AbortController()
      const signals = [ctx.stopping, strangers.signal, ...(signal === undefined ? [] : [signal])]
      const stopAsking = askAgain(ctx, () => strangers.abort())
      try {
        yield* watch.run(ctx.verbCtx, input as z.output<Input>, AbortSignal.any(signals))
      } finally {
        stopAsking()
        leave?.()
      }
    })
}

function enter(streams: Streams | undefined, actor: Actor): (() => void) | undefined {
  try {
    return streams?.enter(actor)
  } catch (error) {
    throw toTrpcError(error)
  }
}

/** A database that cannot be reached for a moment ends no stream: the next beat asks again. */
function askAgain(
  { recheck, services, verbCtx }: CallContext & { verbCtx: Ctx },
  end: () => void,
): () => void {
  if (recheck === undefined) return () => {}
  const timer = setInterval(() => {
    recheck.who().then(
      (caller) => hasSameRights(verbCtx.actor, caller) || end(),
      (error: unknown) => services.log.warn('stream_not_rechecked', { error: error as Error }),
    )
  }, recheck.everyMs)
  return () => clearInterval(timer)
}

function metaOf(needed: Needed, face: Face<z.ZodType>): ORPCMeta {
  return {
    route: {
      method: face.method,
      path: face.path,
      summary: face.summary,
      description: `Needs \`${neededName(needed)}\`.`,
      tags: [face.tag],
      successStatus: face.status ?? 200,
    },
  }
}
