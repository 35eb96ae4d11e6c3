import { createHash } from 'node:crypto'
import type { PlatformId } from '../../../core/platforms'

/** The format of key files that simulated terminals understand. */
export const BUNDLE_FORMAT = 'psm-keybundle/1'

/** A key that protects others, as far as its check value tells; no such key exists. */
export interface TransportKey {
  kcv: string
  kcvAlgorithm: 'legacy' | 'cmac'
}

interface BundledKey extends Partial<TransportKey> {
  slot: string
  type: string
  block: string
  wrappedBy?: string
}

export interface Bundle {
  format: string
  terminal: { serial: string }
  sequence: number
  transportKey?: TransportKey
  notAfter?: string
  /** Carried and not read. */
  filling?: string
  keys: BundledKey[]
}

/** For whom a file is, and what its blocks are under. */
export interface KeyTarget {
  serial: string
  platform: PlatformId
}

interface Kind {
  version: 'B' | 'D'
  kcvAlgorithm: TransportKey['kcvAlgorithm']
  kcvDigits: number
  cipherDigits: number
  macDigits: number
  /** Slot, and usage, algorithm and mode of the header. The first protects the others. */
  keys: readonly [slot: string, head: string][]
}

/** Double-length TDES under TDES. */
const TDES: Kind = {
  version: 'B',
  kcvAlgorithm: 'legacy',
  kcvDigits: 6,
  cipherDigits: 48,
  macDigits: 16,
  keys: [
    ['acq1/tmk', 'K0TD'],
    ['acq1/pin', 'P0TE'],
    ['acq1/mac', 'M3TC'],
    ['acq1/data', 'D0TE'],
  ],
}
/** AES-128 under AES. */
const AES: Kind = {
  version: 'D',
  kcvAlgorithm: 'cmac',
  kcvDigits: 10,
  cipherDigits: 64,
  macDigits: 32,
  keys: [
    ['acq1/tmk', 'K1AD'],
    ['acq1/pin', 'P0AE'],
    ['acq1/mac', 'M6AC'],
    ['acq1/data', 'D0AE'],
  ],
}
const KINDS: Record<PlatformId, Kind> = {
  'wiseasy-wpos3': AES,
  'ingenico-t3': TDES,
  'feitian-f20': AES,
  other: TDES,
}

/** Digits that look like chance, the same for the same words, others for others. */
export function digitsOf(words: string, count: number): string {
  return createHash('shake256', { outputLength: count / 2 })
    .update(words)
    .digest('hex')
    .toUpperCase()
}

/** What a key loading facility has put into a terminal, and has told the key system. */
export function transportKeyOf({ serial, platform }: KeyTarget): TransportKey {
  const { kcvAlgorithm, kcvDigits } = KINDS[platform]
  return { kcv: digitsOf(`transport key of ${serial}`, kcvDigits), kcvAlgorithm }
}

/**
 * A file as a key system makes it. Its key blocks are sound to whoever has no keys: true headers and check values around
 * digits that no key made, others for each terminal and sequence. The same call makes the same bytes.
 */
export function makeKeyBundle(
  target: KeyTarget,
  sequence: number,
  { notAfter, filling = 0 }: { notAfter?: Date; filling?: number } = {},
): Buffer {
  const kind = KINDS[target.platform]
  const transportKey = transportKeyOf(target)
  const keys: BundledKey[] = []
  for (const [slot, head] of kind.keys) {
    const words = `${slot} ${sequence} of ${target.serial}`
    const { kcvAlgorithm } = kind
    const kcv = digitsOf(`key ${words}`, kind.kcvDigits)
    const [master] = keys
    const block = blockOf(kind, head, { words, kcv, protectedBy: master?.kcv ?? transportKey.kcv })
    const wrappedBy = master === undefined ? {} : { wrappedBy: master.slot }
    keys.push({ slot, type: 'tr31', block, kcv, kcvAlgorithm, ...wrappedBy })
  }
  const bundle: Bundle = {
    format: BUNDLE_FORMAT,
    terminal: { serial: target.serial },
    sequence,
    transportKey,
    ...(notAfter === undefined ? {} : { notAfter: notAfter.toISOString() }),
    ...(filling === 0 ? {} : { filling: '.'.repeat(filling) }),
    keys,
  }
  return Buffer.from(JSON.stringify(bundle))
}

/** A file as a terminal reads it; undefined where it is of another format. */
export function bundleIn(bytes: Buffer): Bundle | undefined {
  try {
    const value = JSON.parse(bytes.toString()) as Bundle
    return value.format === BUNDLE_FORMAT ? value : undefined
  } catch {
    return undefined
  }
}

/** A key block of TR-31: header, `KC` and `KP`, ciphertext and MAC. */
function blockOf(
  { version, kcvAlgorithm, cipherDigits, macDigits }: Kind,
  head: string,
  { words, kcv, protectedBy }: { words: string; kcv: string; protectedBy: string },
): string {
  const optional = optionalOf('KC', kcvAlgorithm, kcv) + optionalOf('KP', kcvAlgorithm, protectedBy)
  const rest = `${head}00N0200${optional}${digitsOf(`block ${words}`, cipherDigits + macDigits)}`
  return `${version}${String(rest.length + 5).padStart(4, '0')}${rest}`
}

function optionalOf(id: string, kcvAlgorithm: TransportKey['kcvAlgorithm'], kcv: string): string {
  const data = `${kcvAlgorithm === 'cmac' ? '01' : '00'}${kcv}`
  return `${id}${(data.length + 4).toString(16).toUpperCase().padStart(2, '0')}${data}`
}
