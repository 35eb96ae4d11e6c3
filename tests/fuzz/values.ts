import fc from 'fast-check'
import type { Schema } from './document'
import type { Memory } from './memory'

/** Numbers as they stand in JSON, which no value of JavaScript writes; put in when the body is written. */
export const RAW_NUMBERS = [
  '1e400',
  '-1e400',
  '1e-400',
  '-0',
  '123456789012345678901234567890',
  '1.0',
] as const
const rawNumber = (text: string) => `@raw:${text}`

/** A body as it is sent. */
export function written(value: unknown): string {
  return (JSON.stringify(value) ?? '').replace(/"@raw:([^"]+)"/g, '$1')
}

const NUMBERS = [
  ...[0, -1, 1, 0.5, -0.1, 1e9, 2147483647, 2147483648, -2147483649, 1e15, 9007199254740991, 1e16, 1e21],
  ...[1e308, 5e-324, 999999, 1001, 8640000000000001],
] as const

/** Texts that have broken servers before: letters no database holds, addresses, syntax of other languages, and much of it. */
export const HOSTILE_TEXTS = [
  ...['', ' ', '\0', 'a\0b', '\ud800', 'x\udc00y', '\ufeff', '\u202eabc', '\u0000'.repeat(9), '\u{10ffff}'],
  ...[
    '😀'.repeat(64),
    'e\u0301'.repeat(40),
    'İ',
    'ß',
    'ﬀ',
    '\u2028',
    '\r\n',
    'a\r\nX-Injected: 1',
    '\t',
    '\x7f\x1b[31m',
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    'Infinity',
    'true',
    '[]',
    '{}',
    '[object Object]',
    '-0',
    '1e400',
    '0x10',
    '１２',
  ],
  ...['../../etc/passwd', '..\\..\\', '%2e%2e%2f', '%00', '%', '%zz', 'file:///etc/passwd', '//evil.example'],
  ...[
    "' or 1=1 --",
    "'; drop table terminals; --",
    '%_%',
    '\\',
    '$1',
    '$\x7b1}',
    '{{1}}',
    '<script>alert(1)</script>',
  ],
  ...[
    '=cmd()',
    '(?:a+)+$',
    '*',
    '[',
    'a'.repeat(65),
    'x'.repeat(300),
    'y'.repeat(5000),
    '__proto__',
    'constructor',
  ],
  ...[
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '9999-12-31T23:59:59Z',
    '10000-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
  ],
  ...[
    '-000001-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2026-11-27T24:00:00Z',
    '2026-11-27T10:00:00+99:99',
    '1',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    'Europe/Nowhere',
    '١٢٣',
  ],
] as const

const HOSTILE_CURSORS: readonly unknown[][] = [
  [],
  [null],
  [''],
  ['\0'],
  [1e308],
  [-1],
  [{}],
  [[]],
  ['9999-12-31T23:59:59Z', 'x'],
  ['x', 'not-a-uuid'],
  ['10000-01-01T00:00:00Z', '00000000-0000-0000-0000-000000000000'],
  [8640000000000001, '00000000-0000-0000-0000-000000000000'],
  [null, null, null],
]
const brokenCursors = [
  ...HOSTILE_CURSORS.map((position) => Buffer.from(JSON.stringify(position)).toString('base64url')),
  ...['eyI', '====', 'bnVsbA', 'e30', 'x'.repeat(501)],
]

/** Any single value at all. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<string>(...HOSTILE_TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom<number>(...NUMBERS) },
  { weight: 1, arbitrary: fc.constantFrom(...RAW_NUMBERS).map(rawNumber) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { length: 1e9 }, { toString: 1 }),
  },
  { weight: 1, arbitrary: fc.constantFrom<string>(...brokenCursors) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  {
    weight: 1,
    arbitrary: fc.constant(null).map(() => JSON.parse('{"__proto__":{"a":1},"constructor":1}') as unknown),
  },
  { weight: 1, arbitrary: fc.integer({ min: 20, max: 400 }).map(nested) },
)

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let at = 0; at < depth; at++) value = at % 2 === 0 ? [value] : { a: value }
  return value
}

const plainText = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/),
  fc.stringMatching(/^[0-9]{1,12}$/),
  fc.constantFrom('Северный', 'Shop № 1', 'other', '1.0', 'com.example.pos', 'https://example.com/hook'),
)
const moment = fc
  .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) })
  .map((ms) => new Date(ms).toISOString())

/** Values that a schema allows, with what was seen under the name of a field where there is something. */
export class Values {
  readonly #memory: Memory

  constructor(memory: Memory) {
    this.#memory = memory
  }

  of(schema: Schema, name: string, depth = 0): fc.Arbitrary<unknown> {
    const plain = this.#plain(schema, name, depth)
    if (schema.type === 'object' || schema.type === 'array' || schema.enum !== undefined) return plain
    return this.#known(plain, name)
  }

  /** Of a name in a path. */
  inPath(schema: Schema, name: string, path: string): fc.Arbitrary<unknown> {
    return this.#known(this.#plain(schema, name, 0), name, path)
  }

  #known(plain: fc.Arbitrary<unknown>, name: string, path?: string): fc.Arbitrary<unknown> {
    return fc
      .tuple(plain, fc.nat(), fc.integer({ min: 1, max: 10 }))
      .map(([value, at, luck]) => (luck <= 8 ? (this.#memory.pick(name, at, path) ?? value) : value))
  }

  #plain(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]))
    const shapes = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
    if (shapes !== undefined) return fc.oneof(...shapes.map((one) => this.of(one, name, depth)))
    if (Array.isArray(schema.allOf)) {
      const parts = (schema.allOf as Schema[]).map((one) => this.of(one, name, depth))
      return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as unknown)
    }
    if (Array.isArray(schema.type)) {
      const types = schema.type as string[]
      return fc.oneof(...types.map((type) => this.#plain({ ...schema, type }, name, depth)))
    }
    if (schema.type === 'object') return this.#object(schema, depth)
    if (schema.type === 'array') {
      const items = (schema.items ?? {}) as Schema
      const [minLength, most] = [(schema.minItems as number) ?? 0, (schema.maxItems as number) ?? 3]
      return fc.array(this.of(items, singular(name), depth + 1), {
        minLength,
        maxLength: Math.max(minLength, Math.min(most, 3)),
      })
    }
    if (schema.type === 'integer' || schema.type === 'number') return numberOf(schema)
    if (schema.type === 'boolean') return fc.boolean()
    if (schema.type === 'null') return fc.constant(null)
    if (schema.type === 'string') return textOf(schema, name)
    return fc.jsonValue({ maxDepth: 1 })
  }

  #object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const properties = (schema.properties ?? {}) as Record<string, Schema>
    const required = new Set((schema.required ?? []) as string[])
    const model: Record<string, fc.Arbitrary<unknown>> = {}
    for (const [name, one] of Object.entries(properties))
      if (depth < 4 || required.has(name)) model[name] = this.of(one, name, depth + 1)
    const record = fc.record(model, { requiredKeys: [...required].filter((name) => name in model) })
    const more = schema.additionalProperties as Schema | boolean | undefined
    if (typeof more !== 'object' || Object.keys(properties).length > 0) return record
    const names =
      schema.propertyNames === undefined ? plainText : this.of(schema.propertyNames as Schema, 'name')
    return fc.dictionary(names.map(String), this.of(more, 'value', depth + 1), { maxKeys: 3 })
  }
}

const singular = (name: string) => name.replace(/s$/, '')

function numberOf(schema: Schema): fc.Arbitrary<number> {
  const min = (schema.minimum ??
    (schema.exclusiveMinimum === undefined ? -10 : schema.exclusiveMinimum + 1)) as number
  const max = (schema.maximum ??
    (schema.exclusiveMaximum === undefined ? 10_000 : schema.exclusiveMaximum - 1)) as number
  if (schema.type === 'number' && (schema.minimum ?? schema.exclusiveMinimum) === undefined)
    return fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  const [low, high] = [Math.ceil(Math.min(min, max)), Math.floor(Math.max(min, max))]
  return fc.oneof(
    fc.integer({ min: low, max: high }),
    fc.integer({ min: low, max: Math.min(high, low + 20) }),
    fc.constantFrom(low, high),
  )
}

function textOf(schema: Schema, name: string): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 5000 } = schema as { minLength?: number; maxLength?: number }
  if (schema.format === 'uuid') return fc.uuid()
  if (schema.format === 'date-time') return moment
  if (schema.format === 'uri') return fc.webUrl()
  if (typeof schema.pattern === 'string') return patterned(schema.pattern)
  if (/Id$|^id$/.test(name)) return fc.uuid()
  if (/At$|^(from|to|since|until|before|after|time)$/.test(name)) return fc.oneof(moment, plainText)
  return plainText.map((text) => text.padEnd(minLength, 'x').slice(0, maxLength))
}

/** Patterns of the contract are simple; one that the generator does not understand gives plain text. */
function patterned(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'))
  } catch {
    return plainText
  }
}

/** One thing of a value replaced by something hostile, left out, or put beside the others. */
export function mutated(value: unknown, at: number, hostile: unknown, how: number): unknown {
  const places: (string | number)[][] = []
  const walk = (one: unknown, path: (string | number)[]) => {
    places.push(path)
    if (typeof one !== 'object' || one === null || path.length > 6) return
    for (const name of Object.keys(one)) walk((one as Record<string, unknown>)[name], [...path, name])
  }
  walk(value, [])
  const place = places[at % places.length] ?? []
  return changed(value, place, (was) => {
    if (how === 0) return undefined
    if (how === 1 && typeof was === 'object' && was !== null && !Array.isArray(was))
      return { ...was, unheardOf: hostile }
    if (how === 2 && Array.isArray(was)) return Array.from({ length: 1200 }, () => was[0] ?? hostile)
    return hostile
  })
}

function changed(
  value: unknown,
  [step, ...rest]: (string | number)[],
  change: (was: unknown) => unknown,
): unknown {
  if (step === undefined) return change(value)
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) }
  const fields = copy as Record<string, unknown>
  fields[step] = changed(fields[step], rest, change)
  return copy
}
