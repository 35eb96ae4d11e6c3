import { VERSION_FORMATS } from '../block/format'
import { compareKcv, type Kcv } from '../block/kcv'
import type { KeyBlock } from '../block/parse'
import { type Finding, finding } from './finding'
import { givenKcv, type ReadKey } from './key'

/**
 * Pure: whether the keys of a bundle hang together: slots are named once; each block is under the transport key or under a
 * key of the bundle that can open it; and where check values of the protecting key stand in a block (`KP`), they are its.
 * @param transportKcvs what is known of the transport key
 */
export function judgeWrapping(keys: readonly ReadKey[], transportKcvs: readonly Kcv[]): Finding[] {
  const bySlot = new Map<string, ReadKey>()
  const problems: Finding[] = []
  for (const one of keys) {
    if (bySlot.has(one.key.slot)) problems.push(finding('slot_repeated', `keys.${one.index}.slot`))
    else bySlot.set(one.key.slot, one)
  }
  const known = [...transportKcvs, ...transportKcvsIn(keys).slice(0, 1)]
  for (const one of keys)
    problems.push(...(one.key.wrappedBy === undefined ? judgeTop(one, known) : judgeWrapped(one, bySlot)))
  return problems
}

/** What the blocks under the transport key say of it. */
export function transportKcvsIn(keys: readonly ReadKey[]): Kcv[] {
  return keys.flatMap(({ key, block }) =>
    key.wrappedBy === undefined && block !== null && block.protectionKcv !== null
      ? [block.protectionKcv]
      : [],
  )
}

function judgeTop({ index, block }: ReadKey, transportKcvs: readonly Kcv[]): Finding[] {
  return differs(block?.protectionKcv ?? null, transportKcvs)
    ? [finding('transport_key_differs', `keys.${index}.block`)]
    : []
}

function judgeWrapped({ key, index, block }: ReadKey, bySlot: ReadonlyMap<string, ReadKey>): Finding[] {
  const at = `keys.${index}.wrappedBy`
  const wrapping = bySlot.get(key.wrappedBy ?? '')
  if (wrapping === undefined) return [finding('wrapping_slot_unknown', at)]
  if (isInCircle(key.slot, bySlot)) return [finding('wrapping_circle', at)]
  if (block === null || wrapping.block === null) return []
  const problems: Finding[] = []
  if (!canOpen(wrapping.block, block)) problems.push(finding('wrapping_key_unfit', at))
  const itsKcvs = [wrapping.block.kcv, givenKcv(wrapping.key)].filter((one) => one !== null)
  if (differs(block.protectionKcv, itsKcvs))
    problems.push(finding('wrapping_key_differs', `keys.${index}.block`))
  return problems
}

function isInCircle(slot: string, bySlot: ReadonlyMap<string, ReadKey>): boolean {
  const seen = new Set<string>()
  for (let at = bySlot.get(slot)?.key.wrappedBy; at !== undefined; at = bySlot.get(at)?.key.wrappedBy) {
    if (at === slot) return true
    if (seen.has(at)) return false
    seen.add(at)
  }
  return false
}

const WRAPPING_USAGES = ['K0', 'K1', 'K4']
const DECRYPTING_MODES = ['B', 'D', 'N']

/** A key for keys, that may decrypt, of the algorithm that the version of the block is protected by. */
const canOpen = ({ usage, mode, algorithm }: KeyBlock, { version }: KeyBlock) =>
  WRAPPING_USAGES.includes(usage) &&
  DECRYPTING_MODES.includes(mode) &&
  algorithm === VERSION_FORMATS[version].protectedBy

const differs = (kcv: Kcv | null, known: readonly Kcv[]) =>
  kcv !== null && known.some((one) => compareKcv(kcv, one) === 'different')
