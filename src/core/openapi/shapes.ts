import { z } from 'zod'

export type Json = Record<string, unknown>
/** What a caller sends, or what it is answered: defaults and strictness differ. */
export type Direction = 'input' | 'output'

const REF = '#/components/schemas/'
/** Formats say it; the expressions behind them are a screenful each. */
const KNOWN_FORMATS = ['uuid', 'date-time', 'date', 'email', 'uri']

/**
 * The shapes of a published document. Those that the sources name are told once below `components`, and referred to.
 * A shape that is sent and answered under one name, but differs by defaults, is told twice: `Name` and `NameInput`.
 */
export class Shapes {
  readonly #registry: NamedRegistry
  readonly #defs: Record<Direction, Map<string, Json>> = { input: new Map(), output: new Map() }

  constructor(names: ReadonlyMap<z.ZodType, string>) {
    this.#registry = new NamedRegistry(names)
  }

  /** The JSON schema of a shape. Its references are settled by `settle`, once all shapes are known. */
  of(schema: z.ZodType, direction: Direction): Json {
    // Inside of another one, so that the outermost shape is referred to like any.
    const { properties, $defs } = z.toJSONSchema(z.object({ it: schema }), {
      io: direction,
      metadata: this.#registry,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => tidy(zodSchema, jsonSchema as Json, direction),
    }) as unknown as { properties: { it: Json }; $defs?: Record<string, Json> }
    for (const [name, def] of Object.entries($defs ?? {}))
      this.#defs[direction].set(name, marked(def, direction) as Json)
    return marked(properties.it, direction) as Json
  }

  /** What a reference of this document leads to; anything else as it is. */
  resolve(schema: Json, direction: Direction): Json {
    if (typeof schema.$ref !== 'string') return schema
    const name = schema.$ref.slice(schema.$ref.lastIndexOf(':') + 1)
    const { $ref: _ref, ...beside } = schema
    const found = this.#defs[direction].get(name)
    if (found === undefined) throw new Error(`No shape is named ${name}.`)
    return { ...found, ...beside }
  }

  /** The document with its references, and the components they lead to. */
  settle(document: Json): { document: Json; schemas: Record<string, Json> } {
    const { input, output } = this.#defs
    const twofold = this.#twofold()
    const nameOf = (name: string, direction: Direction) =>
      direction === 'input' && twofold.has(name) ? `${name}Input` : name
    const rewrite = (node: unknown): unknown =>
      mapRefs(node, (direction, name) => REF + nameOf(name, direction))
    const schemas: Record<string, Json> = {}
    for (const [direction, defs] of [['output', output] as const, ['input', input] as const])
      for (const [name, def] of defs) schemas[nameOf(name, direction)] = rewrite(def) as Json
    const sorted = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))
    return { document: rewrite(document) as Json, schemas: Object.fromEntries(sorted) }
  }

  /** Names whose shape differs by direction, or refers to one that does. */
  #twofold(): Set<string> {
    const { input, output } = this.#defs
    const both = [...input.keys()].filter((name) => output.has(name))
    const plain = (def: Json | undefined) => JSON.stringify(mapRefs(def, (_direction, name) => name))
    const found = new Set(both.filter((name) => plain(input.get(name)) !== plain(output.get(name))))
    for (let before = -1; before !== found.size; ) {
      before = found.size
      for (const name of both)
        mapRefs(input.get(name), (_direction, other) => {
          if (found.has(other)) found.add(name)
          return other
        })
    }
    return found
  }
}

/** Shapes have their descriptions from the library's registry, and their names from the sources. */
class NamedRegistry extends z.core.$ZodRegistry<Json> {
  constructor(readonly names: ReadonlyMap<z.ZodType, string>) {
    super()
  }
  override get(schema: z.core.$ZodType): never {
    const id = this.names.get(schema as z.ZodType)
    const told = z.globalRegistry.get(schema)
    return (id === undefined ? told : { ...told, id }) as never
  }
}

function tidy(zodSchema: z.core.$ZodTypes, schema: Json, direction: Direction): void {
  // Answers may gain fields; only what is declared strict, or by its values, says otherwise.
  const { def } = zodSchema._zod
  if (direction === 'output' && def.type === 'object' && def.catchall === undefined)
    delete schema.additionalProperties
  if (KNOWN_FORMATS.includes(String(schema.format))) delete schema.pattern
  // Of names that are told by themselves; beside a reference they would be said twice.
  delete schema.id
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  const [one, other] = (schema.anyOf ?? []) as Json[]
  if (one?.type === 'string' && other?.type === 'null' && one.enum === undefined && one.const === undefined) {
    delete schema.anyOf
    Object.assign(schema, one, {
      description: schema.description ?? one.description,
      type: ['string', 'null'],
    })
    if (schema.description === undefined) delete schema.description
  }
}

/** `#/$defs/Name` → `input:Name`, until all names are known. */
function marked(node: unknown, direction: Direction): unknown {
  return mapStrings(node, (ref) => ref.replace(/^#\/\$defs\//, `${direction}:`))
}

function mapRefs(node: unknown, change: (direction: Direction, name: string) => string): unknown {
  return mapStrings(node, (ref) => {
    const [, direction, name] = /^(input|output):(.*)$/.exec(ref) ?? []
    return direction === undefined || name === undefined ? ref : change(direction as Direction, name)
  })
}

function mapStrings(node: unknown, change: (ref: string) => string): unknown {
  if (Array.isArray(node)) return node.map((one) => mapStrings(one, change))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? change(value) : mapStrings(value, change),
    ]),
  )
}
