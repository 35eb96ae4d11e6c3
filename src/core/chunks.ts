const CHUNK = 5_000

/** Parts of a list that one statement can take: the protocol of PostgreSQL counts parameters in 16 bits. */
export function* chunksOf<Item>(items: readonly Item[], size: number = CHUNK): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}
