import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'

/** A part of MANIFEST.MF or of a signature file (JAR specification): its attributes, and its bytes as they were digested. */
export interface JarSection {
  /** Of the entry; undefined for the main one. */
  name: string | undefined
  /** Those that signatures go by; their names in lower case. */
  attributes: ReadonlyMap<string, string>
  bytes: Buffer
}

const NEWLINE = 0x0a
const RETURN = 0x0d
const MOST_SECTIONS = 70_000
const MOST_LINES = 1000
/** What else is written there is nothing to keep. */
const KEPT =
  /^(?:name|x-android-apk-signed|sha-?(?:1|256|384|512)-digest(?:-manifest(?:-main-attributes)?)?)$/

/** Sections in their order. The first is the main one. Throws where the bytes are none. */
export function readSections(bytes: Buffer): JarSection[] {
  const sections: JarSection[] = []
  let [start, at] = [0, 0]
  let lines: string[] = []
  const close = (end: number) => {
    if (lines.length > 0) sections.push(sectionOf(lines, bytes.subarray(start, end), sections.length === 0))
    if (sections.length > MOST_SECTIONS) throw new Error('too many sections')
    lines = []
    start = end
  }
  while (at < bytes.length) {
    const { end, next } = lineAt(bytes, at)
    if (end === at) close(next)
    else if (bytes[at] === 0x20 && lines.length > 0)
      lines.push(lines.pop() + bytes.toString('latin1', at + 1, end))
    else lines.push(bytes.toString('latin1', at, end))
    if (lines.length > MOST_LINES) throw new Error('too many lines')
    at = next
  }
  close(bytes.length)
  if (sections.length === 0) throw new Error('no sections')
  return sections
}

/** A line ends with a newline, a return, or both. */
function lineAt(bytes: Buffer, at: number): { end: number; next: number } {
  let end = at
  while (end < bytes.length && bytes[end] !== NEWLINE && bytes[end] !== RETURN) end++
  const isPair = bytes[end] === RETURN && bytes[end + 1] === NEWLINE
  return { end, next: Math.min(bytes.length, end + (isPair ? 2 : 1)) }
}

function sectionOf(lines: readonly string[], bytes: Buffer, isMain: boolean): JarSection {
  const attributes = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(': ')
    if (colon < 1) throw new Error('no attribute')
    const name = line.slice(0, colon).toLowerCase()
    if (KEPT.test(name) && !attributes.has(name))
      attributes.set(name, Buffer.from(line.slice(colon + 2), 'latin1').toString('utf8'))
  }
  const name = attributes.get('name')
  if (!isMain && name === undefined) throw new Error('a section without a name')
  return { name: isMain ? undefined : name, attributes, bytes }
}

/** Strongest first, by which Android chooses. MD5 is left to Androids before 4.3. */
const DIGESTS = [
  ['sha-512', 'sha512'],
  ['sha-384', 'sha384'],
  ['sha-256', 'sha256'],
  ['sha1', 'sha1'],
  ['sha-1', 'sha1'],
] as const

export interface WantedDigest {
  hash: string
  value: Buffer
}

/** The strongest digest that a section gives: `SHA-256-Digest`, or with a tail `SHA-256-Digest-Manifest`. */
export function digestIn({ attributes }: JarSection, tail = ''): WantedDigest | undefined {
  for (const [name, hash] of DIGESTS) {
    const text = attributes.get(`${name}-digest${tail}`)
    if (text !== undefined) return { hash, value: Buffer.from(text, 'base64') }
  }
  return undefined
}

export const isDigestOf = ({ hash, value }: WantedDigest, bytes: Uint8Array) =>
  createHash(hash).update(bytes).digest().equals(value)

export const isEndOf = ({ value }: WantedDigest, hash: Hash) => hash.digest().equals(value)
