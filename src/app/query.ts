import {
  useInfiniteQuery as useInfiniteTanstackQuery,
  useQuery as useTanstackQuery,
} from '@tanstack/solid-query'
import { createMemo, createRoot, onCleanup, untrack } from 'solid-js'
import { useIsArriving } from './is-arriving'

/**
 * `useQuery` of the library, for pages that people type in. An answer that is read before it is there ties its reader to Suspense, which
 * takes the whole page out of the document until it has come, and keeps back the effects of what was made meanwhile: whoever types in a
 * dialog that asks something would lose the focus and the letters. So only a page on its way waits for its answers; one that stands shows
 * what it has.
 */
export const useQuery = ((...given: Parameters<typeof useTanstackQuery>) =>
  steady(useTanstackQuery(...given))) as typeof useTanstackQuery

/** The same for lists that grow page by page. */
export const useInfiniteQuery = ((...given: Parameters<typeof useInfiniteTanstackQuery>) =>
  steady(useInfiniteTanstackQuery(...given))) as typeof useInfiniteTanstackQuery

function steady<Result extends { isPending: boolean; data: unknown }>(query: Result): Result {
  const isArriving = useIsArriving()
  // Of a root without an owner: what is read there finds no Suspense.
  const known = createRoot((dispose) => {
    const data = createMemo(() => (query.isPending ? undefined : query.data))
    return { data, dispose }
  }, null)
  onCleanup(known.dispose)
  // An answer that is still in the cache is not waited for either: the tie would last, and every later answer would be waited for.
  const isWaitedFor = () => query.isPending && untrack(isArriving)
  return new Proxy(query, {
    get: (target, name) => (name === 'data' && !isWaitedFor() ? known.data() : Reflect.get(target, name)),
  })
}
