import { apkRefused } from '../errors'
import type { ApkScheme, ApkSignature } from '../facts'
import type { ApkArchive } from '../read/archive'
import { refusedAs } from '../read/cursor'
import type { ContentDigest } from './algorithms'
import { BLOCK, readSigningBlock, type SigningBlock } from './block'
import { digestContent } from './content'
import { isOfV1, readJarSignature, verifyJarEntries } from './jar'
import { readSigners, type Signer } from './signer'

type Known = ApkSignature['schemes'][number]
type BlockScheme = keyof typeof BLOCK

const NEWEST_FIRST = ['v3.1', 'v3', 'v2'] as const
/** From these Androids on an older scheme is not looked at where a newer one is there. */
const V2_SINCE = 24
const V3_SINCE = 28
const ROTATION_SINCE = 33

/** Attributes that say what else an APK was signed by, so that it cannot be taken out unnoticed. */
const V2_ALSO = 0xbeeff00d
const V3_ALSO_V31 = 0x559f8b02

/**
 * Whose signature an APK has, verified as Android does: every scheme that some Android from the minimal SDK on goes by.
 * `unsigned`, `bad_signature`, `signature_stripped`, `unknown_signature`.
 */
export async function readSignature(archive: ApkArchive, minSdk: number): Promise<ApkSignature> {
  const block = await readSigningBlock(archive)
  const present = NEWEST_FIRST.filter((scheme) => block?.blocks.has(BLOCK[scheme]))
  if (block === undefined || present.length === 0) return readV1Only(archive)
  const bySchemes = new Map<BlockScheme, Signer[]>()
  const schemes: Known[] = []
  for (const scheme of present) {
    const signers = readScheme(block, scheme, present, minSdk)
    if (signers !== undefined) bySchemes.set(scheme, signers)
    else schemes.push({ scheme, signers: [], state: 'broken' })
  }
  checkTogether(bySchemes, minSdk)
  const content = await digestContent(archive, block.start, digestsOf(bySchemes))
  for (const [scheme, signers] of bySchemes) {
    checkContent(signers, content)
    schemes.push({ scheme, signers: namesOf(scheme, signers), state: 'verified' })
  }
  const v1 = await readOlderV1(archive, minSdk)
  const all = [...schemes, ...(v1 === undefined ? [] : [v1])].sort(newestFirst)
  const newest = present[0] as BlockScheme
  return {
    scheme: newest,
    signers: namesOf(newest, bySchemes.get(newest) ?? []),
    lineage: newestSigners(newest, bySchemes.get(newest) ?? [])[0]?.lineage ?? [],
    schemes: all,
  }
}

/** Undefined where it is broken and no Android looks at it. */
function readScheme(
  { blocks }: SigningBlock,
  scheme: BlockScheme,
  present: readonly BlockScheme[],
  minSdk: number,
): Signer[] | undefined {
  const isIgnored = scheme === 'v2' && present.includes('v3') && minSdk >= V3_SINCE
  try {
    const block = blocks.get(BLOCK[scheme]) ?? Buffer.alloc(0)
    return refusedAs('bad_signature', () => readSigners(block, scheme !== 'v2'))
  } catch (error) {
    if (isIgnored) return undefined
    throw error
  }
}

/** What schemes say of one another must be so. */
function checkTogether(found: ReadonlyMap<BlockScheme, Signer[]>, minSdk: number): void {
  const [v2, v3, v31] = [found.get('v2'), found.get('v3'), found.get('v3.1')]
  for (const { attributes } of v2 ?? []) {
    const also = attributes.get(V2_ALSO)
    if (also !== undefined && also.length >= 4 && also.readUInt32LE() === 3 && v3 === undefined)
      throw apkRefused('signature_stripped', 'v3')
  }
  if (v31 !== undefined && v3 === undefined) throw apkRefused('signature_stripped', 'v3')
  if (v31 === undefined && v3?.some(({ attributes }) => attributes.has(V3_ALSO_V31)))
    throw apkRefused('signature_stripped', 'v3.1')
  if (v3 !== undefined) checkRanges(v3)
  if (v31 !== undefined) {
    checkRanges(v31)
    if (v31.some((signer) => signer.minSdk < ROTATION_SINCE)) throw apkRefused('bad_signature', 'v3.1')
  }
  if (v2 === undefined || v3 === undefined || minSdk >= V3_SINCE) return
  // Older Androids know the first of the certificates that were rotated.
  const [first] = [...v3].sort((one, other) => one.minSdk - other.minSdk)
  const oldest = first?.lineage[0] ?? first?.certificate.sha256
  if (v2.length !== 1 || v2[0]?.certificate.sha256 !== oldest)
    throw apkRefused('bad_signature', 'v2 and v3 are of different signers')
}

/** One signer for each Android, none left out in between. */
function checkRanges(signers: readonly Signer[]): void {
  const inOrder = [...signers].sort((one, other) => one.minSdk - other.minSdk)
  for (const [index, signer] of inOrder.entries()) {
    const before = inOrder[index - 1]
    if (before !== undefined && signer.minSdk !== before.maxSdk + 1)
      throw apkRefused('bad_signature', 'SDK of signers')
  }
}

function digestsOf(found: ReadonlyMap<BlockScheme, Signer[]>): Set<ContentDigest> {
  const all = [...found.values()].flat().flatMap(({ digests }) => digests)
  return new Set(all.map(({ content }) => content))
}

function checkContent(signers: readonly Signer[], content: ReadonlyMap<ContentDigest, Buffer>): void {
  for (const { digests } of signers)
    for (const { content: kind, value } of digests)
      if (content.get(kind)?.equals(value) !== true) throw apkRefused('bad_signature', 'content')
}

/** Of v2 all sign together; of v3 each is for some Androids: the newest ones count. */
function newestSigners(scheme: BlockScheme, signers: readonly Signer[]): Signer[] {
  if (scheme === 'v2') return [...signers]
  return [...signers].sort((one, other) => other.maxSdk - one.maxSdk).slice(0, 1)
}

const namesOf = (scheme: BlockScheme, signers: readonly Signer[]) =>
  [...new Set(newestSigners(scheme, signers).map(({ certificate }) => certificate.sha256))].sort()

const ORDER: readonly ApkScheme[] = [...NEWEST_FIRST, 'v1']
const newestFirst = (one: Known, other: Known) => ORDER.indexOf(one.scheme) - ORDER.indexOf(other.scheme)

async function readV1Only(archive: ApkArchive): Promise<ApkSignature> {
  const found = await readJarSignature(archive)
  if (found === undefined) throw apkRefused('unsigned')
  if (found.alsoSignedBy.some((scheme) => scheme >= 2)) throw apkRefused('signature_stripped', 'v2')
  await verifyJarEntries(archive, found)
  const signers = found.signers.map(({ sha256 }) => sha256).sort()
  return { scheme: 'v1', signers, lineage: [], schemes: [{ scheme: 'v1', signers, state: 'verified' }] }
}

/** Beside a newer one it is compared with the entries only where an Android before 7 may go by it. */
async function readOlderV1(archive: ApkArchive, minSdk: number): Promise<Known | undefined> {
  try {
    const found = await readJarSignature(archive)
    if (found === undefined) return undefined
    const signers = found.signers.map(({ sha256 }) => sha256).sort()
    if (minSdk >= V2_SINCE) return { scheme: 'v1', signers, state: 'read' }
    await verifyJarEntries(archive, found)
    return { scheme: 'v1', signers, state: 'verified' }
  } catch (error) {
    if (!isOfV1(error)) throw error
    return { scheme: 'v1', signers: [], state: 'broken' }
  }
}
