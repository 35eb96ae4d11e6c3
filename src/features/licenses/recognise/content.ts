import { decodeText } from '../../../core/decode-text'
import { readIniFields } from './ini'
import { readJsonFields } from './json'
import type { Field } from './keys'
import { looksLikePem, readPemFields } from './pem'
import { readXmlFields } from './xml'

export type LicenceFormat = 'json' | 'xml' | 'ini' | 'pem' | 'opaque'

export interface Content {
  format: LicenceFormat
  fields: Field[]
  /** True for a file that begins like one of the formats and cannot be read as it: cut off, too deep, too large. */
  isDamaged: boolean
}

/** Reads the named values of a licence file of any format; binary files and prose are `opaque`. Never throws. */
export function readContent(bytes: Uint8Array): Content {
  const text = decodeText(bytes)?.trim() ?? ''
  if (/^[<{]/.test(text) || !looksLikePem(text)) return readStructured(text)
  const fields = readPemFields(
    text,
    (content, label) => readStructured(decodeText(content)?.trim() ?? '', label).fields,
  )
  return fields ? { format: 'pem', fields, isDamaged: false } : damaged()
}

function readStructured(text: string, label = ''): Content {
  if (text.startsWith('<')) return contentOf('xml', readXmlFields(text)) ?? damaged()
  if (text.startsWith('{')) return contentOf('json', readJsonFields(text, label)) ?? damaged()
  const list = text.startsWith('[') ? contentOf('json', readJsonFields(text, label)) : undefined
  return list ?? contentOf('ini', readIniFields(text, label)) ?? opaque()
}

function contentOf(format: LicenceFormat, fields: Field[] | undefined): Content | undefined {
  return fields && { format, fields, isDamaged: false }
}

function opaque(): Content {
  return { format: 'opaque', fields: [], isDamaged: false }
}

function damaged(): Content {
  return { ...opaque(), isDamaged: true }
}
