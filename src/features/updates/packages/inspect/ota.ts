import type { Entry, ZipFile } from 'yauzl'
import {
  isOfTheSource,
  looksLikeZip,
  openZip,
  type RandomAccess,
  readZipEntry,
  ZIP_METHODS,
} from '../../../../core/zip'
import type { Inspected } from '../schemas'
import { payloadSizeOf, readMetadata } from './metadata'

/** `silent`: it is no ZIP, or has no metadata. `broken`: nobody should trust what it says. */
export type OtaReading = { state: 'read'; inspected: Inspected } | { state: 'silent' | 'broken' }

const METADATA = 'META-INF/com/android/metadata'
const PAYLOAD = 'payload.bin'
const PROPERTIES = 'payload_properties.txt'
const WANTED: readonly string[] = [METADATA, PAYLOAD, PROPERTIES]

/** Archives of files instead of blocks, of Android 4, have some three thousand. */
const MOST_ENTRIES = 20_000
const MOST_DIRECTORY_BYTES = 8 * 1024 * 1024
/** Texts of a few kilobytes at most; larger ones are not opened. */
const MOST_TEXT_BYTES = 64 * 1024
const SIGNATURE_BYTES = 4

/**
 * Reads what an Android OTA archive says of itself, from its directory and its small texts alone: the payload is never
 * touched, whatever its size. A payload must be stored and as long as its properties say, because A/B updates read it
 * by its place in the archive.
 * @throws failures of the source only
 */
export async function readOta(source: RandomAccess): Promise<OtaReading> {
  if (!looksLikeZip(await source.read(0, SIGNATURE_BYTES))) return { state: 'silent' }
  let zip: ZipFile | undefined
  try {
    zip = await openZip(source)
    const entries = await findEntries(zip, source.sizeBytes)
    const metadata = entries.get(METADATA)
    if (metadata === undefined) return { state: 'silent' }
    const inspected = readMetadata(await readText(zip, metadata))
    if (inspected === undefined) return { state: 'silent' }
    await checkPayload(zip, entries, inspected)
    return { state: 'read', inspected }
  } catch (error) {
    if (isOfTheSource(error)) throw error
    return { state: 'broken' }
  } finally {
    zip?.close()
  }
}

async function findEntries(zip: ZipFile, sizeBytes: number): Promise<Map<string, Entry>> {
  refuse(zip.entryCount > MOST_ENTRIES)
  const found = new Map<string, Entry>()
  let [directoryBytes, storedBytes] = [0, 0]
  for await (const entry of zip.eachEntry()) {
    directoryBytes += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
    storedBytes += entry.compressedSize
    // More than there is: entries that lie over one another, or past the end.
    refuse(directoryBytes > MOST_DIRECTORY_BYTES || storedBytes > sizeBytes)
    refuse(entry.relativeOffsetOfLocalHeader + entry.compressedSize > sizeBytes)
    const name = entry.fileNameRaw.toString('latin1')
    if (!WANTED.includes(name)) continue
    refuse(found.has(name))
    found.set(name, entry)
  }
  return found
}

async function readText(zip: ZipFile, entry: Entry): Promise<string> {
  const { compressionMethod: method, uncompressedSize, compressedSize } = entry
  refuse(entry.isEncrypted() || (method !== ZIP_METHODS.stored && method !== ZIP_METHODS.deflated))
  refuse(uncompressedSize > MOST_TEXT_BYTES || compressedSize > MOST_TEXT_BYTES)
  const local = await zip.readLocalFileHeaderPromise(entry)
  // Installers read the one, we the other: they must be about the same file.
  refuse(local.compressionMethod !== method || !local.fileName.equals(entry.fileNameRaw))
  return (await readZipEntry(zip, entry)).toString('utf8')
}

async function checkPayload(
  zip: ZipFile,
  entries: ReadonlyMap<string, Entry>,
  { otaType }: Inspected,
): Promise<void> {
  const payload = entries.get(PAYLOAD)
  refuse(otaType === 'AB' && payload === undefined)
  if (payload === undefined) return
  refuse(payload.isEncrypted() || payload.compressionMethod !== ZIP_METHODS.stored)
  refuse(payload.compressedSize !== payload.uncompressedSize)
  const properties = entries.get(PROPERTIES)
  if (properties === undefined) return
  const sizeBytes = payloadSizeOf(await readText(zip, properties))
  refuse(sizeBytes !== undefined && sizeBytes !== payload.uncompressedSize)
}

/** Ends the reading; what was wrong in particular helps nobody but who made it so. */
function refuse(isBroken: boolean): void {
  if (isBroken) throw new Error('no sound archive')
}
