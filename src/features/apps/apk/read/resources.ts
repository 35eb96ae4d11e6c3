import { apkRefused } from '../errors'
import { CHUNK, type Chunk, chunkAt, chunksIn, type ResValue, VALUE, valueAt } from './chunks'
import { slice } from './cursor'
import { StringPool } from './string-pool'

/** For whom a value of a resource is: what of `ResTable_config` is looked at. */
export interface ResConfig {
  /** `en`, `ru`; empty for any. */
  language: string
  /** `US`, `419`; empty for any. */
  country: string
  /** Country, script and variant, or anything else of the device that is asked for. */
  isSpecial: boolean
  /** Dots per inch; 0 for any. */
  density: number
}

export interface Configured {
  config: ResConfig
  value: ResValue
}

const PACKAGE_HEADER_BYTES = 12
const TYPE_HEADER_BYTES = 20
const SPARSE = 0x01
const SHORT_OFFSETS = 0x02
const COMPLEX = 0x0001
const COMPACT = 0x0008
const NO_ENTRY = 0xffffffff
const MOST_REFERENCES = 16
/** Languages times screens; of the largest applications some hundreds. */
const MOST_VALUES = 4000
/** Chunks looked at for one question, however references multiply. */
const MOST_STEPS = 200_000
/** One for each type of each language and screen: of the largest applications some thousands. */
const MOST_CHUNKS = 50_000

/** The table of resources (`resources.arsc`). It is walked for each question; nothing is laid out by counts it claims. */
export class Resources {
  /** Chunks by package and type, `0xPPTT`. */
  readonly #types = new Map<number, Chunk[]>()
  readonly #pool: StringPool
  #chunks = 0

  constructor(bytes: Buffer) {
    const table = chunkAt(bytes, 0)
    if (table.type !== CHUNK.table) throw new Error('no table of resources')
    let pool: StringPool | undefined
    for (const chunk of chunksIn(table.bytes, table.headerBytes)) {
      if (chunk.type === CHUNK.stringPool) pool ??= new StringPool(chunk)
      if (chunk.type === CHUNK.tablePackage) this.#addPackage(chunk)
    }
    if (pool === undefined) throw new Error('no strings')
    this.#pool = pool
  }

  #addPackage(chunk: Chunk): void {
    if (chunk.headerBytes < PACKAGE_HEADER_BYTES) throw new Error('no package')
    const id = chunk.bytes.readUInt32LE(8)
    for (const type of chunksIn(chunk.bytes, chunk.headerBytes)) {
      if (type.type !== CHUNK.tableType || type.headerBytes < TYPE_HEADER_BYTES) continue
      if (++this.#chunks > MOST_CHUNKS) throw apkRefused('bad_resources', 'types')
      const key = ((id & 0xff) << 8) | type.bytes.readUInt8(8)
      const known = this.#types.get(key)
      if (known === undefined) this.#types.set(key, [type])
      else known.push(type)
    }
  }

  text({ type, data }: ResValue): string | null {
    return type === VALUE.string ? this.#pool.at(data) : null
  }

  /** All values of a resource (`0xPPTTEEEE`), references followed. None where there is no such resource. */
  values(id: number): Configured[] {
    const found: Configured[] = []
    const left = { steps: MOST_STEPS }
    this.#follow(id, undefined, MOST_REFERENCES, found, left)
    return found
  }

  #follow(
    id: number,
    outer: ResConfig | undefined,
    depth: number,
    found: Configured[],
    left: { steps: number },
  ): void {
    for (const type of this.#types.get(id >>> 16) ?? []) {
      if (left.steps-- <= 0 || found.length >= MOST_VALUES) return
      const at = entryAt(type, id & 0xffff)
      const value = at === undefined ? undefined : plainValue(type.bytes, at)
      if (value === undefined) continue
      const config = configOf(type)
      const both = outer === undefined ? config : merged(outer, config)
      if (value.type !== VALUE.reference) found.push({ config: both, value })
      else if (depth > 0 && value.data !== 0) this.#follow(value.data, both, depth - 1, found, left)
    }
  }
}

const merged = (outer: ResConfig, inner: ResConfig): ResConfig => ({
  language: outer.language || inner.language,
  country: outer.country || inner.country,
  isSpecial: outer.isSpecial || inner.isSpecial,
  density: outer.density || inner.density,
})

/** Where the entry of this number stands in the chunk: `ResTable_type` with full, short or sparse offsets. */
function entryAt({ bytes, headerBytes }: Chunk, entry: number): number | undefined {
  const flags = bytes.readUInt8(9)
  const count = bytes.readUInt32LE(12)
  const start = bytes.readUInt32LE(16)
  if ((flags & SPARSE) !== 0) {
    const room = Math.min(count, Math.floor((bytes.length - headerBytes) / 4))
    for (let at = headerBytes; at < headerBytes + room * 4; at += 4)
      if (bytes.readUInt16LE(at) === entry) return start + bytes.readUInt16LE(at + 2) * 4
    return undefined
  }
  if (entry >= count) return undefined
  if ((flags & SHORT_OFFSETS) !== 0) {
    const offset = slice(bytes, headerBytes + entry * 2, 2).readUInt16LE()
    return offset === 0xffff ? undefined : start + offset * 4
  }
  const offset = slice(bytes, headerBytes + entry * 4, 4).readUInt32LE()
  return offset === NO_ENTRY ? undefined : start + offset
}

/** The value of an entry; undefined for bags of them (styles, arrays). */
function plainValue(bytes: Buffer, at: number): ResValue | undefined {
  const entry = slice(bytes, at, 8)
  const flags = entry.readUInt16LE(2)
  if ((flags & COMPACT) !== 0) return { type: flags >>> 8, data: entry.readUInt32LE(4) }
  if ((flags & COMPLEX) !== 0) return undefined
  return valueAt(bytes, at + entry.readUInt16LE(0))
}

const CONFIG_AT = 20

/** Of `ResTable_config`: its size, then mcc and mnc, language and country, screen, version … */
function configOf({ bytes, headerBytes }: Chunk): ResConfig {
  const sizeBytes = slice(bytes, CONFIG_AT, 4).readUInt32LE()
  const config = bytes.subarray(CONFIG_AT, Math.min(headerBytes, CONFIG_AT + sizeBytes))
  const byte = (at: number) => (at < config.length ? config.readUInt8(at) : 0)
  const language = localePart(byte(8), byte(9), 0x61)
  const country = localePart(byte(10), byte(11), 0x30)
  const density = byte(14) | (byte(15) << 8)
  const isSpecial = config.subarray(4).some((value, at) => value !== 0 && !PLAIN.has(at + 4))
  // "nodpi" and "anydpi" are no densities.
  return { language, country, isSpecial, density: density >= 0xfffe ? 0 : density }
}

/** Language, density, and from which Android on. */
const PLAIN = new Set([8, 9, 14, 15, 24, 25, 26, 27])

/** Two letters as they are, three letters or digits packed into fifteen bits, counted from a base. */
function localePart(first: number, second: number, base: number): string {
  if (first === 0) return ''
  if ((first & 0x80) === 0) return String.fromCharCode(first, second)
  const letters = [second & 0x1f, ((second & 0xe0) >> 5) + ((first & 0x03) << 3), (first & 0x7c) >> 2]
  return String.fromCharCode(...letters.map((one) => one + base))
}
