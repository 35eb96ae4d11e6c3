import { Buffer } from 'node:buffer'
import { readIniFields } from './ini'
import type { Field } from './keys'
import { MOST_LINES } from './limits'

const BEGIN = /^-----BEGIN ([^\r\n]{1,64}?)-----$/
const END = /^-----END ([^\r\n]{1,64}?)-----$/
const HEADER = /^[^\s:=][^:=]{0,63}:/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

interface Block {
  label: string
  lines: string[]
}

/** Reads the text a PEM block holds; the label is the name its values stand under. */
export type ContentReader = (bytes: Uint8Array, label: string) => Field[]

/** True for text with at least one line that opens a PEM block (RFC 7468 § 2). */
export function looksLikePem(text: string): boolean {
  return /^-----BEGIN /m.test(text)
}

/**
 * Named values of PEM text: the text around the blocks, the headers of each block (RFC 1421 § 4.6, folded lines
 * included), and what its base64 content holds, read by `readContent`; a block whose body is no base64 is read as
 * plain lines. Blocks of signatures, certificates and keys are passed over.
 * @returns undefined for text with a block that does not end
 */
export function readPemFields(text: string, readContent: ContentReader): Field[] | undefined {
  const lines = text.split(/\r\n?|\n/, MOST_LINES + 1).map((line) => line.trimEnd())
  if (lines.length > MOST_LINES) return undefined
  const blocks = splitBlocks(lines)
  return blocks?.flatMap((block) => readBlock(block, readContent))
}

/** The blocks, and the lines around them as one block without a label. */
function splitBlocks(lines: string[]): Block[] | undefined {
  const around: Block = { label: '', lines: [] }
  const blocks: Block[] = [around]
  let current = around
  for (const line of lines) {
    const label = BEGIN.exec(line)?.[1]
    if (END.test(line)) current = around
    else if (label === undefined) current.lines.push(line)
    else {
      // Also inside a block: a clear-signed text (RFC 9580 § 7) is ended by the beginning of its signature.
      current = { label, lines: [] }
      blocks.push(current)
    }
  }
  return current === around ? blocks : undefined
}

function readBlock(block: Block, readContent: ContentReader): Field[] {
  if (block.label === '') return readIniFields(block.lines.join('\n')) ?? []
  if (/(?:SIGNATURE|CERTIFICATE|PUBLIC KEY|PRIVATE KEY)$/.test(block.label)) return []
  const { headers, body } = splitHeaders(block.lines)
  const fields = readIniFields(headers, block.label) ?? []
  const base64 = body.join('')
  const content = BASE64.test(base64)
    ? readContent(Buffer.from(base64, 'base64'), block.label)
    : (readIniFields(body.join('\n'), block.label) ?? [])
  return [...fields, ...content]
}

/** Header lines come first, a line that starts with a blank continues the one before, an empty line ends them. */
function splitHeaders(lines: string[]): { headers: string; body: string[] } {
  const headers: string[] = []
  let at = 0
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const isFolded = headers.length > 0 && /^[ \t]/.test(line)
    if (isFolded) headers.push((headers.pop() ?? '') + line.trim())
    else if (HEADER.test(line)) headers.push(line)
    else break
  }
  return { headers: headers.join('\n'), body: lines.slice(at).filter((line) => line.trim() !== '') }
}
