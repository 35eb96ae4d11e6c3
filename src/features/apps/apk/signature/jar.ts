import { createHash } from 'node:crypto'
import { isFailure } from '../../../../core/errors'
import { apkRefused } from '../errors'
import { type ApkArchive, type ApkEntry, readEntry, unpackEntry } from '../read/archive'
import { refusedAs } from '../read/cursor'
import type { Certificate } from './der'
import { digestIn, isDigestOf, isEndOf, type JarSection, readSections } from './jar-manifest'
import { signerOf } from './pkcs7'

/** A signature by v1: who, what else it says the APK is signed by, and the manifest it is about. */
export interface JarSignature {
  signers: Certificate[]
  /** Numbers of newer schemes that the APK had when it was signed. */
  alsoSignedBy: number[]
  manifest: readonly JarSection[]
  /** By signature file: the entries it covers. */
  covered: ReadonlySet<string>[]
}

const MANIFEST = 'META-INF/MANIFEST.MF'
const SIGNATURE_FILE = /^META-INF\/([^/]+)\.SF$/i
/** A hundred bytes for each of as many entries as there can be, and some. */
const MOST_TEXT_BYTES = 8 * 1024 * 1024
const MOST_BLOCK_BYTES = 1024 * 1024
const MOST_SIGNERS = 10

/**
 * Reads a signature by v1 (JAR): the manifest's digests, the signature files over the manifest, and the PKCS #7 blocks
 * over those are verified; entries are not yet. Undefined where there is none. `bad_signature`.
 */
export async function readJarSignature(archive: ApkArchive): Promise<JarSignature | undefined> {
  const manifestEntry = archive.entries.get(MANIFEST)
  const pairs = signaturePairs(archive)
  if (manifestEntry === undefined || pairs.length === 0) return undefined
  if (pairs.length > MOST_SIGNERS) throw apkRefused('bad_signature', 'too many signers')
  const manifestBytes = await readEntry(archive, manifestEntry, MOST_TEXT_BYTES)
  const manifest = refusedAs('bad_signature', () => readSections(manifestBytes))
  const found: JarSignature = { signers: [], alsoSignedBy: [], manifest, covered: [] }
  for (const { file, block } of pairs) {
    const text = await readEntry(archive, file, MOST_TEXT_BYTES)
    const signature = await readEntry(archive, block, MOST_BLOCK_BYTES)
    archive.source.checkTime()
    refusedAs('bad_signature', () => addSigner(found, manifestBytes, text, signature))
  }
  return found
}

/** Each signature file with its block, which has the same name. A file without one counts for nothing. */
function signaturePairs({ entries }: ApkArchive): { file: ApkEntry; block: ApkEntry }[] {
  return [...entries.values()].flatMap((file) => {
    const [, name] = SIGNATURE_FILE.exec(file.name) ?? []
    if (name === undefined) return []
    const block = ['RSA', 'DSA', 'EC'].map((kind) => entries.get(`META-INF/${name}.${kind}`))
    const first = block.find((one) => one !== undefined)
    return first === undefined ? [] : [{ file, block: first }]
  })
}

function addSigner(found: JarSignature, manifestBytes: Buffer, text: Buffer, signature: Buffer): void {
  const certificate = signerOf(signature, text)
  if (certificate === undefined) throw apkRefused('bad_signature', 'v1')
  const [main, ...sections] = readSections(text)
  if (main === undefined) throw apkRefused('bad_signature', 'v1')
  checkManifest(found.manifest, manifestBytes, main, sections)
  found.signers.push(certificate)
  found.covered.push(new Set(sections.map(({ name = '' }) => name)))
  const schemes = main.attributes.get('x-android-apk-signed') ?? ''
  found.alsoSignedBy.push(...schemes.split(',').map(Number))
}

/** The manifest must be the one that was signed: as a whole, or section by section. */
function checkManifest(
  manifest: readonly JarSection[],
  manifestBytes: Buffer,
  main: JarSection,
  sections: readonly JarSection[],
): void {
  const whole = digestIn(main, '-manifest')
  if (whole !== undefined && isDigestOf(whole, manifestBytes)) return
  const head = digestIn(main, '-manifest-main-attributes')
  if (head !== undefined && (manifest[0] === undefined || !isDigestOf(head, manifest[0].bytes)))
    throw apkRefused('bad_signature', 'manifest of v1')
  const byName = new Map(manifest.map((one) => [one.name, one]))
  for (const section of sections) {
    const wanted = digestIn(section)
    const subject = byName.get(section.name)
    if (wanted === undefined || subject === undefined || !isDigestOf(wanted, subject.bytes))
      throw apkRefused('bad_signature', section.name)
  }
}

/** Compares every entry with its digest. `bad_signature` where one differs, or is not covered by all signers. */
export async function verifyJarEntries(
  archive: ApkArchive,
  { manifest, covered }: JarSignature,
): Promise<void> {
  const byName = new Map<string, JarSection>()
  for (const section of manifest) {
    if (section.name === undefined) continue
    if (byName.has(section.name)) throw apkRefused('bad_signature', section.name)
    byName.set(section.name, section)
  }
  for (const entry of archive.entries.values()) {
    if (entry.name.endsWith('/') || isOfSignature(entry.name)) continue
    const section = byName.get(entry.name)
    const wanted = section === undefined ? undefined : digestIn(section)
    if (wanted === undefined || !covered.every((names) => names.has(entry.name)))
      throw apkRefused('bad_signature', entry.name)
    const hash = createHash(wanted.hash)
    for await (const piece of unpackEntry(archive, entry)) hash.update(piece)
    if (!isEndOf(wanted, hash)) throw apkRefused('bad_signature', entry.name)
  }
  for (const name of byName.keys()) if (!archive.entries.has(name)) throw apkRefused('bad_signature', name)
}

/** Files of the signature itself, which no digest covers. */
function isOfSignature(name: string): boolean {
  if (!/^META-INF\/[^/]*$/i.test(name)) return false
  const file = name.slice('META-INF/'.length).toUpperCase()
  return file === 'MANIFEST.MF' || /\.(SF|RSA|DSA|EC)$/.test(file) || file.startsWith('SIG-')
}

/** True for a refusal that is about the signature of v1 alone; anything else is about the file. */
export const isOfV1 = (error: unknown) =>
  isFailure(error) && error.code === 'apk_refused' && error.details.values?.why === 'bad_signature'
