import type { ORPCMeta } from '@orpc/trpc'
import { initTRPC, TRPCError } from '@trpc/server'
import type { z } from 'zod'
import { type Actor, type Ctx, isPermitted, type Services } from '../core/context'
import type { Permission } from '../core/permissions'
import type { Verb, Watch } from '../core/verb'
import { shapeError, toTrpcError } from './errors'

/** What a request brings to a procedure, whatever door it came in by. */
export interface CallContext {
  services: Services
  /** Undefined for a stranger. */
  actor: Actor | undefined
  requestId: string
  /** Aborted when the server drains. */
  stopping: AbortSignal
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
  const verbCtx: Ctx = { ...ctx.services, actor: ctx.actor, requestId: ctx.requestId }
  const result = await next({ ctx: { verbCtx } })
  if (!result.ok) throw toTrpcError(result.error)
  return result
})

const permitted = (permission: Permission) =>
  known.use(({ ctx, next }) => {
    if (!isPermitted(ctx.verbCtx.actor, permission))
      throw new TRPCError({ code: 'FORBIDDEN', message: `The caller needs ${permission}.` })
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

/** A subscription procedure of a watch. It ends with its caller's connection, and when the server drains. */
export function subscriptionOf<Input extends z.ZodType, Item>(watch: Watch<Input, Item>) {
  return permitted(watch.permission)
    .input(watch.input)
    .subscription(({ ctx, input, signal }) => {
      const signals = [ctx.stopping, ...(signal === undefined ? [] : [signal])]
      return watch.run(ctx.verbCtx, input as z.output<Input>, AbortSignal.any(signals))
    })
}

function metaOf(permission: Permission, face: Face<z.ZodType>): ORPCMeta {
  return {
    route: {
      method: face.method,
      path: face.path,
      summary: face.summary,
      description: `Needs \`${permission}\`.`,
      tags: [face.tag],
      successStatus: face.status ?? 200,
    },
  }
}
