import { isUtf8 } from 'node:buffer'
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import { looksLikeZip, ZIP_METHODS } from '../../../../core/zip'
import { apkRefused } from '../errors'
import { refusedAs, slice } from './cursor'
import type { ApkSource } from './source'

/*
 * The ZIP around an APK (APPNOTE 4.3), as Android reads it: no ZIP64, no second reading. Signatures are about exact
 * places of directory and end, which yauzl does not tell; and what is verified and what is read must be found by the same
 * reader, or an archive could show a different face to each.
 */

export interface ZipPlaces {
  directoryStart: number
  endStart: number
  directory: Buffer
  end: Buffer
}

export interface ApkEntry {
  name: string
  method: number
  crc: number
  storedBytes: number
  sizeBytes: number
  headerStart: number
  /** Of the name, in bytes. */
  nameBytes: number
}

export interface ApkArchive {
  source: ApkSource
  places: ZipPlaces
  entries: ReadonlyMap<string, ApkEntry>
}

const END_BYTES = 22
const LONGEST_COMMENT = 0xffff
const END_SIGNATURE = 0x06054b50
const ZIP64_LOCATOR = 0x07064b50
const DIRECTORY_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const DIRECTORY_HEADER_BYTES = 46
const LOCAL_HEADER_BYTES = 30
const ENCRYPTED = 0x2041

/** Thirty times what the largest applications have. */
const MOST_DIRECTORY_BYTES = 32 * 1024 * 1024
const MOST_UNPACKED_BYTES = 4 * 1024 ** 3

/** Reads the directory of an APK and checks that it can be true. */
export async function openArchive(source: ApkSource): Promise<ApkArchive> {
  const places = await findPlaces(source)
  const entries = refusedAs('wrong_size', () => readDirectory(places))
  checkPlaces(entries, places)
  return { source, places, entries }
}

async function findPlaces(source: ApkSource): Promise<ZipPlaces> {
  if (source.sizeBytes < END_BYTES) throw apkRefused('not_an_apk')
  const head = await source.read(0, 4)
  const lengthBytes = Math.min(source.sizeBytes, END_BYTES + LONGEST_COMMENT)
  const tail = await source.read(source.sizeBytes - lengthBytes, lengthBytes)
  const at = findEnd(tail)
  if (at === undefined) throw apkRefused(looksLikeZip(head) ? 'truncated' : 'not_an_apk')
  const endStart = source.sizeBytes - lengthBytes + at
  const end = tail.subarray(at)
  if (at >= 20 && tail.readUInt32LE(at - 20) === ZIP64_LOCATOR) throw apkRefused('not_an_apk', 'ZIP64')
  if (end.readUInt16LE(4) !== 0 || end.readUInt16LE(6) !== 0 || end.readUInt16LE(8) !== end.readUInt16LE(10))
    throw apkRefused('not_an_apk', 'volumes')
  const directoryBytes = end.readUInt32LE(12)
  const directoryStart = end.readUInt32LE(16)
  if (directoryStart + directoryBytes > endStart) throw apkRefused('truncated', 'directory')
  if (directoryStart + directoryBytes < endStart) throw apkRefused('foreign_bytes', 'before the end')
  if (directoryBytes > MOST_DIRECTORY_BYTES) throw apkRefused('too_many_entries')
  const directory = await source.read(directoryStart, directoryBytes)
  return { directoryStart, endStart, directory, end }
}

/** Where the end record stands: the last one whose comment ends with the file, as Android looks for it. */
function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at--)
    if (
      tail.readUInt32LE(at) === END_SIGNATURE &&
      tail.readUInt16LE(at + 20) === tail.length - END_BYTES - at
    )
      return at
  return undefined
}

function readDirectory({ directory, end }: ZipPlaces): Map<string, ApkEntry> {
  const entries = new Map<string, ApkEntry>()
  const count = end.readUInt16LE(10)
  let at = 0
  for (let index = 0; index < count; index++) {
    const header = slice(directory, at, DIRECTORY_HEADER_BYTES)
    if (header.readUInt32LE(0) !== DIRECTORY_SIGNATURE) throw apkRefused('truncated', 'directory')
    const nameBytes = header.readUInt16LE(28)
    const name = nameOf(slice(directory, at + DIRECTORY_HEADER_BYTES, nameBytes))
    const method = header.readUInt16LE(10)
    if ((header.readUInt16LE(8) & ENCRYPTED) !== 0) throw apkRefused('encrypted_entry', name)
    if (method !== ZIP_METHODS.stored && method !== ZIP_METHODS.deflated)
      throw apkRefused('unknown_compression', name)
    if (entries.has(name)) throw apkRefused('duplicate_entry', name)
    entries.set(name, {
      name,
      method,
      nameBytes,
      crc: header.readUInt32LE(16),
      storedBytes: header.readUInt32LE(20),
      sizeBytes: header.readUInt32LE(24),
      headerStart: header.readUInt32LE(42),
    })
    at += DIRECTORY_HEADER_BYTES + nameBytes + header.readUInt16LE(30) + header.readUInt16LE(32)
  }
  if (at !== directory.length) throw apkRefused('foreign_bytes', 'directory')
  if (count === 0) throw apkRefused('not_an_apk', 'empty')
  return entries
}

function nameOf(bytes: Buffer): string {
  const name = isUtf8(bytes) ? bytes.toString('utf8') : ''
  // Neither is ever made by tools that build applications.
  const isOutside = name.startsWith('/') || name.split(/[/\\]/).includes('..')
  if (name === '' || name.includes('\0') || isOutside)
    throw apkRefused('bad_entry_name', bytes.toString('latin1'))
  return name
}

/** No two entries share bytes, all lie before the directory, and together they unpack to something bearable. */
function checkPlaces(entries: ReadonlyMap<string, ApkEntry>, { directoryStart }: ZipPlaces): void {
  const inOrder = [...entries.values()].sort((one, other) => one.headerStart - other.headerStart)
  let unpackedBytes = 0
  for (const [index, entry] of inOrder.entries()) {
    const next = inOrder[index + 1]?.headerStart ?? directoryStart
    const endsAt = entry.headerStart + LOCAL_HEADER_BYTES + entry.nameBytes + entry.storedBytes
    if (endsAt > next) throw apkRefused('wrong_size', entry.name)
    if (entry.method === ZIP_METHODS.stored && entry.storedBytes !== entry.sizeBytes)
      throw apkRefused('wrong_size', entry.name)
    unpackedBytes += entry.sizeBytes
  }
  if (unpackedBytes > MOST_UNPACKED_BYTES) throw apkRefused('too_large_when_unpacked')
}

/** The bytes of an entry, whole in memory, where they are as many as the directory says and no more than may be. */
export async function readEntry(archive: ApkArchive, entry: ApkEntry, mostBytes: number): Promise<Buffer> {
  if (entry.sizeBytes > mostBytes) throw apkRefused('too_large_when_unpacked', entry.name)
  // Deflate adds five bytes to blocks it cannot make smaller.
  if (entry.storedBytes > entry.sizeBytes + entry.sizeBytes / 1000 + 64)
    throw apkRefused('wrong_size', entry.name)
  const start = await findData(archive, entry)
  const stored = await archive.source.read(start, entry.storedBytes)
  const bytes = refusedAs('wrong_size', () => unpack(entry, stored))
  if (bytes.length !== entry.sizeBytes || crc32(bytes) !== entry.crc)
    throw apkRefused('wrong_size', entry.name)
  return bytes
}

function unpack(entry: ApkEntry, stored: Buffer): Buffer {
  if (entry.method === ZIP_METHODS.stored) return stored
  return inflateRawSync(stored, { maxOutputLength: Math.max(1, entry.sizeBytes) })
}

/** Larger entries are unpacked piece by piece. */
const WHOLE_BYTES = 1024 * 1024

/** The bytes of an entry, piece by piece, however large; `wrong_size` where they are not what the directory says. */
export async function* unpackEntry(archive: ApkArchive, entry: ApkEntry): AsyncGenerator<Buffer, void> {
  if (entry.sizeBytes <= WHOLE_BYTES) return yield await readEntry(archive, entry, WHOLE_BYTES)
  const start = await findData(archive, entry)
  const stored = archive.source.pieces(start, start + entry.storedBytes)
  const unpacked = entry.method === ZIP_METHODS.stored ? stored : inflated(stored, entry.name)
  let [sizeBytes, crc] = [0, 0]
  for await (const piece of unpacked) {
    archive.source.checkTime()
    sizeBytes += piece.length
    if (sizeBytes > entry.sizeBytes) break
    crc = crc32(piece, crc)
    yield piece
  }
  if (sizeBytes !== entry.sizeBytes || crc !== entry.crc) throw apkRefused('wrong_size', entry.name)
}

async function* inflated(stored: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer, void> {
  const inflate = createInflateRaw()
  const fail: { of?: unknown } = {}
  const feed = async () => {
    for await (const piece of stored)
      if (!inflate.write(piece)) await new Promise((resolve) => inflate.once('drain', resolve))
    inflate.end()
  }
  feed().catch((error: unknown) => {
    fail.of = error
    inflate.destroy()
  })
  try {
    for await (const piece of inflate) yield piece as Buffer
  } catch (error) {
    throw fail.of ?? apkRefused('wrong_size', name, { cause: error })
  } finally {
    inflate.destroy()
  }
}

/** Where an entry's bytes begin. What its local header says must be what the directory says: readers use the one or the other. */
async function findData({ source, places }: ApkArchive, entry: ApkEntry): Promise<number> {
  const header = await source.read(entry.headerStart, LOCAL_HEADER_BYTES + entry.nameBytes)
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw apkRefused('wrong_size', entry.name)
  const flags = header.readUInt16LE(6)
  if ((flags & ENCRYPTED) !== 0) throw apkRefused('encrypted_entry', entry.name)
  const agrees =
    header.readUInt16LE(8) === entry.method &&
    header.readUInt16LE(26) === entry.nameBytes &&
    header.subarray(LOCAL_HEADER_BYTES).equals(Buffer.from(entry.name, 'utf8'))
  // Sizes that follow the bytes are zero in the header.
  const isAfter = (flags & 8) !== 0
  const says = (at: number, value: number) => {
    const said = header.readUInt32LE(at)
    return said === value || (isAfter && said === 0)
  }
  if (!agrees || !says(14, entry.crc) || !says(18, entry.storedBytes) || !says(22, entry.sizeBytes))
    throw apkRefused('wrong_size', entry.name)
  const start = entry.headerStart + LOCAL_HEADER_BYTES + entry.nameBytes + header.readUInt16LE(28)
  if (start + entry.storedBytes > places.directoryStart) throw apkRefused('wrong_size', entry.name)
  return start
}
