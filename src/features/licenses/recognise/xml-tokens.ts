import { MOST_ATTRIBUTES } from './limits'

/*
 * A bounded tokenizer of XML 1.0 elements, attributes and text. The document type is skipped and never read, so
 * nothing can be declared in it: no entity expands but the five of § 4.6 and character references (§ 4.1), nothing is
 * fetched, and text with any other entity is no text (`undefined`).
 */

export interface StartTag {
  kind: 'start'
  /** As written, prefix included: the end tag must repeat it. */
  name: string
  attributes: { name: string; value: string | undefined }[]
  isEmpty: boolean
}

export type XmlToken = StartTag | { kind: 'end'; name: string } | { kind: 'text'; text: string | undefined }

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])
const SKIPPED = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const
const CDATA = '<![CDATA['

/** Tokens in order; `broken` is the last one where the text is no XML. */
export function* xmlTokens(text: string): Generator<XmlToken | { kind: 'broken' }> {
  for (let at = 0; at < text.length; ) {
    const step = text[at] === '<' ? readMarkup(text, at) : readText(text, at)
    if (!step) {
      yield { kind: 'broken' }
      return
    }
    if (step.token) yield step.token
    at = step.end
  }
}

interface Step {
  token?: XmlToken
  end: number
}

function readText(text: string, at: number): Step {
  const next = text.indexOf('<', at)
  const end = next < 0 ? text.length : next
  return { token: { kind: 'text', text: withoutEntities(text.slice(at, end)) }, end }
}

function readMarkup(text: string, at: number): Step | undefined {
  if (text.startsWith(CDATA, at)) {
    const end = text.indexOf(']]>', at)
    const content = text.slice(at + CDATA.length, end)
    return end < 0 ? undefined : { token: { kind: 'text', text: content }, end: end + 3 }
  }
  for (const [open, close] of SKIPPED) {
    if (!text.startsWith(open, at)) continue
    const end = text.indexOf(close, at + open.length)
    return end < 0 ? undefined : { end: end + close.length }
  }
  if (text.startsWith('<!', at)) return skipDocumentType(text, at)
  if (text.startsWith('</', at)) {
    const end = text.indexOf('>', at)
    return end < 0
      ? undefined
      : { token: { kind: 'end', name: text.slice(at + 2, end).trim() }, end: end + 1 }
  }
  return readStartTag(text, at)
}

/** Passes over `<!DOCTYPE … [ … ]>`: quotes and brackets are all that must be understood to find its end. */
function skipDocumentType(text: string, at: number): Step | undefined {
  const signs = /["'[\]>]/g
  signs.lastIndex = at
  let depth = 0
  for (let match = signs.exec(text); match; match = signs.exec(text)) {
    const sign = match[0]
    if (sign === '[') depth += 1
    else if (sign === ']') depth -= 1
    else if (sign === '>' && depth <= 0) return { end: signs.lastIndex }
    else if (sign === '"' || sign === "'") {
      const close = text.indexOf(sign, signs.lastIndex)
      if (close < 0) return undefined
      signs.lastIndex = close + 1
    }
  }
  return undefined
}

function readStartTag(text: string, at: number): Step | undefined {
  const nameOf = /<([^\s<>/='"!?&]+)/y
  nameOf.lastIndex = at
  const name = nameOf.exec(text)?.[1]
  if (name === undefined) return undefined
  const attribute = /\s+([^\s<>/='"]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
  const attributes: StartTag['attributes'] = []
  let end = nameOf.lastIndex
  attribute.lastIndex = end
  for (let match = attribute.exec(text); match; match = attribute.exec(text)) {
    if (attributes.length >= MOST_ATTRIBUTES) return undefined
    attributes.push({ name: match[1] ?? '', value: withoutEntities(match[2] ?? match[3] ?? '') })
    end = attribute.lastIndex
  }
  const close = /\s*(\/?)>/y
  close.lastIndex = end
  const closing = close.exec(text)
  if (!closing) return undefined
  return { token: { kind: 'start', name, attributes, isEmpty: closing[1] === '/' }, end: close.lastIndex }
}

function withoutEntities(raw: string): string | undefined {
  if (!raw.includes('&')) return raw
  let isUnderstood = true
  const text = raw.replace(/&([^&;\s]{1,40});/g, (_, name: string) => {
    const character = PREDEFINED.get(name) ?? referenced(name)
    if (character === undefined) isUnderstood = false
    return character ?? ''
  })
  return isUnderstood ? text : undefined
}

function referenced(name: string): string | undefined {
  const reference = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
  if (!reference) return undefined
  const codePoint = reference[1] ? Number.parseInt(reference[1], 16) : Number(reference[2])
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined
}
