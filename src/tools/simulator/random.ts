/** A small repeatable source of chance (mulberry32): a fleet plays the same day again for the same seed. */
export type Chance = () => number

export function chanceOf(seed: string): Chance {
  let state = 2166136261
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 16777619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function pick<Item>(chance: Chance, items: readonly Item[]): Item {
  return items[Math.floor(chance() * items.length)] as Item
}

export function between(chance: Chance, min: number, max: number): number {
  return Math.floor(min + chance() * (max - min + 1))
}
