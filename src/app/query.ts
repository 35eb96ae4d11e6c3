import {
  useInfiniteQuery as useInfiniteTanstackQuery,
  useQuery as useTanstackQuery,
} from '@tanstack/solid-query'
import { createMemo, createRoot, onCleanup } from 'solid-js'

/**
 * `useQuery` of the library, for pages that people type in. Read at once, an answer that is still in the cache would tie its reader to
 * Suspense for good: with every later answer the whole page would be taken out of the document and put back, and whoever types would lose
 * the focus and the next letters. Only a question that has no answer yet is waited for.
 */
export const useQuery = ((...given: Parameters<typeof useTanstackQuery>) =>
  steady(useTanstackQuery(...given))) as typeof useTanstackQuery

/** The same for lists that grow page by page. */
export const useInfiniteQuery = ((...given: Parameters<typeof useInfiniteTanstackQuery>) =>
  steady(useInfiniteTanstackQuery(...given))) as typeof useInfiniteTanstackQuery

function steady<Result extends { isPending: boolean; data: unknown }>(query: Result): Result {
  // Of a root without an owner: what is read there finds no Suspense.
  const known = createRoot((dispose) => {
    const data = createMemo(() => (query.isPending ? undefined : query.data))
    return { data, dispose }
  }, null)
  onCleanup(known.dispose)
  return new Proxy(query, {
    get: (target, name) => (name === 'data' && !target.isPending ? known.data() : Reflect.get(target, name)),
  })
}
