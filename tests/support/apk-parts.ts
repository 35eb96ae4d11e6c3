import { deflateSync } from 'node:zlib'

/** A picture of so many bytes at least, whose sides are what they are said to be. */
export function png(side: number, sizeBytes = 0): Buffer {
  const part = (name: string, bytes: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, Buffer.from(name), bytes, Buffer.alloc(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.writeUInt8(8, 8)
  const data = deflateSync(Buffer.alloc(sizeBytes), { level: 0 })
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, part('IHDR', head), part('IDAT', data), part('IEND', Buffer.alloc(0))])
}

/** A range reader over bytes, as uploads and blobs are. */
export function rangesOf(bytes: Buffer) {
  return {
    sizeBytes: bytes.length,
    read: async (start: number, lengthBytes: number) =>
      Buffer.from(bytes.subarray(start, start + lengthBytes)),
  }
}
