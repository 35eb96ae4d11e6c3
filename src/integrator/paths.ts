import type { AnyTRPCRouter } from '@trpc/server'
import type { ByteEndpoint } from './bytes'

interface Route {
  method: string
  path: string
}

/** Every REST address of a router. */
export function routesOf(router: AnyTRPCRouter): Route[] {
  const found: Route[] = []
  const walk = (record: Record<string, unknown>) => {
    for (const item of Object.values(record)) {
      if (typeof item === 'function') {
        const meta = (item as unknown as { _def: { meta?: { route?: Partial<Route> } } })._def.meta
        const { method, path } = meta?.route ?? {}
        if (method !== undefined && path !== undefined) found.push({ method, path })
      } else if (typeof item === 'object' && item !== null) walk(item as Record<string, unknown>)
    }
  }
  walk(router._def.record as Record<string, unknown>)
  return found
}

/** Says which methods an address takes; none where there is no such address. */
export function methodsByPath(
  router: AnyTRPCRouter,
  bytes: readonly ByteEndpoint[],
): (path: string) => string[] {
  const patterns = [...routesOf(router), ...bytes].map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
  }))
  return (path) => [...new Set(patterns.filter((one) => one.pattern.test(path)).map((one) => one.method))]
}
