import { useSearchParams } from '@solidjs/router'
import { createMemo, createSignal } from 'solid-js'

export interface Sort {
  by: string
  direction: 'asc' | 'desc'
}

export interface TableState<Filter extends string> {
  /** What is in the address, by name; a filter that is not set is undefined. */
  filter(name: Filter): string | undefined
  setFilter(name: Filter, value: string | undefined): void
  /** Sets many at once and forgets the rest where `only`. */
  setFilters(values: Partial<Record<Filter, string | undefined>>): void
  /** Back to all rows, from their beginning. */
  clearFilters(): void
  activeFilters(): number
  sort(): Sort
  setSort(by: string): void
  cursor(): string | undefined
  page(): number
  size(): number
  setSize(size: number): void
  next(cursor: string): void
  previous(): void
  first(): void
  hiddenColumns(): ReadonlySet<string>
  setHiddenColumns(hidden: readonly string[]): void
}

export const PAGE_SIZES = [25, 50, 100, 200] as const

/** Rows are cards on a narrow screen: as many as on a wide one would be a long way, and slow on a telephone. */
const usualSize = () => (matchMedia('(min-width: 640px)').matches ? PAGE_SIZES[1] : PAGE_SIZES[0])

/**
 * The state of a table, kept in the address: whoever opens it elsewhere sees the same. Pages are keyset pages: the address holds the
 * cursor, and the way back is remembered while the page is open (from an address alone the way back is the first page).
 * @param prefix parts several tables of one page.
 */
export function createTableState<Filter extends string>(options: {
  filters: readonly Filter[]
  /** What is in the address beside the filters, such as the name of what one gives by its id; cleared with them, not counted. */
  beside?: readonly Filter[]
  sort: Sort
  hidden?: readonly string[]
  prefix?: string
}): TableState<Filter> {
  const [params, setParams] = useSearchParams<Record<string, string>>()
  const name = (key: string) => `${options.prefix ?? ''}${key}`
  const read = (key: string) => params[name(key)] || undefined
  const write = (values: Record<string, string | undefined>) =>
    setParams(Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value])), {
      scroll: false,
    })
  const [way, setWay] = createSignal<(string | undefined)[]>([])
  const toFirstPage = { cursor: undefined, page: undefined }
  const change = (values: Record<string, string | undefined>) => {
    setWay([])
    write({ ...values, ...toFirstPage })
  }
  const page = () => Math.max(1, Number(read('page') ?? 1) || 1)
  const sort = createMemo<Sort>(() => {
    const [by = '', direction] = read('sort')?.split('.') ?? []
    return by === '' ? options.sort : { by, direction: direction === 'desc' ? 'desc' : 'asc' }
  })
  const hidden = createMemo(() => {
    const given = read('hide')
    return new Set(given === undefined ? (options.hidden ?? []) : given.split('~').filter(Boolean))
  })
  return {
    filter: read,
    setFilter: (key, value) => change({ [key]: value || undefined }),
    setFilters: (values) => change(values as Record<string, string | undefined>),
    clearFilters: () =>
      change(
        Object.fromEntries([...options.filters, ...(options.beside ?? [])].map((key) => [key, undefined])),
      ),
    activeFilters: () => options.filters.filter((key) => read(key) !== undefined).length,
    sort,
    setSort(by) {
      const now = sort()
      const direction = now.by === by && now.direction === 'asc' ? 'desc' : 'asc'
      change({ sort: `${by}.${direction}` })
    },
    cursor: () => read('cursor'),
    page,
    // The address may say anything, and the server refuses what is too many.
    size: () => PAGE_SIZES.find((size) => String(size) === read('size')) ?? usualSize(),
    setSize: (size) => change({ size: String(size) }),
    next(cursor) {
      setWay([...way(), read('cursor')])
      write({ cursor, page: String(page() + 1) })
    },
    previous() {
      const before = way().at(-1)
      setWay(way().slice(0, -1))
      write(before === undefined ? toFirstPage : { cursor: before, page: String(page() - 1) })
    },
    first: () => change({}),
    hiddenColumns: hidden,
    setHiddenColumns: (columns) => write({ hide: columns.length === 0 ? '~' : columns.join('~') }),
  }
}
