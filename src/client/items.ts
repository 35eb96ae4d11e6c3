interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/**
 * Every item of a paged list, page after page: no more is asked for before it is wanted.
 *
 * ```ts
 * for await (const terminal of everyItem(psm.status.list.query, { connectivity: 'lost' })) …
 * ```
 */
export async function* everyItem<Input extends { cursor?: string | undefined }, Item>(
  ask: (input: Input) => Promise<Page<Item>>,
  input: Omit<Input, 'cursor'>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined
  do {
    const page = await ask((cursor === undefined ? input : { ...input, cursor }) as Input)
    yield* page.items
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
