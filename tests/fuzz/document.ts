import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020'

export type Schema = AnySchemaObject

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Schema
}

interface Content {
  [mediaType: string]: { schema?: Schema }
}

/** One operation of a published document, with its shapes. */
export interface Operation {
  id: string
  method: string
  /** With `{name}` for one segment. */
  path: string
  parameters: readonly Parameter[]
  /** What it takes, by media type; empty where it takes nothing. */
  takes: Content
  responses: Readonly<Record<string, { content?: Content }>>
}

/** An OpenAPI 3.1 document, read by what it says alone. */
export class Published {
  readonly operations: readonly Operation[]
  readonly #ajv: Ajv2020
  readonly #patterns: readonly [RegExp, string, Operation][]

  constructor(document: object) {
    // Formats are annotations, in OpenAPI as in JSON Schema 2020-12.
    this.#ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
    this.#ajv.addSchema(document, ROOT)
    this.operations = read(document as Document)
    this.#patterns = this.operations.map((one) => [
      new RegExp(`^${one.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`),
      one.method,
      one,
    ])
  }

  /** The operation behind an address as it is sent, without the query; a fixed path before one with names. */
  find(method: string, path: string): Operation | undefined {
    const found = this.#patterns.filter(([pattern, of]) => of === method && pattern.test(path))
    const [least] = found.sort(([, , a], [, , b]) => a.path.split('{').length - b.path.split('{').length)
    return least?.[2]
  }

  /** What is wrong with a JSON answer, by the document; undefined where nothing is. */
  faultOf(operation: Operation, status: string, mediaType: string, value: unknown): string | undefined {
    const steps = ['paths', operation.path, operation.method.toLowerCase(), 'responses', status, 'content']
    const pointer = [...steps, mediaType, 'schema'].map(escaped).join('/')
    return this.#fault(`${ROOT}#/${pointer}`, value)
  }

  /** What is wrong with a refusal. */
  faultOfProblem(value: unknown): string | undefined {
    return this.#fault(`${ROOT}#/components/schemas/Problem`, value)
  }

  #fault(reference: string, value: unknown): string | undefined {
    const validate = this.#ajv.getSchema(reference)
    if (validate === undefined) return `no schema at ${reference}`
    if (validate(value)) return undefined
    const [first] = validate.errors ?? []
    return `${first?.instancePath} ${first?.message} ${JSON.stringify(first?.params)}`
  }
}

const ROOT = 'https://psm.example/openapi.json'

interface Document {
  paths: Record<string, Record<string, DocumentedOperation>>
}

interface DocumentedOperation {
  operationId?: string
  parameters?: Parameter[]
  requestBody?: { content: Content }
  responses: Operation['responses']
}

function read(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId ?? `${method} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
      takes: operation.requestBody?.content ?? {},
      responses: operation.responses,
    })),
  )
}

/** One step of a JSON pointer within an address (RFC 6901 § 6). */
function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))
}
