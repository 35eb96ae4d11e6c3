import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import type { AppRouter } from '../trpc/root'
import type { Client } from './api'
import { eventSourceBy } from './event-source'
import type { ClientOptions } from './options'

export type { Client, Inputs, Outputs } from './api'
export { createFiles, type FileOptions, type Files, type UploadOptions } from './files'
export { everyItem } from './items'
export type { ClientOptions } from './options'
export { failureCode, Refusal } from './refusal'

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
 * What is asked at the same moment goes in one request, whose answer comes when the slowest is there; a call with
 * `{ context: { isAlone: true } }` as its second argument goes by itself.
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
          false: splitLink({
            condition: ({ context }) => context.isAlone === true,
            true: httpLink({ url: endpoint, headers, fetch }),
            false: httpBatchLink({
              url: endpoint,
              headers,
              maxItems: MAX_BATCH,
              maxURLLength: MAX_URL_CHARACTERS,
              fetch,
            }),
          }),
        }),
      }),
    ],
  })
}
