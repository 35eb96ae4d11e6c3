import { createEffect, createSignal } from 'solid-js'
import { createStore, reconcile, unwrap } from 'solid-js/store'
import { api } from '../../../../../app/api'
import { useQuery } from '../../../../../app/query'
import type { Outputs } from '../../../../../client'
import type { LiveRow } from '../live'

export type StatusDetails = Outputs['status']['get']

/** All a terminal says of itself, kept in one place, so that what comes live changes only what differs. */
export function createLiveStatus(ref: () => { terminalId: string }) {
  const query = useQuery(() => api.status.get.query(ref()))
  const [store, setStore] = createStore<{ details?: StatusDetails }>({})
  const [isLoaded, setLoaded] = createSignal(false)
  createEffect(() => {
    const { data, dataUpdatedAt } = query
    if (data === undefined || dataUpdatedAt === 0) return
    setStore('details', reconcile(structuredClone(unwrap(data)) as StatusDetails, { merge: true }))
    setLoaded(true)
  })
  return {
    details: () => (isLoaded() ? store.details : undefined),
    error: () => query.error ?? undefined,
    refetch: () => void query.refetch(),
    /** What has come live. True where more may have changed than a row of the list tells. */
    change(row: LiveRow): boolean {
      const before = store.details
      if (before === undefined) return false
      const isNews =
        before.lastSeenAt !== row.lastSeenAt ||
        before.state !== row.state ||
        before.hasCardFinding !== row.hasCardFinding
      const { status, statusAt, cardFindings } = unwrap(before)
      setStore('details', reconcile({ ...row, status, statusAt, cardFindings }, { merge: true }))
      return isNews
    },
  }
}
