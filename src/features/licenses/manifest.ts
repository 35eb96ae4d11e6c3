import { type CsvError, parse } from 'csv-parse/sync'
import { decodeText } from '../../core/decode-text'
import type { FactWarning, LicenceFacts } from './recognise/facts'
import { gatherFacts } from './recognise/gather'
import { factNamed, squeeze } from './recognise/keys'
import { type KnownPlatform, platformNames } from './recognise/values'

/**
 * Why a manifest, or a line of it, was not used: `manifest_broken` no text or no CSV; `manifest_no_file_column` the
 * header; `manifest_no_file_name`, `manifest_repeated_file` a line; `manifest_file_missing` a line whose file did not
 * come, or that could mean several files.
 */
export type ManifestProblemCode =
  | 'manifest_broken'
  | 'manifest_too_long'
  | 'manifest_no_file_column'
  | 'manifest_no_file_name'
  | 'manifest_repeated_file'
  | 'manifest_file_missing'

export interface ManifestProblem {
  code: ManifestProblemCode
  /** Line of the CSV, 1 is the header. */
  line: number
  fileName?: string
}

export interface ManifestRow {
  line: number
  fileName: string
  facts: LicenceFacts
  /** Cells that would have to be guessed, and columns of one meaning that disagree. */
  warnings: FactWarning[]
}

export interface Manifest {
  rows: ManifestRow[]
  problems: ManifestProblem[]
}

const MANIFEST_PATH = /(?:^|\/)manifest\.csv$/i
const MOST_ROWS = 100_000
const DELIMITERS = [';', '\t', ',']
const FILE_KEYS = new Set(
  ['file', 'file name', 'path', 'file path', 'fajl', 'fayl', 'imya fajla', 'файл', 'имя файла'].map(squeeze),
)

/** True for the path of the CSV manifest of a bundle. */
export function isManifestPath(path: string): boolean {
  return MANIFEST_PATH.test(path)
}

/**
 * Reads a CSV manifest (RFC 4180; delimiter comma, semicolon or tab; UTF-8, UTF-16 or Windows-1251 as spreadsheets
 * save it): a header with a column for the file name and columns named like the facts, a line for each file. Unknown
 * columns are passed over. A bad line does not stop the others. Never throws.
 */
export function readManifest(bytes: Uint8Array, knownPlatforms: readonly KnownPlatform[]): Manifest {
  const records = readRecords(bytes)
  if (!Array.isArray(records)) return { rows: [], problems: [records] }
  const [header, ...lines] = records
  const titles = header?.record ?? []
  const fileAt = titles.findIndex((title) => FILE_KEYS.has(squeeze(title)))
  if (fileAt < 0)
    return { rows: [], problems: [{ code: 'manifest_no_file_column', line: header?.line ?? 1 }] }
  const columns = factColumns(titles)
  const platforms = platformNames(knownPlatforms)
  const manifest: Manifest = { rows: [], problems: [] }
  for (const { record, line } of lines) {
    const fileName = normal(record[fileAt] ?? '')
    const fields = columns.map(({ at, key }) => ({ key, parent: '', value: record[at] ?? '' }))
    if (fileName === '') manifest.problems.push({ code: 'manifest_no_file_name', line })
    else manifest.rows.push({ line, fileName, ...gatherFacts(fields, platforms) })
  }
  return withoutRepeated(manifest)
}

interface CsvRecord {
  record: string[]
  line: number
}

function readRecords(bytes: Uint8Array): CsvRecord[] | ManifestProblem {
  const text = decodeText(bytes)
  if (text === undefined) return { code: 'manifest_broken', line: 1 }
  const announced = /^sep=(.)\r?\n/i.exec(text)
  const body = announced ? text.slice(announced[0].length) : text
  const skipped = announced ? 1 : 0
  try {
    const parsed = parse(body, {
      delimiter: announced?.[1] ?? delimiterOf(body),
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
      to: MOST_ROWS + 2,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    if (parsed.length > MOST_ROWS + 1) return { code: 'manifest_too_long', line: MOST_ROWS + 2 }
    return parsed.map(({ record, info }) => ({ record, line: info.lines + skipped }))
  } catch (error) {
    return { code: 'manifest_broken', line: Number((error as CsvError).lines ?? 1) + skipped }
  }
}

/** The delimiter most often in the header line, which has no free text. */
function delimiterOf(text: string): string {
  const header = /[^\r\n]+/.exec(text)?.[0] ?? ''
  const counted = DELIMITERS.map((sign) => ({ sign, count: header.split(sign).length }))
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).sign
}

interface Column {
  at: number
  key: string
}

function factColumns(header: readonly string[]): Column[] {
  const columns = header.map((title, at) => ({ at, key: squeeze(title) }))
  return columns.filter((column) => factNamed(column.key, '') !== undefined)
}

function withoutRepeated(manifest: Manifest): Manifest {
  const counts = new Map<string, number>()
  for (const row of manifest.rows) counts.set(row.fileName, (counts.get(row.fileName) ?? 0) + 1)
  const isRepeated = (row: ManifestRow) => (counts.get(row.fileName) ?? 0) > 1
  const repeated = manifest.rows.filter(isRepeated).map(({ line, fileName }) => ({
    code: 'manifest_repeated_file' as const,
    line,
    fileName,
  }))
  return {
    rows: manifest.rows.filter((row) => !isRepeated(row)),
    problems: [...manifest.problems, ...repeated],
  }
}

export interface ManifestAssignment {
  /** The line for each file that has one, by the file's path. */
  rows: Map<string, ManifestRow>
  /** Lines whose file did not come. */
  problems: ManifestProblem[]
  /** Files the manifest does not mention. */
  unlisted: string[]
}

/**
 * Brings the lines of a manifest and the files together: by the whole path, else by the file name without folders
 * and case, where just one file has it.
 * @param paths of the licence files, without the manifest itself
 */
export function assignManifest(manifest: Manifest, paths: readonly string[]): ManifestAssignment {
  const exact = new Map(paths.map((path) => [normal(path), path]))
  const byName = new Map<string, string[]>()
  for (const path of paths) byName.set(baseName(path), [...(byName.get(baseName(path)) ?? []), path])
  const assignment: ManifestAssignment = { rows: new Map(), problems: [], unlisted: [] }
  for (const row of manifest.rows) {
    const alike = byName.get(baseName(row.fileName)) ?? []
    const path = exact.get(row.fileName) ?? (alike.length === 1 ? alike[0] : undefined)
    const code = path === undefined ? 'manifest_file_missing' : 'manifest_repeated_file'
    if (path !== undefined && !assignment.rows.has(path)) assignment.rows.set(path, row)
    else assignment.problems.push({ code, line: row.line, fileName: row.fileName })
  }
  assignment.unlisted = paths.filter((path) => !assignment.rows.has(path))
  return assignment
}

function normal(path: string): string {
  return path.normalize('NFC').replaceAll('\\', '/').replace(/^\.\//, '')
}

function baseName(path: string): string {
  return normal(path).split('/').at(-1)?.toLowerCase() ?? ''
}
