/**
 * Many loose files travel as one: a ZIP that only stores (APPNOTE 6.3.10 § 4.3.7, 4.3.12, 4.3.16), made in the browser. So a folder of
 * thousands is one upload with one progress, and a `manifest.csv` among the files counts for the others.
 */
export interface PackedFile {
  /** With its folders, where it came out of one. */
  path: string
  content: Blob
}

const LOCAL_HEADER = 0x04034b50
const CENTRAL_HEADER = 0x02014b50
const END_OF_DIRECTORY = 0x06054b50
const VERSION = 20
const NAMES_ARE_UTF8 = 0x800

/** The files as one ZIP. @throws where one of them cannot be read any more. */
export async function packFiles(files: readonly PackedFile[]): Promise<Blob> {
  const parts: BlobPart[] = []
  const directory: BlobPart[] = []
  let offset = 0
  let directoryBytes = 0
  for (const { path, content } of withOwnPaths(files)) {
    const name = new TextEncoder().encode(path)
    const facts = { crc: crc32(new Uint8Array(await content.arrayBuffer())), sizeBytes: content.size }
    parts.push(localHeader(name.length, facts), name, content)
    directory.push(centralHeader(name.length, facts, offset), name)
    offset += 30 + name.length + content.size
    directoryBytes += 46 + name.length
  }
  return new Blob([...parts, ...directory, endOfDirectory(files.length, directoryBytes, offset)], {
    type: 'application/zip',
  })
}

/** Files of one path, chosen in several folders, lie in numbered ones. */
function withOwnPaths(files: readonly PackedFile[]): PackedFile[] {
  const taken = new Set<string>()
  return files.map(({ path, content }) => {
    let own = path.normalize('NFC')
    for (let copy = 2; taken.has(own); copy += 1) own = `${copy}/${path.normalize('NFC')}`
    taken.add(own)
    return { path: own, content }
  })
}

interface Facts {
  crc: number
  sizeBytes: number
}

function localHeader(nameBytes: number, facts: Facts): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(30))
  view.setUint32(0, LOCAL_HEADER, true)
  writeFacts(view, 4, nameBytes, facts)
  return view.buffer
}

function centralHeader(nameBytes: number, facts: Facts, offset: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(46))
  view.setUint32(0, CENTRAL_HEADER, true)
  view.setUint16(4, VERSION, true)
  writeFacts(view, 6, nameBytes, facts)
  view.setUint32(42, offset, true)
  return view.buffer
}

/** What both headers say, from the version that is needed on to the length of the name; the time is left at its least. */
function writeFacts(view: DataView, at: number, nameBytes: number, { crc, sizeBytes }: Facts): void {
  view.setUint16(at, VERSION, true)
  view.setUint16(at + 2, NAMES_ARE_UTF8, true)
  view.setUint16(at + 8, 0x21, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, sizeBytes, true)
  view.setUint32(at + 18, sizeBytes, true)
  view.setUint16(at + 22, nameBytes, true)
}

function endOfDirectory(count: number, directoryBytes: number, offset: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(22))
  view.setUint32(0, END_OF_DIRECTORY, true)
  view.setUint16(8, count, true)
  view.setUint16(10, count, true)
  view.setUint32(12, directoryBytes, true)
  view.setUint32(16, offset, true)
  return view.buffer
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
