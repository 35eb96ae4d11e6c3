import { createSignal } from 'solid-js'

export interface Selection {
  ids(): readonly string[]
  has(id: string): boolean
  toggle(id: string): void
  /** All of them, or none where all were selected. */
  toggleAll(ids: readonly string[]): void
  clear(): void
}

/** Rows a person has ticked, over all pages it has been to. */
export function createSelection(): Selection {
  const [selected, setSelected] = createSignal<ReadonlySet<string>>(new Set())
  return {
    ids: () => [...selected()],
    has: (id) => selected().has(id),
    toggle(id) {
      const next = new Set(selected())
      if (!next.delete(id)) next.add(id)
      setSelected(next)
    },
    toggleAll(ids) {
      const next = new Set(selected())
      const areAll = ids.every((id) => next.has(id))
      for (const id of ids) areAll ? next.delete(id) : next.add(id)
      setSelected(next)
    },
    clear: () => setSelected(new Set<string>()),
  }
}
