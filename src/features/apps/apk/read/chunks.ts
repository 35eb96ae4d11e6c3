import { slice } from './cursor'

/** Types of chunks of Android's binary files (AOSP, ResourceTypes.h). */
export const CHUNK = {
  stringPool: 0x0001,
  table: 0x0002,
  xml: 0x0003,
  xmlStart: 0x0102,
  xmlEnd: 0x0103,
  xmlResourceMap: 0x0180,
  tablePackage: 0x0200,
  tableType: 0x0201,
} as const

export interface Chunk {
  type: number
  headerBytes: number
  /** With its header. */
  bytes: Buffer
}

const HEADER_BYTES = 8

/** The chunk that begins at a place. */
export function chunkAt(bytes: Buffer, at: number): Chunk {
  const header = slice(bytes, at, HEADER_BYTES)
  const headerBytes = header.readUInt16LE(2)
  const chunk = slice(bytes, at, header.readUInt32LE(4))
  if (headerBytes < HEADER_BYTES || headerBytes > chunk.length) throw new Error('a chunk without a header')
  return { type: header.readUInt16LE(0), headerBytes, bytes: chunk }
}

/** Chunks one after the other, to the end of the bytes. Each is eight bytes at least: there are never more than fit. */
export function* chunksIn(bytes: Buffer, start: number): Generator<Chunk, void> {
  for (let at = start; at + HEADER_BYTES <= bytes.length; ) {
    const chunk = chunkAt(bytes, at)
    yield chunk
    at += chunk.bytes.length
  }
}

/** A value of an attribute or resource: its kind and 32 bits (`Res_value`). */
export interface ResValue {
  type: number
  data: number
}

export const VALUE = {
  reference: 0x01,
  string: 0x03,
  decimal: 0x10,
  hexadecimal: 0x11,
  boolean: 0x12,
} as const

/** Reads a `Res_value`: size, a zero, type, data. */
export function valueAt(bytes: Buffer, at: number): ResValue {
  const value = slice(bytes, at, 8)
  return { type: value.readUInt8(3), data: value.readUInt32LE(4) }
}
