import { createSignal } from 'solid-js'
import { createStore, reconcile, unwrap } from 'solid-js/store'
import type { LiveRow } from './live'

/** The rows of a page. A row that changes keeps its place and its identity, so that only what differs is drawn anew. */
export function createLiveRows() {
  const [store, setStore] = createStore<{ rows: LiveRow[] }>({ rows: [] })
  const [isLoaded, setLoaded] = createSignal(false)
  return {
    /** Undefined until the first page is there. */
    rows: (): readonly LiveRow[] | undefined => (isLoaded() ? store.rows : undefined),
    /** Another page, or the same asked again; undefined changes nothing. */
    show(rows: readonly LiveRow[] | undefined) {
      if (rows === undefined) return
      setStore(
        'rows',
        reconcile(structuredClone(unwrap(rows)) as LiveRow[], { key: 'terminalId', merge: true }),
      )
      setLoaded(true)
    },
    /** What has come live. */
    change(changed: readonly LiveRow[]) {
      for (const row of changed) {
        const index = store.rows.findIndex((one) => one.terminalId === row.terminalId)
        if (index >= 0) setStore('rows', index, reconcile(row, { key: 'terminalId', merge: true }))
      }
    },
  }
}
