import { crc32 } from 'node:zlib'
import type { Entry } from 'yauzl'

const UTF8_FLAG = 0x800
const UNICODE_PATH_FIELD = 0x7075
const MADE_ON_UNIX = new Set([3, 19])
const LONGEST_PATH = 255
const FOLDERS_OF_SYSTEMS = /^__MACOSX\//
const FILES_OF_SYSTEMS = /(?:^|\/)(?:\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)$/i

/**
 * The path of a ZIP entry, NFC. UTF-8 where the entry says so (APPNOTE § 4.4.4 bit 11, § 4.6.9 Unicode path); else
 * UTF-8 where the bytes can be nothing else; else CP866, which Russian Windows writes without saying so.
 */
export function entryPath(entry: Entry): string {
  const raw = unicodePath(entry)
  if (raw) return decode('utf-8', raw)
  const name = entry.fileNameRaw
  if ((entry.generalPurposeBitFlag & UTF8_FLAG) !== 0) return decode('utf-8', name)
  return decode(isUtf8(name, entry.versionMadeBy >> 8) ? 'utf-8' : 'ibm866', name)
}

/** True for what operating systems leave in a ZIP beside the files that were meant. */
export function isSystemLitter(path: string): boolean {
  return FOLDERS_OF_SYSTEMS.test(path) || FILES_OF_SYSTEMS.test(path)
}

/** True for a plain relative path with forward slashes that stays below where it starts. */
export function isSafePath(path: string): boolean {
  if (path.length > LONGEST_PATH || /[\p{C}\\\uFFFD]/u.test(path) || /^[A-Za-z]:/.test(path)) return false
  return path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
}

/** The path as it may be shown: without control characters, and cut. */
export function shownPath(path: string): string {
  return path.slice(0, LONGEST_PATH).replace(/\p{C}/gu, '\uFFFD')
}

function unicodePath(entry: Entry): Buffer | undefined {
  const field = entry.extraFields.find((extra) => extra.id === UNICODE_PATH_FIELD)?.data
  if (!field || field.length < 6 || field[0] !== 1) return undefined
  return field.readUInt32LE(1) === crc32(entry.fileNameRaw) ? field.subarray(5) : undefined
}

/**
 * Bytes of CP866 letters can happen to be valid UTF-8 of three bytes; the lead bytes of two-byte UTF-8 (all of
 * Cyrillic) are box-drawing characters in CP866, which no file is named with.
 */
function isUtf8(name: Buffer, madeOn: number): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(name)
  } catch {
    return false
  }
  return (
    MADE_ON_UNIX.has(madeOn) || name.every((byte) => byte < 0x80) || name.some((b) => b >= 0xc2 && b < 0xe0)
  )
}

function decode(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes).normalize('NFC')
}
