import type { AnyTRPCRouter } from '@trpc/server'
import type { z } from 'zod'
import type { ByteEndpoint } from './bytes'

interface Route {
  method: string
  path: string
}

/** A route with what its procedure takes and answers. */
interface TypedRoute extends Route {
  input: z.ZodType | undefined
  output: z.ZodType
}

/** Every REST address of a router. */
export function routesOf(router: AnyTRPCRouter): TypedRoute[] {
  const found: TypedRoute[] = []
  const walk = (record: Record<string, unknown>) => {
    for (const item of Object.values(record)) {
      if (typeof item === 'function') {
        const { meta, inputs, output } = (item as unknown as { _def: ProcedureDef })._def
        const { method, path } = meta?.route ?? {}
        if (method !== undefined && path !== undefined) found.push({ method, path, input: inputs[0], output })
      } else if (typeof item === 'object' && item !== null) walk(item as Record<string, unknown>)
    }
  }
  walk(router._def.record as Record<string, unknown>)
  return found
}

interface ProcedureDef {
  meta?: { route?: Partial<Route> }
  inputs: z.ZodType[]
  output: z.ZodType
}

type ByPath<Found> = (router: AnyTRPCRouter, bytes: readonly ByteEndpoint[]) => Found

function patternsOf(router: AnyTRPCRouter, bytes: readonly ByteEndpoint[]) {
  return [...routesOf(router), ...bytes].map(({ method, path }) => ({
    method,
    path,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
  }))
}

/** Says which methods an address takes; none where there is no such address. */
export const methodsByPath: ByPath<(path: string) => string[]> = (router, bytes) => {
  const patterns = patternsOf(router, bytes)
  return (path) => [...new Set(patterns.filter((one) => one.pattern.test(path)).map((one) => one.method))]
}

/** Says what an address is called: `GET /terminals/{terminalId}`. */
export const templateByPath: ByPath<(method: string, path: string) => string | undefined> = (
  router,
  bytes,
) => {
  const patterns = patternsOf(router, bytes)
  return (method, path) => {
    const found = patterns.find((one) => one.method === method && one.pattern.test(path))
    return found && `${method} ${found.path}`
  }
}
