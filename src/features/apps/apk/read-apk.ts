import { isFailure } from '../../../core/errors'
import type { RandomAccess } from '../../../core/zip'
import { apkRefused } from './errors'
import type { ApkFacts } from './facts'
import { type ApkArchive, openArchive, readEntry } from './read/archive'
import { refusedAs } from './read/cursor'
import { readIcon } from './read/icon'
import { readLabels } from './read/labels'
import { readManifest } from './read/manifest'
import { Resources } from './read/resources'
import { ApkSource } from './read/source'
import { readSignature } from './signature/signature'

/** Real ones have up to some hundred kilobytes. */
const MOST_MANIFEST_BYTES = 4 * 1024 * 1024
/** The largest applications have some 20 MiB. */
const MOST_RESOURCE_BYTES = 32 * 1024 * 1024

/** Android has had seven. */
const MOST_ABIS = 16

const NATIVE_CODE = /^lib\/([A-Za-z0-9_-]{1,32})\/[^/]+\.so$/

/** Reads an APK where it is called: see `inspectApk`, which does it in a thread of its own. `apk_refused`. */
export async function readApk(file: RandomAccess): Promise<ApkFacts> {
  const source = new ApkSource(file)
  const archive = await openArchive(source)
  const manifestBytes = await readManifestBytes(archive)
  const resources = await readResources(archive)
  source.checkTime()
  const manifest = refusedAs('bad_manifest', () => readManifest(manifestBytes, resources))
  const { label, icon, ...facts } = manifest
  const labels = refusedAs('bad_resources', () => readLabels(label, resources))
  const signature = await readSignature(archive, manifest.minSdk)
  return {
    sizeBytes: file.sizeBytes,
    ...facts,
    labels,
    icon: await readIcon(icon, resources, archive),
    abis: abisOf(archive),
    signature,
  }
}

async function readManifestBytes(archive: ApkArchive): Promise<Buffer> {
  const entry = archive.entries.get('AndroidManifest.xml')
  if (entry !== undefined) return readEntry(archive, entry, MOST_MANIFEST_BYTES)
  // Bundles are archives of APKs; what else lacks a manifest is some other ZIP.
  const isBundle = archive.entries.has('BundleConfig.pb') || archive.entries.has('base.apk')
  throw apkRefused(isBundle ? 'split' : 'no_manifest')
}

async function readResources(archive: ApkArchive): Promise<Resources | undefined> {
  const entry = archive.entries.get('resources.arsc')
  if (entry === undefined) return undefined
  const bytes = await readEntry(archive, entry, MOST_RESOURCE_BYTES)
  return refusedAs('bad_resources', () => new Resources(bytes))
}

function abisOf({ entries }: ApkArchive): string[] {
  const abis = new Set<string>()
  for (const name of entries.keys()) {
    const [, abi] = NATIVE_CODE.exec(name) ?? []
    if (abi !== undefined) abis.add(abi)
  }
  return [...abis].sort().slice(0, MOST_ABIS)
}

/** `why` of a refusal by this reader; undefined for any other error. */
export function refusalOf(error: unknown): { why: string; detail: string } | undefined {
  if (!isFailure(error) || error.code !== 'apk_refused') return undefined
  const { why, detail } = error.details.values ?? {}
  return { why: String(why), detail: String(detail ?? '') }
}
