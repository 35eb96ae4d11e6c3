import { type LicenceFormat, readContent } from './content'
import { FACT_NAMES, type FactName, type FactWarning, type LicenceFacts, sameFact } from './facts'
import { readFileName } from './file-name'
import type { FileNamePattern } from './file-name-pattern'
import { gatherFacts } from './gather'
import { type KnownPlatform, platformNames } from './values'

export interface LicenceFile {
  /** Name of the file, with its folders where it comes from a ZIP. */
  fileName: string
  /** The whole file; the caller has limited it to `LICENCE_MAX_BYTES`. */
  bytes: Uint8Array
}

export interface RecogniseOptions {
  patterns: readonly FileNamePattern[]
  knownPlatforms: readonly KnownPlatform[]
}

/**
 * - `ambiguous_…`, `unreadable_…`: the content names several values, or one that would have to be guessed
 * - `damaged_content`: begins like JSON, XML or PEM and cannot be read as it
 * - `ambiguous_file_name`: the name can be read in several ways, so it was not
 * - `file_name_differs`: the name says otherwise than the content, which won
 * - `dates_out_of_order`: valid until before the day of issue
 */
export type RecognitionWarning =
  | FactWarning
  | 'damaged_content'
  | 'ambiguous_file_name'
  | 'file_name_differs'
  | 'dates_out_of_order'

export interface Recognition {
  facts: LicenceFacts
  /** Where each fact was read. */
  sources: { [Name in FactName]?: 'content' | 'fileName' }
  format: LicenceFormat
  warnings: RecognitionWarning[]
}

/**
 * Reads what a licence file tells about itself: from its content where that is JSON, XML, INI or PEM text, else from
 * its name. Pure; never throws, whatever the bytes; the bytes are not altered.
 */
export function recogniseLicence(file: LicenceFile, options: RecogniseOptions): Recognition {
  const content = readContent(file.bytes)
  const platforms = platformNames(options.knownPlatforms)
  const { facts: told, warnings } = gatherFacts(content.fields, platforms)
  const named = readFileName(file.fileName, options.patterns, platforms)
  const recognition: Recognition = { facts: {}, sources: {}, format: content.format, warnings: [...warnings] }
  if (content.isDamaged) recognition.warnings.push('damaged_content')
  if (named.isAmbiguous) recognition.warnings.push('ambiguous_file_name')
  for (const name of FACT_NAMES) take(recognition, name, told[name], named.facts[name])
  if (namesDiffer(told, named.facts)) recognition.warnings.push('file_name_differs')
  const { issuedAt, validUntil } = recognition.facts
  if (issuedAt && validUntil && validUntil < issuedAt) recognition.warnings.push('dates_out_of_order')
  return recognition
}

function take(recognition: Recognition, name: FactName, content?: string, fileName?: string): void {
  const value = content ?? fileName
  if (value === undefined) return
  recognition.facts[name] = value
  recognition.sources[name] = content === undefined ? 'fileName' : 'content'
}

function namesDiffer(content: LicenceFacts, fileName: LicenceFacts): boolean {
  return FACT_NAMES.some((name) => {
    const [told, named] = [content[name], fileName[name]]
    return told !== undefined && named !== undefined && !sameFact(name, told, named)
  })
}
