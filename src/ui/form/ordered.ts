import { createSignal } from 'solid-js'
import type { FieldState } from './state'

/** The items of a field whose order matters: how they are added, changed, moved and taken out, and what is said aloud of a move. */
export function createOrdered<Item extends object>(options: {
  field(): Pick<FieldState<Item[]>, 'value' | 'onInput'>
  /** What tells items apart: none stands there twice. */
  keyOf(item: Item): string
  /** In words, that it stands at another place now; places count from 1. */
  moved(item: Item, place: number, all: number): string
}) {
  const [said, setSaid] = createSignal('')
  const items = () => options.field().value
  const set = (next: Item[]) => options.field().onInput(next)
  return {
    items,
    /** For whoever does not see the move. */
    said,
    add(added: readonly Item[]) {
      const known = new Set(items().map(options.keyOf))
      set([...items(), ...added.filter((one) => !known.has(options.keyOf(one))).map((one) => ({ ...one }))])
    },
    /** What a row needs of the item at its place. */
    at: (place: number) => ({
      place,
      get isLast() {
        return place === items().length - 1
      },
      onChange: (values: Partial<Item>) =>
        set(items().map((item, at) => (at === place ? { ...item, ...values } : { ...item }))),
      onRemove: () => set(items().filter((_, at) => at !== place)),
      onMove(by: -1 | 1) {
        const next = [...items()]
        const [item] = next.splice(place, 1)
        if (item === undefined) return
        next.splice(place + by, 0, item)
        set(next)
        setSaid(options.moved(item, place + by + 1, next.length))
      },
    }),
  }
}

/** What a row of such a field is given of its place. */
export interface PlaceProps<Item> {
  place: number
  isLast: boolean
  onChange(values: Partial<Item>): void
  onMove(by: -1 | 1): void
  onRemove(): void
}
