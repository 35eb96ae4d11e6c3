import { momentText } from '../../../core/moment'
import { compareKcv, type Kcv, type KcvAlgorithm } from '../block/kcv'
import type { KeyBlock } from '../block/parse'
import type { KeyPolicy } from '../block/policy'
import { isPublishedKcv } from '../block/published'
import { findClearKeys } from './clear-keys'
import { type Finding, finding } from './finding'
import { readBundleText } from './json'
import { givenKcv, readKey } from './key'
import { type BundleKey, KeyBundle, MOST_KEYS } from './schemas'
import { judgeWrapping, transportKcvsIn } from './wrapping'

/** What a bundle is deposited for, and what is known of the terminal. */
export interface Expected {
  serial: string
  sequence: number
  /** Of the transport key registered for the terminal; null or absent where none is. */
  transportKcv?: Kcv | null
}

/** What is known of one key: what its block claims, never its bytes. */
export interface SlotFacts {
  slot: string
  type: BundleKey['type']
  /** Of the key block: `A` to `E`. */
  version: string
  usage: string
  algorithm: string
  mode: string
  keyVersion: string
  /** As deposited, in upper case; else as the block says; null where neither does. */
  kcv: string | null
  kcvAlgorithm: KcvAlgorithm | null
  /** The slot whose key protects it; null: the transport key does. */
  wrappedBy: string | null
}

export interface BundleFacts {
  slots: SlotFacts[]
  /** Of the key that the bundle is enciphered under, as the bundle or its blocks say. */
  transportKeyKcv: Kcv | null
  notAfter: Date | null
}

export type ReadBundle =
  | { kind: 'opaque' }
  | {
      kind: 'bundle'
      facts: BundleFacts
      warnings: Finding[]
      /** For fingerprints: one ciphertext for two terminals is one key in both. Not to be stored. */
      ciphertexts: { slot: string; ciphertext: string }[]
    }
  | { kind: 'refused'; problems: Finding[] }

/**
 * Pure: a deposited file. JSON that names the format `psm-keybundle/1` is a bundle and is held to every rule; anything
 * else is opaque. Names all the rules it breaks, never its text, and throws at nothing.
 */
export function readBundle(
  bytes: Uint8Array,
  expected: Expected,
  { policy, now }: { policy: KeyPolicy; now: Date },
): ReadBundle {
  const file = readBundleText(bytes)
  if (file.kind === 'opaque') return file
  if (file.kind === 'broken') return refused([finding('bundle_not_json')])
  const problems = findClearKeys(file.value, expected.serial)
  if (file.hasLongNumber) problems.push(finding('clear_key_suspected'))
  if (file.isAmbiguous) problems.push(finding('bundle_name_repeated'))
  if (hasTooManyKeys(file.value)) return refused([...problems, finding('keys_too_many', 'keys')])
  const parsed = KeyBundle.safeParse(file.value)
  if (!parsed.success) {
    const fields = new Set(parsed.error.issues.map(({ path }) => path.join('.')))
    return refused([...problems, ...[...fields].map((at) => finding('bundle_field_wrong', at))])
  }
  const bundle = parsed.data
  const transportKcv = givenKcv(bundle.transportKey)
  const transportKcvs = [expected.transportKcv ?? null, transportKcv].filter((one) => one !== null)
  const keys = bundle.keys.map((key, index) => readKey(key, index, policy))
  problems.push(
    ...judgeAddress(bundle, expected, now),
    ...judgeTransportKey(transportKcvs, policy),
    ...keys.flatMap((key) => key.problems),
    ...judgeWrapping(keys, transportKcvs),
  )
  if (problems.length > 0) return refused(problems)
  const read = keys.flatMap(({ key, block }) => (block === null ? [] : [{ key, block }]))
  return {
    kind: 'bundle',
    facts: {
      slots: read.map(({ key, block }) => factsOf(key, block)),
      transportKeyKcv: transportKcv ?? transportKcvsIn(keys)[0] ?? null,
      notAfter: bundle.notAfter === undefined ? null : new Date(momentText(Date.parse(bundle.notAfter))),
    },
    warnings: keys.flatMap((key) => key.warnings),
    ciphertexts: read.map(({ key, block }) => ({ slot: key.slot, ciphertext: block.ciphertext })),
  }
}

const refused = (problems: Finding[]): ReadBundle => ({ kind: 'refused', problems })

const hasTooManyKeys = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  'keys' in value &&
  Array.isArray(value.keys) &&
  value.keys.length > MOST_KEYS

function judgeAddress({ terminal, sequence, notAfter }: KeyBundle, expected: Expected, now: Date): Finding[] {
  const problems: Finding[] = []
  if (terminal.serial !== expected.serial) problems.push(finding('serial_differs', 'terminal.serial'))
  if (sequence !== expected.sequence) problems.push(finding('sequence_differs', 'sequence'))
  if (notAfter !== undefined && new Date(notAfter) <= now)
    problems.push(finding('bundle_expired', 'notAfter'))
  return problems
}

/** @param kcvs of the transport key: as registered, as the bundle says */
function judgeTransportKey(kcvs: readonly Kcv[], { denyTestKeys }: KeyPolicy): Finding[] {
  const at = 'transportKey.kcv'
  const [one, other] = kcvs
  const problems: Finding[] = []
  if (one !== undefined && other !== undefined && compareKcv(one, other) === 'different')
    problems.push(finding('transport_key_differs', at))
  if (denyTestKeys && kcvs.some(isPublishedKcv)) problems.push(finding('published_test_key', at))
  return problems
}

function factsOf(key: BundleKey, block: KeyBlock): SlotFacts {
  const { version, usage, algorithm, mode, keyVersion } = block
  const kcv = givenKcv(key) ?? block.kcv
  return {
    slot: key.slot,
    type: key.type,
    version,
    usage,
    algorithm,
    mode,
    keyVersion,
    kcv: kcv?.kcv ?? null,
    kcvAlgorithm: kcv?.algorithm ?? null,
    wrappedBy: key.wrappedBy ?? null,
  }
}
