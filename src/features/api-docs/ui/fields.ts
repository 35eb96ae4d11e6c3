/** JSON Schema as far as the published documents use it. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  prefixItems?: Schema[]
  additionalProperties?: boolean | Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
}

export interface Shaped {
  components: { schemas: Record<string, Schema> }
}

/** A line of a table of fields. */
export interface Field {
  name: string
  /** How deep it lies in what holds it. */
  depth: number
  /** Its type with its limits, in the signs that programs are written with: `string(uuid) | null`, `integer 1…1000`. */
  type: string
  isRequired: boolean
  description: string
}

/** Deeper than any shape that has an end. */
const DEEPEST = 8

/** All fields of what is sent or answered, each below the one that holds it. */
export function fieldsOf(document: Shaped, schema: Schema, depth = 0): Field[] {
  if (depth > DEEPEST) return []
  const { resolved } = resolve(document, schema)
  const choices = choicesOf(resolved).filter((one) => one.type !== 'null')
  if (choices.length > 0) {
    const shapes = choices.filter((one) => isShape(document, one))
    if (shapes.length <= 1) return shapes.flatMap((one) => fieldsOf(document, one, depth))
    return shapes.flatMap((one, index) => [
      { name: `${index + 1}.`, depth, type: typeOf(document, one), isRequired: false, description: '' },
      ...fieldsOf(document, one, depth + 1),
    ])
  }
  if (resolved.allOf !== undefined) return resolved.allOf.flatMap((one) => fieldsOf(document, one, depth))
  if (resolved.items !== undefined) return fieldsOf(document, resolved.items, depth)
  const own = Object.entries(resolved.properties ?? {}).flatMap(([name, field]) => [
    {
      name,
      depth,
      type: typeOf(document, field),
      isRequired: resolved.required?.includes(name) ?? false,
      description: field.description ?? '',
    },
    ...fieldsOf(document, field, depth + 1),
  ])
  const others = resolved.additionalProperties
  if (typeof others !== 'object') return own
  const any = { name: '*', depth, type: typeOf(document, others), isRequired: false, description: '' }
  return [...own, any, ...fieldsOf(document, others, depth + 1)]
}

function isShape(document: Shaped, schema: Schema): boolean {
  return fieldsOf(document, schema, DEEPEST).length > 0
}

const choicesOf = ({ anyOf, oneOf }: Schema): Schema[] => anyOf ?? oneOf ?? []

function resolve(document: Shaped, schema: Schema): { resolved: Schema; name?: string } {
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? '')?.[1]
  const found = name === undefined ? undefined : document.components.schemas[name]
  return name === undefined || found === undefined ? { resolved: schema } : { resolved: found, name }
}

/** A type with its limits, in signs instead of words. */
export function typeOf(document: Shaped, schema: Schema): string {
  const { resolved, name } = resolve(document, schema)
  if (resolved.const !== undefined) return JSON.stringify(resolved.const)
  if (resolved.enum !== undefined) return resolved.enum.map((one) => JSON.stringify(one)).join(' | ')
  const choices = choicesOf(resolved)
  if (choices.length > 0) return [...new Set(choices.map((one) => typeOf(document, one)))].join(' | ')
  if (resolved.items !== undefined) {
    const item = typeOf(document, resolved.items)
    return `${item.includes(' ') ? `(${item})` : item}[]${span(resolved.minItems, resolved.maxItems)}`
  }
  if (name !== undefined && resolved.properties !== undefined) return name
  const types = [resolved.type ?? []].flat()
  if (types.length === 0) return resolved.properties === undefined ? 'any' : 'object'
  return types.map((type) => `${type}${type === 'null' ? '' : limits(resolved)}`).join(' | ')
}

function limits({ format, minimum, maximum, minLength, maxLength, pattern, ...schema }: Schema): string {
  const parts = [
    format === undefined ? '' : `(${format})`,
    span(minimum, maximum),
    span(minLength, maxLength),
    // Of a format the pattern says the same, at length.
    pattern === undefined || format !== undefined ? '' : ` /${pattern}/`,
    schema.default === undefined ? '' : ` = ${JSON.stringify(schema.default)}`,
  ]
  return parts.join('')
}

function span(least: number | undefined, most: number | undefined): string {
  // Beyond these lies no limit of ours, but of the numbers that JavaScript has.
  const from = least === undefined || least <= Number.MIN_SAFE_INTEGER ? undefined : least
  const to = most === undefined || most >= Number.MAX_SAFE_INTEGER ? undefined : most
  if (from === undefined && to === undefined) return ''
  if (from === to) return ` ${from}`
  return from === undefined ? ` ≤${to}` : to === undefined ? ` ≥${from}` : ` ${from}…${to}`
}
