import { createEffect, createSignal } from 'solid-js'
import { createStore, reconcile, unwrap } from 'solid-js/store'
import { api, client } from '../../../../app/api'
import { createLive } from '../../../../app/live'
import { useQuery } from '../../../../app/query'
import type { Outputs } from '../../../../client'
import type { RolloutView } from '../schemas'

export type RolloutDetails = Outputs['rollouts']['get']

/** One rollout, kept in one place, so that what comes live changes only what differs; its history is asked for with every step. */
export function createLiveRollout(rolloutId: string) {
  const query = useQuery(() => api.rollouts.get.query({ rolloutId }))
  const [store, setStore] = createStore<{ details?: RolloutDetails }>({})
  const [isLoaded, setLoaded] = createSignal(false)
  createEffect(() => {
    const { data, dataUpdatedAt } = query
    if (data === undefined || dataUpdatedAt === 0) return
    setStore('details', reconcile(structuredClone(unwrap(data)) as RolloutDetails, { merge: true }))
    setLoaded(true)
  })
  const take = (view: RolloutView) => {
    const before = store.details
    if (before === undefined) return
    const isStep = before.revision !== view.revision || before.wave !== view.wave
    const { events } = unwrap(before)
    setStore('details', reconcile({ ...view, events }, { merge: true }))
    if (isStep) void query.refetch()
  }
  const live = createLive<RolloutView>({
    watched: () => (isLoaded() ? rolloutId : ''),
    subscribe: (id, handlers) => client.rollouts.watch.subscribe({ rolloutId: id }, handlers),
    onData: take,
    onEnded: () => void query.refetch(),
  })
  return {
    details: () => (isLoaded() ? store.details : undefined),
    error: () => query.error ?? undefined,
    refetch: () => void query.refetch(),
    live,
  }
}
