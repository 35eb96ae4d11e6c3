import type { Ctx } from '../../../core/context'
import { PLATFORMS } from '../../../core/platforms'
import { looksLikeZip, type ZipSource } from '../../../core/zip'
import { readBundle } from '../bundle'
import {
  assignManifest,
  isManifestPath,
  type Manifest,
  type ManifestAssignment,
  readManifest,
} from '../manifest'
import type { ImportReport, ImportResult } from '../schemas'
import { importLicence, rejected } from './import'

export interface UploadedFile {
  fileName: string
  bytes: Uint8Array
}

export interface ImportOptions {
  given?: Record<string, string>
  /** Facts of single files, by their paths; they win over `given`. */
  givenByFile?: Record<string, Record<string, string>>
  isConfirmed?: boolean
  /** The licence that was seen to be replaced, by the files' paths: the confirmation is for that one only. */
  replacesByFile?: Record<string, string>
}

/** Which files of a ZIP are taken. */
export interface BundleWindow {
  only?: readonly string[]
  from: number
  limit: number
}

export interface BundleOutcome {
  results: ImportResult[]
  /** Files that there are to take, in all windows together. */
  total: number
  /** Where the next window starts; null after the last. */
  next: number | null
  /** The window was all there is. */
  isWhole: boolean
}

const WHOLE: BundleWindow = { from: 0, limit: Number.POSITIVE_INFINITY }
const MOST_RESULTS = 2_000
const SETTLED: readonly string[] = ['imported', 'duplicate', 'replaced']

/** Counts of all results, and the results themselves up to a bound: what needs a look is kept before what went well. */
export function reportOf(results: readonly ImportResult[]): ImportReport {
  const counts: Record<string, number> = {}
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1
  const isOpen = ({ outcome }: ImportResult) => !SETTLED.includes(outcome)
  const kept = new Set(
    [...results.filter(isOpen), ...results.filter((one) => !isOpen(one))].slice(0, MOST_RESULTS),
  )
  return { results: results.filter((one) => kept.has(one)), counts, omitted: results.length - kept.size }
}

/**
 * Takes many files in, ZIPs among them, each on its own: a bad one stops no other. One file is in memory at a time. A
 * `manifest.csv` says what the files themselves do not: in a ZIP wherever it lies, beside single files before them.
 * Results come in the order of the files; what is wrong with a manifest comes last.
 */
export async function importLicences(
  ctx: Ctx,
  files: AsyncIterable<UploadedFile> | Iterable<UploadedFile>,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const results: ImportResult[] = []
  const names: string[] = []
  let manifest: Manifest | undefined
  for await (const file of files) {
    if (isManifestPath(file.fileName)) manifest = readManifest(file.bytes, PLATFORMS)
    else if (looksLikeZip(file.bytes))
      results.push(...(await importZip(ctx, file.fileName, file.bytes, options)).results)
    else {
      names.push(file.fileName)
      const assigned = manifest && assignManifest(manifest, [file.fileName])
      results.push(await importFile(ctx, file, options, assigned))
    }
  }
  if (manifest !== undefined) results.push(...problemsOf(manifest, assignManifest(manifest, names)))
  return reportOf(results)
}

/** The files of a ZIP, or a window of them. What is wrong with its manifest is told with the last window. */
export async function importZip(
  ctx: Ctx,
  fileName: string,
  source: ZipSource,
  options: ImportOptions = {},
  window: BundleWindow = WHOLE,
): Promise<BundleOutcome> {
  let licencePaths: string[] = []
  let outcome: BundleOutcome = { results: [], total: 1, next: null, isWhole: true }
  let manifest: Manifest | undefined
  let assigned: ManifestAssignment | undefined
  const items = readBundle(source, (paths) => {
    const manifests = [...paths.keys()].filter((place) => isManifestPath(paths[place] ?? ''))
    const files = [...paths.keys()].filter((place) => !isManifestPath(paths[place] ?? ''))
    licencePaths = files.map((place) => paths[place] ?? '')
    const only = window.only && new Set(window.only)
    const wanted = only === undefined ? files : files.filter((place) => only.has(paths[place] ?? ''))
    const chosen = wanted.slice(window.from, window.from + window.limit)
    const end = window.from + chosen.length
    outcome = {
      results: [],
      total: wanted.length,
      next: end < wanted.length ? end : null,
      isWhole: chosen.length === files.length,
    }
    return [...manifests, ...chosen]
  })
  // The reader gives the manifest first.
  for await (const item of items) {
    if (item.path === null) outcome.results.push(rejected(fileName, item.error))
    else if ('error' in item) outcome.results.push(rejected(item.path, item.error))
    else if (isManifestPath(item.path)) {
      manifest = readManifest(item.bytes, PLATFORMS)
      assigned = assignManifest(manifest, licencePaths)
    } else {
      const file = { fileName: item.path, bytes: item.bytes }
      outcome.results.push(await importFile(ctx, file, options, assigned))
    }
  }
  if (outcome.next !== null) return outcome
  if (window.only === undefined && manifest !== undefined)
    outcome.results.push(...problemsOf(manifest, assigned))
  const listed = new Set(licencePaths)
  const unknown = window.only?.filter((path) => !listed.has(path)) ?? []
  outcome.results.push(...unknown.map((path) => rejected(path, 'file_not_in_upload')))
  return outcome
}

/** One file, with what the manifest and whoever imports say of it. */
export function importFile(
  ctx: Ctx,
  { fileName, bytes }: UploadedFile,
  options: ImportOptions,
  assigned?: ManifestAssignment,
): Promise<ImportResult> {
  const replaces = options.replacesByFile?.[fileName]
  return importLicence(ctx, {
    fileName,
    bytes,
    given: { ...options.given, ...options.givenByFile?.[fileName] },
    manifest: { ...assigned?.rows.get(fileName)?.facts } as Record<string, string>,
    isConfirmed: options.isConfirmed ?? false,
    ...(replaces === undefined ? {} : { replaces }),
  })
}

/** What the manifest says of files that did not come, and lines that could not be read. */
function problemsOf(manifest: Manifest, assigned: ManifestAssignment | undefined): ImportResult[] {
  return [...manifest.problems, ...(assigned?.problems ?? [])].map((problem) =>
    rejected(problem.fileName ?? `manifest.csv, line ${problem.line}`, problem.code),
  )
}
