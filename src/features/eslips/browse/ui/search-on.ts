import { api, type QueryOptions } from '../../../../app/api'
import type { SlipFilter, SlipPage } from '../../search/schemas'

/** Questions that are asked for one page before the person is. */
const MOST_ROUNDS = 4

/**
 * The question for a page of slips. The server looks through so many at a time and may come back with a short page; then it is
 * asked to go on until the page is full or a few rounds are over.
 */
export function searchOn(
  filter: SlipFilter,
  page: { limit: number; cursor: string | undefined },
): QueryOptions<SlipPage> {
  return {
    queryKey: [...api.eslips.search.key(), filter, page],
    async queryFn({ signal }) {
      const items: SlipPage['items'] = []
      let { cursor } = page
      for (let round = 1; ; round++) {
        const limit = page.limit - items.length
        const found = await api.eslips.search.fetch({ ...filter, cursor, limit }, signal)
        items.push(...found.items)
        const isDone = found.nextCursor === null || items.length >= page.limit || round >= MOST_ROUNDS
        if (isDone) return { ...found, items }
        cursor = found.nextCursor ?? undefined
      }
    },
  }
}
