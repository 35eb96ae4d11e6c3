import { client } from '../../../../app/api'
import { createLive, type LiveState } from '../../../../app/live'
import type { Outputs } from '../../../../client'

export type LiveRow = Outputs['status']['list']['items'][number]

/** Watches the terminals of `ids` while the page is looked at. */
export function createLiveStream(options: {
  ids: () => readonly string[]
  onRows: (rows: readonly LiveRow[]) => void
  onEnded: () => void
}): () => LiveState {
  return createLive<readonly LiveRow[]>({
    watched: () => [...options.ids()].sort().join(),
    subscribe: (joined, handlers) =>
      client.status.watch.subscribe({ terminalIds: joined.split(',') }, handlers),
    onData: options.onRows,
    onEnded: options.onEnded,
  })
}
