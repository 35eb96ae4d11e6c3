import { CHUNK, chunkAt, chunksIn, type ResValue, valueAt } from './chunks'
import { slice } from './cursor'
import { StringPool } from './string-pool'

export interface XmlAttribute {
  /** Id of the attribute (`android:…`), 0 where it has none: names may be stripped, ids may not. */
  id: number
  value: ResValue
  /** Decoded when asked for: one string may be named by all attributes there are. */
  name(): string
  /** As it was written, where the file keeps that. */
  text(): string | null
}

export interface XmlElement {
  name: string
  /** 1 for the outermost. */
  depth: number
  attributes: XmlAttribute[]
}

const ATTRIBUTE_BYTES = 20
const NONE = 0xffffffff
/** Elements of real files have some dozens of attributes, and lie some ten deep. */
const MOST_ATTRIBUTES = 1000
const MOST_DEPTH = 100

/** Elements of a binary XML file in their order. Throws where it is not one, or not whole. */
export function* readXml(bytes: Buffer): Generator<XmlElement, void> {
  const file = chunkAt(bytes, 0)
  if (file.type !== CHUNK.xml) throw new Error('no binary XML')
  let pool: StringPool | undefined
  let ids: Buffer = Buffer.alloc(0)
  let depth = 0
  for (const chunk of chunksIn(file.bytes, file.headerBytes)) {
    if (chunk.type === CHUNK.stringPool) pool ??= new StringPool(chunk)
    if (chunk.type === CHUNK.xmlResourceMap) ids = chunk.bytes.subarray(chunk.headerBytes)
    if (chunk.type === CHUNK.xmlEnd) depth--
    if (chunk.type !== CHUNK.xmlStart) continue
    if (pool === undefined || ++depth > MOST_DEPTH || depth < 1) throw new Error('an element out of place')
    const body = chunk.bytes.subarray(chunk.headerBytes)
    yield {
      depth,
      name: pool.at(slice(body, 4, 4).readUInt32LE()),
      attributes: attributesOf(body, pool, ids),
    }
  }
  if (depth !== 0) throw new Error('an element is not closed')
}

function attributesOf(body: Buffer, pool: StringPool, ids: Buffer): XmlAttribute[] {
  const [start, each, count] = [8, 10, 12].map((at) => slice(body, at, 2).readUInt16LE()) as [
    number,
    number,
    number,
  ]
  if (count > MOST_ATTRIBUTES) throw new Error('too many attributes')
  if (count > 0 && each < ATTRIBUTE_BYTES) throw new Error('attributes that are too short')
  slice(body, start, count * each)
  return Array.from({ length: count }, (_none, index) => {
    const attribute = slice(body, start + index * each, ATTRIBUTE_BYTES)
    const name = attribute.readUInt32LE(4)
    const raw = attribute.readUInt32LE(8)
    return {
      id: name * 4 + 4 <= ids.length ? ids.readUInt32LE(name * 4) : 0,
      value: valueAt(attribute, 12),
      name: () => pool.at(name),
      text: () => (raw === NONE ? null : pool.at(raw)),
    }
  })
}
