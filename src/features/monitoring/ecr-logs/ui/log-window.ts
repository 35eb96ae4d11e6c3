import { createEffect, createSignal, on } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { api } from '../../../../app/api'
import type { EcrLogRow } from '../schemas'

/** Rows that are fetched at once, and that are held at most: what is further away is fetched again. */
const FETCHED = 400
const MOST_HELD = 2_000

/** The rows of a log that are looked at: its end at first, then whatever is wanted. */
export function createLogWindow(logId: () => string) {
  const [rows, setRows] = createStore<EcrLogRow[]>([])
  const [total, setTotal] = createSignal<number>()
  const [error, setError] = createSignal<unknown>()
  const [isBusy, setBusy] = createSignal(false)
  let asked = 0

  /** What is asked for later wins; an answer that comes after it is dropped. */
  const ask = async (input: { from?: number; count?: number }, put: (items: EcrLogRow[]) => EcrLogRow[]) => {
    const turn = ++asked
    setBusy(true)
    try {
      const answer = await api.ecrLogs.read.fetch({ logId: logId(), count: FETCHED, ...input })
      if (turn !== asked) return
      setTotal(answer.rows)
      setRows(reconcile(put(answer.items), { key: 'row' }))
      setError(undefined)
    } catch (cause) {
      if (turn === asked) setError(cause)
    } finally {
      if (turn === asked) setBusy(false)
    }
  }
  const first = () => rows[0]?.row ?? 0
  const last = () => rows.at(-1)?.row ?? -1
  const end = () => ask({}, (items) => items)
  createEffect(on(logId, () => void end()))

  return {
    rows,
    total,
    error,
    isBusy,
    end,
    start: () => ask({ from: 0 }, (items) => items),
    hasBefore: () => rows.length > 0 && first() > 0,
    hasAfter: () => last() + 1 < (total() ?? 0),
    before: () => {
      const from = Math.max(0, first() - FETCHED)
      return ask({ from, count: first() - from }, (items) => [...items, ...rows].slice(0, MOST_HELD))
    },
    after: () => ask({ from: last() + 1 }, (items) => [...rows, ...items].slice(-MOST_HELD)),
    /** A row with some before and behind it. */
    around: (row: number) => ask({ from: Math.max(0, row - FETCHED / 2) }, (items) => items),
    holds: (row: number) => rows.length > 0 && row >= first() && row <= last(),
  }
}
export type LogWindow = ReturnType<typeof createLogWindow>
