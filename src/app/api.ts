import { getUntypedClient } from '@trpc/client'
import type {
  AnyTRPCMutationProcedure,
  AnyTRPCQueryProcedure,
  inferProcedureInput,
  inferProcedureOutput,
  TRPCRouterRecord,
} from '@trpc/server'
import { isServer } from 'solid-js/web'
import { createClient } from '../client'
import type { AppRouter } from '../trpc/root'
import { createAttention } from './attention'
import { withProof } from './proving'

export interface QueryOptions<Output> {
  queryKey: readonly unknown[]
  queryFn(context: { signal?: AbortSignal }): Promise<Output>
}

interface QueryCall<Input, Output> {
  /** What `useQuery` takes: key and function. */
  query(input: Input): QueryOptions<Output>
  /** The same, for what the page is about: it waits for nothing else that is asked at the same moment. */
  queryAlone(input: Input): QueryOptions<Output>
  /** The beginning of the keys of all its answers, for invalidation. */
  key(): readonly unknown[]
  /** Asks once, past the cache. */
  fetch(input: Input, signal?: AbortSignal): Promise<Output>
}

interface MutationCall<Input, Output> {
  run(input: Input): Promise<Output>
}

type Calls<Record> = {
  [Name in keyof Record]: Record[Name] extends AnyTRPCQueryProcedure
    ? QueryCall<inferProcedureInput<Record[Name]>, inferProcedureOutput<Record[Name]>>
    : Record[Name] extends AnyTRPCMutationProcedure
      ? MutationCall<inferProcedureInput<Record[Name]>, inferProcedureOutput<Record[Name]>>
      : Record[Name] extends TRPCRouterRecord
        ? Calls<Record[Name]> & { key(): readonly unknown[] }
        : never
}

const attention = isServer ? undefined : createAttention(window)

/**
 * The browser's client: same origin, known by the session's cookie. What a page asks by itself while nobody is there says so, and
 * does not keep the session alive: a list that refreshes would hold an abandoned desk open for ever (PCI DSS 8.2.8).
 */
export const client = createClient({
  url: '',
  fetch: (input, init) => {
    const headers = new Headers(init?.headers)
    if (attention?.isUnattended()) headers.set('Psm-Unattended', '1')
    return fetch(input, { ...init, headers })
  },
})

const untyped = getUntypedClient(client)

/**
 * The typed calls of the server as Solid Query wants them: `useQuery(() => api.status.list.query({ limit: 50 }))`. There is no official
 * binding for Solid (trpc/trpc#6779). Routers must not name members `query`, `queryAlone`, `key`, `fetch` or `run`.
 */
export const api = at([]) as Calls<AppRouter['_def']['record']>

function at(path: string[]): unknown {
  return new Proxy(() => {}, {
    get: (_target, name: string) => at([...path, name]),
    apply(_target, _this, [input, signal]: [unknown, AbortSignal | undefined]) {
      const verb = path.at(-1)
      const names = path.slice(0, -1)
      const procedure = names.join('.')
      if (verb === 'key') return names
      if (verb === 'run') return withProof(() => untyped.mutation(procedure, input))
      if (verb === 'fetch') return untyped.query(procedure, input, signal === undefined ? {} : { signal })
      return {
        queryKey: input === undefined ? names : [...names, input],
        queryFn: (context: { signal?: AbortSignal }) =>
          untyped.query(procedure, input, {
            ...(context.signal === undefined ? {} : { signal: context.signal }),
            ...(verb === 'queryAlone' ? { context: { isAlone: true } } : {}),
          }),
      }
    },
  })
}
