import type { Operation, Published } from './document'

const MOST_OF_ONE_NAME = 40

/** What answers have shown, by the names it is asked for: ids, serial numbers, cursors. So that requests meet real things. */
export class Memory {
  readonly #values = new Map<string, unknown[]>()
  /** What a thing of a list is called where others ask for it: `/app-sets` is where `setId` comes from. */
  readonly #names = new Map<string, Set<string>>()
  readonly #never: ReadonlySet<unknown>

  /** @param never values that requests must not meet, such as the ids of the keys that are asked by */
  constructor(published: Published, never: readonly string[]) {
    this.#never = new Set(never)
    for (const { path } of published.operations)
      for (const [list, name] of namesIn(path)) {
        const names = this.#names.get(list) ?? new Set()
        this.#names.set(list, names.add(name))
      }
  }

  /** Something seen under a name; for a name in a path, from the list that it stands below if that showed any. */
  pick(name: string, at: number, path?: string): unknown {
    const [list] = path === undefined ? [] : (namesIn(path).find(([, one]) => one === name) ?? [])
    const values = this.#values.get(`${list} ${name}`) ?? this.#values.get(name) ?? []
    return values[at % values.length]
  }

  /** Takes down what an answer of an operation shows. */
  note({ path }: Operation, value: unknown): void {
    const { items } = (value ?? {}) as { items?: unknown }
    const list = path.replace(/\/\{\w+\}.*$/, '')
    for (const item of Array.isArray(items) ? items : [value])
      for (const name of this.#names.get(path) ?? this.#names.get(list) ?? []) {
        const { [name]: own, id } = (item ?? {}) as Record<string, unknown>
        this.#add(`${list} ${name}`, own ?? id)
        this.#add(name, own ?? id)
      }
    this.#walk(value, 'value', 0)
  }

  #walk(value: unknown, name: string, depth: number): void {
    if (depth > 5) return
    if (Array.isArray(value))
      for (const one of value.slice(0, 10)) this.#walk(one, name.replace(/s$/, ''), depth + 1)
    else if (typeof value === 'object' && value !== null)
      for (const [field, one] of Object.entries(value)) this.#walk(one, field, depth + 1)
    else if (value !== '' && typeof value !== 'boolean')
      this.#add(name === 'nextCursor' ? 'cursor' : name, value)
  }

  #add(name: string, value: unknown): void {
    if (value === undefined || value === null || this.#never.has(value)) return
    const values = this.#values.get(name) ?? []
    if (values.includes(value) || String(value).length > 500) return
    values.push(value)
    if (values.length > MOST_OF_ONE_NAME) values.shift()
    this.#values.set(name, values)
  }
}

/** Each name in a path, and the list it stands below. */
function namesIn(path: string): [list: string, name: string][] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => [
    path.slice(0, match.index - 1).replace(/\/\{\w+\}/g, ''),
    match[1] ?? '',
  ])
}
