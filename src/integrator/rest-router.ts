import { Procedure, type Router } from '@orpc/server'
import { toORPCRouter } from '@orpc/trpc'
import { appRouter } from '../trpc/root'

type Procedures = { [name: string]: Procedures | object }

/**
 * The tRPC routers as the REST library wants them. Only procedures with an address are in it: without one the library
 * would invent it, and a subscription is nothing that REST can answer.
 */
export function restRouter(): Router<never, never> {
  return withAddress(toORPCRouter(appRouter) as unknown as Procedures) as never
}

function withAddress(record: Procedures): Procedures {
  const kept: Procedures = {}
  for (const [name, item] of Object.entries(record)) {
    if (!(item instanceof Procedure)) kept[name] = withAddress(item as Procedures)
    else if (item['~orpc'].route.path !== undefined) kept[name] = item
  }
  return kept
}
