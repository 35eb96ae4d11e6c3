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

/** What an address stands for, by one of its methods. */
export interface FoundRoute extends Route {
  /** Where it takes or gives bytes. */
  endpoint?: ByteEndpoint
  /** What the address has in the places of its `{names}`, as written. */
  params: string[]
}

/**
 * Finds the routes of an address; none where there is no such address. Those of bytes come first: `/status/export.csv` would be
 * a `/status/{terminalId}` as well.
 */
export function routeFinder(
  router: AnyTRPCRouter,
  bytes: readonly ByteEndpoint[],
): (path: string) => FoundRoute[] {
  const known = [...bytes.map((endpoint) => ({ ...endpoint, endpoint })), ...routesOf(router)].map(
    (route) => ({
      ...route,
      pattern: new RegExp(`^${route.path.replace(/\{\w+\}/g, '([^/]+)')}$`),
    }),
  )
  return (path) =>
    known.flatMap((route) => {
      const match = route.pattern.exec(path)
      if (match === null) return []
      const endpoint = 'endpoint' in route ? { endpoint: route.endpoint } : {}
      return { method: route.method, path: route.path, params: match.slice(1), ...endpoint }
    })
}
