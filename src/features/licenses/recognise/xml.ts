import { type Field, isForeign, squeeze } from './keys'
import { DEEPEST_NESTING, LONGEST_VALUE, MOST_FIELDS } from './limits'
import { type StartTag, xmlTokens } from './xml-tokens'

interface Element {
  tagName: string
  name: string
  parent: string
  /** Squeezed `name` or `key` attribute, the name of the value in `<param name="serial">…` and the like. */
  label: string
  isForeign: boolean
  /** Undefined once a part of it could not be read. */
  text: string | undefined
}

/**
 * Named values of an XML text: attributes, and the text of elements; names without their namespace prefix.
 * @returns undefined for text that is no well-formed XML, or nested too deep, or with too many values
 */
export function readXmlFields(text: string): Field[] | undefined {
  const fields: Field[] = []
  const open: Element[] = []
  for (const token of xmlTokens(text)) {
    const inside = open.at(-1)
    if (token.kind === 'broken') return undefined
    if (token.kind === 'text') {
      if (inside) inside.text = joined(inside.text, token.text)
    } else if (token.kind === 'start') {
      const element = elementOf(token, inside)
      fields.push(...fieldsOfAttributes(token, element))
      if (!token.isEmpty) open.push(element)
    } else {
      if (inside?.tagName !== token.name) return undefined
      fields.push(...fieldsOfText(inside))
      open.pop()
    }
    if (open.length > DEEPEST_NESTING || fields.length > MOST_FIELDS) return undefined
  }
  return open.length === 0 ? fields : undefined
}

function elementOf(tag: StartTag, inside: Element | undefined): Element {
  const name = localName(tag.name)
  const label = tag.attributes.find((attribute) => /^(?:name|key)$/i.test(attribute.name))?.value ?? ''
  return {
    tagName: tag.name,
    name,
    parent: inside?.name ?? '',
    label: squeeze(label),
    isForeign: isForeign(name) || inside?.isForeign === true,
    text: '',
  }
}

function fieldsOfAttributes(tag: StartTag, element: Element): Field[] {
  if (element.isForeign) return []
  return tag.attributes.flatMap(({ name, value }) => {
    if (value === undefined || value.length > LONGEST_VALUE) return []
    const own = { key: localName(name), parent: element.name, value }
    const labelled = own.key === 'value' && element.label !== ''
    return labelled ? [{ key: element.label, parent: element.parent, value }] : [own]
  })
}

function fieldsOfText(element: Element): Field[] {
  const value = element.text?.trim() ?? ''
  if (element.isForeign || value === '' || value.length > LONGEST_VALUE) return []
  const key = element.label === '' ? element.name : element.label
  return [{ key, parent: element.parent, value }]
}

function joined(text: string | undefined, more: string | undefined): string | undefined {
  if (text === undefined || more === undefined) return undefined
  const whole = text + more
  return whole.trim().length > LONGEST_VALUE ? undefined : whole
}

function localName(name: string): string {
  return squeeze(name.slice(name.lastIndexOf(':') + 1))
}
