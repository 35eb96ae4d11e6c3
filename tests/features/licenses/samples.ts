import { PLATFORMS } from '../../../src/core/platforms'
import { type Recognition, recogniseLicence } from '../../../src/features/licenses/recognise'
import {
  compileFileNamePatterns,
  DEFAULT_FILE_NAME_TEMPLATES,
} from '../../../src/features/licenses/recognise/file-name-pattern'
import type { LicenceSample } from '../../../src/tools/seed/licence-files'

export const SAMPLE: LicenceSample = {
  serial: 'SN0001',
  platform: 'wiseasy-wpos3',
  licId: 'LIC-77',
  product: 'psPos',
  issuedOn: '2026-02-01',
  validUntil: '2027-01-31',
}

/** What SAMPLE says, as psManager writes it down. */
export const SAMPLE_FACTS = {
  serial: 'SN0001',
  platform: 'wiseasy-wpos3',
  licId: 'LIC-77',
  product: 'psPos',
  issuedAt: '2026-02-01T00:00:00.000Z',
  validUntil: '2027-01-31T23:59:59.999Z',
}

export const DEFAULT_PATTERNS = compileFileNamePatterns(DEFAULT_FILE_NAME_TEMPLATES).patterns

/** Recognises a file by the default patterns; text is UTF-8. */
export function recognise(content: string | Uint8Array, fileName = 'licence'): Recognition {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
  return recogniseLicence({ fileName, bytes }, { patterns: DEFAULT_PATTERNS, knownPlatforms: PLATFORMS })
}

/** Text in a code page of one byte a character, by turning the decoder round. */
export function encodeAs(codePage: 'windows-1251' | 'ibm866', text: string): Buffer {
  const decoder = new TextDecoder(codePage)
  const byteOf = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte]),
  )
  return Buffer.from([...text].map((letter) => byteOf.get(letter) ?? 0x3f))
}

/** Text in UTF-16 with its byte order mark. */
export function encodeUtf16(text: string, order: 'le' | 'be'): Buffer {
  const little = Buffer.from(`\uFEFF${text}`, 'utf16le')
  return order === 'le' ? little : little.swap16()
}
