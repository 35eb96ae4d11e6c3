import { crc32, deflateRawSync } from 'node:zlib'

/** One entry of a ZIP; tests tell every lie with it that a hostile archive tells. */
export interface ZipEntry {
  path: string | Buffer
  bytes?: Uint8Array
  /** UTF-8 flag of the name; false for what Russian Windows and careless packers write. */
  isUtf8?: boolean
  isStored?: boolean
  isEncrypted?: boolean
  isStronglyEncrypted?: boolean
  method?: number
  declaredSizeBytes?: number
  declaredCrc?: number
  madeOn?: number
  unixMode?: number
  dosAttributes?: number
  extra?: Buffer
}

/** A ZIP of the entries, in their order. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const { local, directory } = writeEntry(entry, offset)
    locals.push(local)
    central.push(directory)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

function writeEntry(entry: ZipEntry, offset: number): { local: Buffer; directory: Buffer } {
  const name = Buffer.isBuffer(entry.path) ? entry.path : Buffer.from(entry.path, 'utf8')
  const bytes = entry.bytes ?? Buffer.from('licence')
  const data = entry.isStored ? Buffer.from(bytes) : deflateRawSync(bytes)
  const extra = entry.extra ?? Buffer.alloc(0)
  const common = commonFields(entry, bytes, data, name, extra)
  const local = Buffer.concat([signature(0x04034b50), common, name, extra, data])
  const tail = Buffer.alloc(14)
  tail.writeUInt16LE(entry.dosAttributes ?? 0, 6)
  tail.writeUInt16LE(entry.unixMode ?? 0, 8)
  tail.writeUInt32LE(offset, 10)
  const madeBy = Buffer.from([20, entry.madeOn ?? 0])
  return { local, directory: Buffer.concat([signature(0x02014b50), madeBy, common, tail, name, extra]) }
}

/** Fields that local header and directory share (APPNOTE 4.3.7, 4.3.12), from "version needed" to "extra length". */
function commonFields(entry: ZipEntry, bytes: Uint8Array, data: Buffer, name: Buffer, extra: Buffer): Buffer {
  const fields = Buffer.alloc(26)
  const flags =
    (entry.isUtf8 === false ? 0 : 0x800) |
    (entry.isEncrypted ? 1 : 0) |
    (entry.isStronglyEncrypted ? 0x41 : 0)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(flags, 2)
  fields.writeUInt16LE(entry.method ?? (entry.isStored ? 0 : 8), 4)
  fields.writeUInt32LE(entry.declaredCrc ?? crc32(bytes), 10)
  fields.writeUInt32LE(data.length, 14)
  fields.writeUInt32LE(entry.declaredSizeBytes ?? bytes.length, 18)
  fields.writeUInt16LE(name.length, 22)
  fields.writeUInt16LE(extra.length, 24)
  return fields
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
