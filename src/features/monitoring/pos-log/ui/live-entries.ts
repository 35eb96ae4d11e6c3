import { createStore, reconcile } from 'solid-js/store'
import { client } from '../../../../app/api'
import { createLive, type LiveState } from '../../../../app/live'
import type { Inputs } from '../../../../client'
import type { Entry, Gap } from './words'

/** As many as one looks at; older ones are a search. */
const MOST_ROWS = 200

type Watched = Inputs['posLog']['watch']

/** The newest entries of a filter, and those that come, while the page is looked at. Nothing while the filter is undefined. */
export function createLiveEntries(filter: () => Watched | undefined): {
  entries: () => readonly Entry[] | undefined
  gaps: () => readonly Gap[]
  state: () => LiveState
} {
  const [store, setStore] = createStore<{ entries: Entry[] | undefined; gaps: Gap[]; watched: string }>({
    entries: undefined,
    gaps: [],
    watched: '',
  })
  const watched = () => {
    const asked = filter()
    return asked === undefined ? '' : JSON.stringify(asked)
  }
  const state = createLive<{ entries: readonly Entry[]; gaps: readonly Gap[] }>({
    watched,
    subscribe(text, handlers) {
      // The first answer has the newest anew: what was shown for another filter goes.
      if (text !== store.watched) setStore({ entries: undefined, gaps: [], watched: text })
      return client.posLog.watch.subscribe(JSON.parse(text) as Watched, handlers)
    },
    onData(news) {
      const known = new Map((store.entries ?? []).map((entry) => [entry.entryId, entry]))
      for (const entry of news.entries) known.set(entry.entryId, entry)
      const newest = [...known.values()].sort(byTime).slice(0, MOST_ROWS)
      setStore('entries', reconcile(newest, { key: 'entryId', merge: true }))
      if (news.gaps.length > 0) setStore('gaps', (before) => [...before, ...news.gaps])
    },
    onEnded: () => {},
  })
  return {
    entries: () => (store.watched === watched() ? store.entries : undefined),
    gaps: () => store.gaps,
    state,
  }
}

/** The newest first; within a millisecond in the order of their numbers. */
function byTime(one: Entry, other: Entry): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1
  return one.entryId < other.entryId ? 1 : -1
}
