import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
  TRPCClientError,
} from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '../trpc/root'
import { eventSourceBy } from './event-source'

export interface ClientOptions {
  /** The server's address, such as `https://psm.example`; without a path. */
  url: string
  /** An API key, `psk_…`. Left out by pages, which are known by their session. */
  apiKey?: string
  /** Stands in for the runtime's own `fetch`. */
  fetch?: typeof globalThis.fetch
}

export type Client = TRPCClient<AppRouter>
export type Inputs = inferRouterInputs<AppRouter>
export type Outputs = inferRouterOutputs<AppRouter>

/** The server answers more calls at once with 400. */
const MAX_BATCH = 50
/** Longer addresses are cut by proxies. */
const MAX_URL_CHARACTERS = 4_000
/** A query with more input than this goes by POST. */
const MAX_INPUT_CHARACTERS = 1_500

/**
 * A typed client for Node, Deno and browsers. It takes types from the server and nothing that runs.
 *
 * ```ts
 * const psm = createClient({ url: 'https://psm.example', apiKey: 'psk_…' })
 * const { items, nextCursor } = await psm.terminals.list.query({ search: 'SN00' })
 * ```
 *
 * Refusals are thrown; `failureCode` tells the stable code.
 */
export function createClient({ url, apiKey, fetch = globalThis.fetch }: ClientOptions): Client {
  const endpoint = `${url.replace(/\/+$/, '')}/api/trpc`
  const headers: Record<string, string> = apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: endpoint, EventSource: eventSourceBy(fetch, headers) }),
        false: splitLink({
          condition: ({ type, input }) =>
            type === 'query' && (JSON.stringify(input) ?? '').length > MAX_INPUT_CHARACTERS,
          true: httpLink({ url: endpoint, headers, methodOverride: 'POST', fetch }),
          false: httpBatchLink({
            url: endpoint,
            headers,
            maxItems: MAX_BATCH,
            maxURLLength: MAX_URL_CHARACTERS,
            fetch,
          }),
        }),
      }),
    ],
  })
}

/** The stable code of a refusal, such as `serial_taken`; undefined for anything else, such as a lost connection. */
export function failureCode(error: unknown): string | undefined {
  if (!(error instanceof TRPCClientError)) return undefined
  const { failure } = (error.data ?? {}) as { failure?: string }
  return failure
}
