import { SAMPLES } from './samples'
import type { Direction, Json } from './shapes'

/** Looks up what a schema refers to. */
type Resolve = (schema: Json) => Json

/** In the order in which something is found to show. */
const DEEPEST = 12

/**
 * An example of a schema: what its fields are named after, else what its limits let through. Answers show every field;
 * requests those that must be there, or the first two where none must. Undefined where nothing fits.
 */
export function sampleOf(schema: Json, name: string, direction: Direction, resolve: Resolve): unknown {
  return sample(schema, name, 0)

  function sample(given: Json, field: string, depth: number): unknown {
    const one = resolve(given)
    if ('const' in one) return one.const
    if (Array.isArray(one.examples)) return one.examples[0]
    const named = SAMPLES[field]
    if (named !== undefined && fits(one, named)) return named
    if (depth > DEEPEST) return undefined
    if (direction === 'input' && one.default !== undefined && one.default !== null) return one.default
    if (Array.isArray(one.enum)) return one.enum[0]
    const options = (one.anyOf ?? one.oneOf) as Json[] | undefined
    if (options !== undefined) return first(options, field, depth)
    const type = Array.isArray(one.type) ? one.type.find((each) => each !== 'null') : one.type
    if (type === 'array') return list(one, field, depth)
    if (type === 'object') return object(one, depth)
    return plain(one, String(type ?? 'any'))
  }

  function first(options: readonly Json[], field: string, depth: number): unknown {
    for (const option of options) {
      if (option.type === 'null') continue
      const found = sample(option, field, depth + 1)
      if (found !== undefined) return found
    }
    return options.some((option) => option.type === 'null') ? null : undefined
  }

  function list(schema: Json, field: string, depth: number): unknown {
    if (Array.isArray(schema.prefixItems))
      return schema.prefixItems.map((item: Json) => sample(item, field, depth + 1))
    const item = sample((schema.items ?? {}) as Json, singular(field), depth + 1)
    return item === undefined ? ((schema.minItems ?? 0) === 0 ? [] : undefined) : [item]
  }

  function object(schema: Json, depth: number): unknown {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>)
    const required = (schema.required ?? []) as string[]
    const shown = direction === 'output' ? properties : properties.filter(([key]) => required.includes(key))
    const chosen = shown.length === 0 ? properties.slice(0, 2) : shown
    const made: Json = {}
    for (const [key, value] of chosen) {
      const found = sample(value, key, depth + 1)
      if (found !== undefined) made[key] = found
      else if (required.includes(key)) return undefined
    }
    // Names that must be there, all of one shape.
    for (const key of required.filter((name) => !(name in made)))
      made[key] = sample((schema.additionalProperties ?? {}) as Json, key, depth + 1)
    return made
  }
}

function plain(schema: Json, type: string): unknown {
  const made = {
    string: SAMPLES[`format:${schema.format}`] ?? 'text',
    number: clamped(schema),
    integer: clamped(schema),
    boolean: false,
    null: null,
    any: {},
  }[type]
  if (made !== undefined && fits(schema, made)) return made
  // Of a form of its own: whatever has that form.
  return Object.values(SAMPLES).find((one) => fits(schema, one))
}

function clamped({ minimum, exclusiveMinimum, maximum }: Json): number {
  const least = Number(minimum ?? (exclusiveMinimum === undefined ? 1 : Number(exclusiveMinimum) + 1))
  return Math.min(Math.max(1, least), Number(maximum ?? Number.POSITIVE_INFINITY))
}

/** `tids` → `tid`, `entries` → `entry`. */
const singular = (name: string) => name.replace(/ies$/, 'y').replace(/s$/, '')

const TYPE_OF = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** Whether a value is within the limits that a schema of no parts sets; of parts only their type is asked. */
export function fits(schema: Json, value: unknown): boolean {
  if (Array.isArray(schema.enum)) return schema.enum.includes(value)
  if (schema.anyOf !== undefined || schema.oneOf !== undefined)
    return ((schema.anyOf ?? schema.oneOf) as Json[]).some(
      (one) => one.$ref === undefined && fits(one, value),
    )
  const types = schema.type === undefined ? undefined : [schema.type].flat()
  const type = TYPE_OF(value)
  const isOf =
    types === undefined || types.includes(type) || (types.includes('integer') && Number.isInteger(value))
  // What has parts is made of them, so that they are all there.
  if (!isOf || type === 'object' || type === 'array') return isOf && types === undefined
  if (typeof value === 'string') return fitsText(schema, value)
  if (typeof value === 'number')
    return clamped({ ...schema, minimum: Math.max(value, Number(schema.minimum ?? value)) }) === value
  return true
}

function fitsText({ pattern, minLength, maxLength, format }: Json, text: string): boolean {
  if (typeof pattern === 'string' && !new RegExp(pattern).test(text)) return false
  if (text.length < Number(minLength ?? 0) || text.length > Number(maxLength ?? Number.POSITIVE_INFINITY))
    return false
  if (format === 'uuid') return /^[0-9a-f-]{36}$/.test(text)
  if (format === 'date-time') return /^\d{4}-\d\d-\d\dT.*Z$/.test(text)
  return format !== 'date' || /^\d{4}-\d\d-\d\d$/.test(text)
}
