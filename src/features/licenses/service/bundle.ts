import type { Ctx } from '../../../core/context'
import { PLATFORMS } from '../../../core/platforms'
import { looksLikeZip, readBundle } from '../bundle'
import { assignManifest, isManifestPath, type Manifest, readManifest } from '../manifest'
import type { ImportReport, ImportResult } from '../schemas'
import { importLicence, rejected } from './import'

export interface UploadedFile {
  fileName: string
  bytes: Uint8Array
}

export interface ImportOptions {
  given?: Record<string, string>
  isConfirmed?: boolean
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
  const beside = new Room(ctx, options)
  for await (const file of files) {
    if (isManifestPath(file.fileName)) beside.manifest = readManifest(file.bytes, PLATFORMS)
    else if (looksLikeZip(file.bytes)) results.push(...(await importZip(ctx, file, options)))
    else results.push(await beside.take(file))
  }
  results.push(...beside.problems())
  const counts: Record<string, number> = {}
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1
  return { results, counts }
}

async function importZip(ctx: Ctx, file: UploadedFile, options: ImportOptions): Promise<ImportResult[]> {
  const room = new Room(ctx, options)
  const results: ImportResult[] = []
  // The reader gives the manifest first.
  for await (const item of readBundle(file.bytes)) {
    if (item.path === null) results.push(rejected(file.fileName, item.error))
    else if ('error' in item) results.push(rejected(item.path, item.error))
    else if (isManifestPath(item.path)) room.manifest = readManifest(item.bytes, PLATFORMS)
    else results.push(await room.take({ fileName: item.path, bytes: item.bytes }))
  }
  return [...results, ...room.problems()]
}

/** Files that share a manifest. */
class Room {
  manifest: Manifest | undefined
  readonly #ctx: Ctx
  readonly #options: ImportOptions
  readonly #seen: string[] = []

  constructor(ctx: Ctx, options: ImportOptions) {
    this.#ctx = ctx
    this.#options = options
  }

  take({ fileName, bytes }: UploadedFile): Promise<ImportResult> {
    this.#seen.push(fileName)
    const row = this.manifest && assignManifest(this.manifest, [fileName]).rows.get(fileName)
    return importLicence(this.#ctx, {
      fileName,
      bytes,
      given: this.#options.given ?? {},
      manifest: { ...row?.facts } as Record<string, string>,
      isConfirmed: this.#options.isConfirmed ?? false,
    })
  }

  /** What the manifest says of files that did not come, and lines that could not be read. */
  problems(): ImportResult[] {
    if (this.manifest === undefined) return []
    return assignManifest(this.manifest, this.#seen).problems.map((problem) =>
      rejected(problem.fileName ?? `manifest.csv, line ${problem.line}`, problem.code),
    )
  }
}
