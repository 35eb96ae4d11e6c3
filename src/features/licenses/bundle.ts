import type { Entry, ZipFile } from 'yauzl'
import {
  isOfTheSource,
  looksLikeZip,
  openZip,
  readZipEntry,
  ZIP_METHODS,
  type ZipSource,
} from '../../core/zip'
import { entryPath, isSafePath, isSystemLitter, shownPath } from './bundle-paths'
import { isManifestPath } from './manifest'
import { LICENCE_MAX_BYTES } from './schemas'

/** Why a file of a ZIP was not read. */
export type BundleEntryError =
  | 'unsafe_path'
  | 'duplicate_path'
  | 'not_a_file'
  | 'nested_zip'
  | 'entry_encrypted'
  | 'unsupported_compression'
  | 'entry_too_large'
  | 'suspicious_ratio'
  | 'entry_broken'

/** Why nothing of a ZIP was read. */
export type BundleError = 'zip_broken' | 'zip_encrypted' | 'zip_too_many_entries' | 'zip_too_large'

export type BundleItem =
  | { path: string; sizeBytes: number; bytes: Buffer }
  | { path: string; error: BundleEntryError }
  /** The one item of a ZIP that is refused as a whole. */
  | { path: null; error: BundleError }

export const BUNDLE_MAX_ENTRIES = 10_000
export const BUNDLE_MAX_BYTES = 256 * 1024 * 1024

/** The list of files is held while they are read: this much has room for long names and stays small. */
const MOST_DIRECTORY_BYTES = 8 * 1024 * 1024
const MOST_DEFLATED_BYTES = LICENCE_MAX_BYTES + 64 * 1024
/** Text deflates 20 times at best; a hundred is a bomb, once it is large enough to matter. */
const HIGHEST_RATIO = 100
const RATIO_MATTERS_BYTES = 64 * 1024
const UNIX_FILE_TYPE = 0o170000
const UNIX_REGULAR_FILE = 0o100000
const DOS_REPARSE_POINT = 0x400

/**
 * Reads the files of a ZIP one by one, a manifest first, the others in their order; folders and what operating
 * systems leave behind are passed over. A bad file is an item with its error and does not stop the others; a ZIP whose
 * directory cannot be read, or that is too large altogether, is one item with the path null. One file is in memory at
 * a time, and no more is inflated than the directory has declared and the limits allow.
 * @param choose is told the paths of all files, manifests first, and says which are to be read, by their places
 * @throws errors of the file system and of the source, when it cannot be opened or read
 */
export async function* readBundle(
  source: ZipSource,
  choose: (paths: readonly string[]) => readonly number[] = (paths) => [...paths.keys()],
): AsyncGenerator<BundleItem> {
  let zip: ZipFile | undefined
  try {
    zip = await openZip(source)
    const files = await listFiles(zip)
    if (typeof files === 'string') {
      yield { path: null, error: files }
      return
    }
    const chosen = choose(files.map((file) => shownPath(file.path)))
    for (const place of chosen) {
      const file = files[place]
      if (file !== undefined) yield await readFile(zip, file)
    }
  } catch (error) {
    if (isOfTheSource(error)) throw error
    yield { path: null, error: /encrypt/.test(String(error)) ? 'zip_encrypted' : 'zip_broken' }
  } finally {
    zip?.close()
  }
}

interface ListedFile {
  path: string
  entry: Entry
  error: BundleEntryError | undefined
}

async function listFiles(zip: ZipFile): Promise<ListedFile[] | BundleError> {
  if (zip.entryCount > BUNDLE_MAX_ENTRIES) return 'zip_too_many_entries'
  const files: ListedFile[] = []
  const seen = new Map<string, number>()
  let directoryBytes = 0
  for await (const entry of zip.eachEntry()) {
    directoryBytes += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
    if (directoryBytes > MOST_DIRECTORY_BYTES) return 'zip_too_large'
    const path = entryPath(entry)
    if (path.endsWith('/') || isSystemLitter(path)) continue
    files.push({ path, entry, error: isSafePath(path) ? entryError(path, entry) : 'unsafe_path' })
    seen.set(path, (seen.get(path) ?? 0) + 1)
  }
  for (const file of files) if ((seen.get(file.path) ?? 0) > 1) file.error ??= 'duplicate_path'
  const readable = files.filter((file) => file.error === undefined)
  const totalBytes = readable.reduce((total, file) => total + file.entry.uncompressedSize, 0)
  if (totalBytes > BUNDLE_MAX_BYTES) return 'zip_too_large'
  return [...files.filter((f) => isManifestPath(f.path)), ...files.filter((f) => !isManifestPath(f.path))]
}

function entryError(path: string, entry: Entry): BundleEntryError | undefined {
  const type = (entry.externalFileAttributes >>> 16) & UNIX_FILE_TYPE
  if (type !== 0 && type !== UNIX_REGULAR_FILE) return 'not_a_file'
  if ((entry.externalFileAttributes & DOS_REPARSE_POINT) !== 0) return 'not_a_file'
  if (/\.zip$/i.test(path)) return 'nested_zip'
  if (entry.isEncrypted()) return 'entry_encrypted'
  if (entry.compressionMethod !== ZIP_METHODS.stored && entry.compressionMethod !== ZIP_METHODS.deflated)
    return 'unsupported_compression'
  const { uncompressedSize, compressedSize } = entry
  if (uncompressedSize > LICENCE_MAX_BYTES || compressedSize > MOST_DEFLATED_BYTES) return 'entry_too_large'
  const isSuspicious =
    uncompressedSize > RATIO_MATTERS_BYTES && uncompressedSize > compressedSize * HIGHEST_RATIO
  return isSuspicious ? 'suspicious_ratio' : undefined
}

async function readFile(zip: ZipFile, file: ListedFile): Promise<BundleItem> {
  const path = shownPath(file.path)
  if (file.error) return { path, error: file.error }
  try {
    const bytes = await readZipEntry(zip, file.entry)
    return looksLikeZip(bytes) ? { path, error: 'nested_zip' } : { path, sizeBytes: bytes.length, bytes }
  } catch (error) {
    if (isOfTheSource(error)) throw error
    return { path, error: 'entry_broken' }
  }
}
