/** Binary files inside APKs (AOSP, ResourceTypes.h), as aapt would write them. */

const NONE = 0xffffffff

export function numbers(...parts: readonly (readonly [bits: 8 | 16 | 32, value: number])[]): Buffer {
  return Buffer.concat(
    parts.map(([bits, value]) => {
      const bytes = Buffer.alloc(bits / 8)
      bytes.writeUIntLE(value, 0, bits / 8)
      return bytes
    }),
  )
}

const u32 = (...values: readonly number[]) => numbers(...values.map((value) => [32, value] as const))

/** A chunk: type, size of the header, size, the rest of the header, the body. */
export function chunk(type: number, header: Buffer, body: Buffer): Buffer {
  const headerBytes = 8 + header.length
  return Buffer.concat([
    numbers([16, type], [16, headerBytes], [32, headerBytes + body.length]),
    header,
    body,
  ])
}

export interface PoolStyle {
  isUtf16?: boolean
  /** How many strings it claims to have. */
  claimedCount?: number
}

export function stringPool(strings: readonly string[], { isUtf16, claimedCount }: PoolStyle = {}): Buffer {
  const encoded = strings.map(isUtf16 === true ? utf16 : utf8)
  const offsets: number[] = []
  let at = 0
  for (const one of encoded) {
    offsets.push(at)
    at += one.length
  }
  const bytes = Buffer.concat([...encoded, Buffer.alloc((4 - (at % 4)) % 4)])
  const start = 28 + strings.length * 4
  const header = u32(claimedCount ?? strings.length, 0, isUtf16 === true ? 0 : 0x100, start, 0)
  return chunk(0x0001, header, Buffer.concat([u32(...offsets), bytes]))
}

function utf16(text: string): Buffer {
  const long =
    text.length > 0x7fff
      ? numbers([16, 0x8000 | (text.length >>> 16)], [16, text.length & 0xffff])
      : numbers([16, text.length])
  return Buffer.concat([long, Buffer.from(text, 'utf16le'), Buffer.alloc(2)])
}

function utf8(text: string): Buffer {
  const bytes = modifiedUtf8(text)
  return Buffer.concat([shortLength(text.length), shortLength(bytes.length), bytes, Buffer.alloc(1)])
}

const shortLength = (length: number) =>
  length > 0x7f ? Buffer.from([0x80 | (length >>> 8), length & 0xff]) : Buffer.from([length])

/** As aapt2 writes: each half of a pair by itself. */
function modifiedUtf8(text: string): Buffer {
  return Buffer.concat(
    Array.from({ length: text.length }, (_none, at) => {
      const unit = text.charCodeAt(at)
      if (unit < 0xd800 || unit > 0xdfff) return Buffer.from(text.charAt(at), 'utf8')
      return Buffer.from([0xe0 | (unit >>> 12), 0x80 | ((unit >>> 6) & 0x3f), 0x80 | (unit & 0x3f)])
    }),
  )
}

export type Value = string | number | boolean | { reference: number }

export interface Attribute {
  /** Id of `android:…`; undefined for a plain name. */
  id?: number
  name: string
  value: Value
}

export interface Element {
  name: string
  attributes?: readonly Attribute[]
  children?: readonly Element[]
}

/** Ids of `android.R.attr`, by themselves and not the reader's: a mistake in its list would be in what it is tried with as well. */
export const ANDROID = {
  label: 0x01010001,
  icon: 0x01010002,
  name: 0x01010003,
  debuggable: 0x0101000f,
  minSdkVersion: 0x0101020c,
  versionCode: 0x0101021b,
  versionName: 0x0101021c,
  targetSdkVersion: 0x01010270,
  testOnly: 0x01010272,
  versionCodeMajor: 0x01010576,
  drawable: 0x01010199,
} as const

/** `android:NAME="…"`. */
export const android = (name: keyof typeof ANDROID, value: Value): Attribute => ({
  id: ANDROID[name],
  name,
  value,
})

export interface XmlStyle extends PoolStyle {
  /** Shrinkers take the names of attributes out: their ids are enough. */
  areNamesStripped?: boolean
}

/** A binary XML file. */
export function binaryXml(root: Element, style: XmlStyle = {}): Buffer {
  const everyAttribute = attributesOf(root).filter((one) => one.id !== undefined)
  // Names with ids come first: the map of ids goes by their places.
  const ids = [...new Map(everyAttribute.map((one) => [one.id ?? 0, one.name]))]
  const strings = ids.map(([, name]) => (style.areNamesStripped === true ? '' : name))
  const plain = new Map<string, number>()
  const placeOf = (text: string) => {
    const known = plain.get(text)
    if (known !== undefined) return known
    plain.set(text, strings.length)
    return strings.push(text) - 1
  }
  const write = (element: Element): Buffer => {
    const attributes = (element.attributes ?? []).map((one) => {
      const name = one.id === undefined ? placeOf(one.name) : ids.findIndex(([id]) => id === one.id)
      const text = typeof one.value === 'string' ? placeOf(one.value) : NONE
      return Buffer.concat([u32(NONE, name, text), resValue(one.value, text)])
    })
    const name = placeOf(element.name)
    const body = Buffer.concat([
      u32(NONE, name),
      numbers([16, 20], [16, 20], [16, attributes.length], [16, 0], [16, 0], [16, 0]),
      ...attributes,
    ])
    const line = u32(1, NONE)
    const children = (element.children ?? []).map(write)
    return Buffer.concat([chunk(0x0102, line, body), ...children, chunk(0x0103, line, u32(NONE, name))])
  }
  const elements = write(root)
  const map = chunk(0x0180, Buffer.alloc(0), u32(...ids.map(([id]) => id)))
  return chunk(0x0003, Buffer.alloc(0), Buffer.concat([stringPool(strings, style), map, elements]))
}

const attributesOf = (element: Element): Attribute[] => [
  ...(element.attributes ?? []),
  ...(element.children ?? []).flatMap(attributesOf),
]

function resValue(value: Value, text: number): Buffer {
  const [type, data] = ((): [number, number] => {
    if (typeof value === 'string') return [0x03, text]
    if (typeof value === 'number') return [0x10, value >>> 0]
    if (typeof value === 'boolean') return [0x12, value ? NONE : 0]
    return [0x01, value.reference]
  })()
  return numbers([16, 8], [8, 0], [8, type], [32, data])
}

export interface ResourceValue {
  /** Two letters, for any language undefined. */
  language?: string
  country?: string
  density?: number
  value: Value
}

/** Types of a package, each a list of resources: the first is `0x7f010000`, the next type begins at `0x7f020000`. */
export type ResourceTypes = readonly (readonly (readonly ResourceValue[])[])[]

export interface TableStyle extends PoolStyle {
  /** How many entries each type claims to have. */
  claimedEntries?: number
  /** How long each chunk of a type claims to be. */
  claimedBytes?: number
}

/** A table of resources (`resources.arsc`) with the package 0x7f. */
export function resourceTable(types: ResourceTypes, style: TableStyle = {}): Buffer {
  const strings: string[] = []
  const chunks = types.flatMap((resources, typeIndex) => {
    const configs = new Map(
      resources.flat().map((one) => [`${one.language}-${one.country}-${one.density}`, one]),
    )
    return [...configs].map(([key, config]) =>
      typeChunk(typeIndex + 1, resources, key, config, strings, style),
    )
  })
  const header = Buffer.concat([u32(0x7f), Buffer.alloc(256), u32(0, 0, 0, 0, 0)])
  const pack = chunk(0x0200, header, Buffer.concat(chunks))
  return chunk(0x0002, u32(1), Buffer.concat([stringPool(strings, style), pack]))
}

function typeChunk(
  id: number,
  resources: readonly (readonly ResourceValue[])[],
  key: string,
  config: ResourceValue,
  strings: string[],
  { claimedEntries, claimedBytes }: TableStyle,
): Buffer {
  const entries: Buffer[] = []
  const offsets = resources.map((values) => {
    const one = values.find((value) => `${value.language}-${value.country}-${value.density}` === key)
    if (one === undefined) return NONE
    const text = typeof one.value === 'string' ? strings.push(one.value) - 1 : 0
    entries.push(Buffer.concat([numbers([16, 8], [16, 0], [32, 0]), resValue(one.value, text)]))
    return (entries.length - 1) * 16
  })
  const start = 20 + 64 + offsets.length * 4
  const header = Buffer.concat([
    numbers([8, id], [8, 0], [16, 0]),
    u32(claimedEntries ?? resources.length, start),
    configBytes(config),
  ])
  const bytes = chunk(0x0201, header, Buffer.concat([u32(...offsets), ...entries]))
  if (claimedBytes !== undefined) bytes.writeUInt32LE(claimedBytes, 4)
  return bytes
}

function configBytes({ language = '', country = '', density = 0 }: ResourceValue): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.writeUInt32LE(64, 0)
  bytes.write(language, 8, 'latin1')
  bytes.write(country, 10, 'latin1')
  bytes.writeUInt16LE(density, 14)
  return bytes
}
