import { type Field, fieldsOf, type Schema, typeOf } from './fields'

/** What this page reads of a published document, OpenAPI 3.1 (src/integrator/openapi.ts, src/terminal/openapi.ts). */
export interface ApiDocument {
  info: { title: string; version: string; description: string }
  servers?: { url: string }[]
  tags?: { name: string; description: string }[]
  security?: unknown[]
  paths: Record<string, Record<string, RawOperation>>
  components: {
    schemas: Record<string, Schema>
    responses?: Record<string, RawAnswer>
    securitySchemes: Record<string, { description: string }>
  }
}

interface RawOperation {
  operationId: string
  summary: string
  description?: string
  tags?: string[]
  security?: unknown[]
  parameters?: RawParameter[]
  requestBody?: RawAnswer
  responses: Record<string, RawAnswer | { $ref: string }>
}

interface RawParameter {
  name: string
  in: string
  required?: boolean
  description?: string
  schema: Schema
  example?: unknown
}

interface RawAnswer {
  description?: string
  content?: Record<string, { schema?: Schema; example?: unknown }>
  headers?: Record<string, { description?: string; schema?: Schema }>
}

/** What is sent or answered: its fields, and how it looks. */
export interface Content {
  mediaType: string
  fields: Field[]
  /** As it is sent; undefined of bytes. */
  example: string | undefined
}

export interface Answer {
  status: string
  description: string
  contents: Content[]
  headers: Field[]
}

export interface Operation {
  id: string
  method: string
  path: string
  summary: string
  description: string
  tag: string
  parameters: (Field & { in: string })[]
  body: Content[]
  answers: Answer[]
  /** A line for a shell that calls it. */
  curl(origin: string): string
}

export interface Group {
  tag: string
  description: string
  operations: Operation[]
}

/** The operations of a document in its order of groups; the terminal protocol is one group without a name. */
export function groupsOf(document: ApiDocument): Group[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => operationOf(document, method, path, raw)),
  )
  const tags = document.tags ?? [{ name: '', description: '' }]
  return tags.map(({ name, description }) => ({
    tag: name,
    description,
    operations: all.filter(({ tag }) => tag === name),
  }))
}

/** The groups with only what has all words of a search; groups without any are left out. */
export function search(groups: readonly Group[], text: string): Group[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...groups]
  const fits = ({ id, method, path, summary, description, tag }: Operation) => {
    const all = `${id} ${method} ${path} ${summary} ${description} ${tag}`.toLowerCase()
    return words.every((word) => all.includes(word))
  }
  return groups
    .map((group) => ({ ...group, operations: group.operations.filter(fits) }))
    .filter(({ operations }) => operations.length > 0)
}

/** Refusals that any operation may be answered with, told once. */
export function generalAnswers(document: ApiDocument): Answer[] {
  return Object.entries(document.components.responses ?? {}).map(([name, raw]) =>
    answerOf(document, name.replace(/\D/g, ''), raw),
  )
}

function operationOf(document: ApiDocument, method: string, path: string, raw: RawOperation): Operation {
  const own = Object.entries(raw.responses).filter(
    (entry): entry is [string, RawAnswer] => !('$ref' in entry[1]),
  )
  return {
    id: raw.operationId,
    method: method.toUpperCase(),
    path,
    summary: raw.summary,
    description: raw.description ?? '',
    tag: raw.tags?.[0] ?? '',
    parameters: (raw.parameters ?? []).map((one) => ({
      in: one.in,
      name: one.name,
      depth: 0,
      type: typeOf(document, one.schema),
      isRequired: one.required ?? false,
      description: one.description ?? one.schema.description ?? '',
    })),
    body: contentsOf(document, raw.requestBody),
    answers: own.map(([status, answer]) => answerOf(document, status, answer)),
    curl: (origin) => curlOf(document, { method, path, raw, origin }),
  }
}

function answerOf(document: ApiDocument, status: string, raw: RawAnswer): Answer {
  return {
    status,
    description: raw.description ?? '',
    contents: contentsOf(document, raw),
    headers: Object.entries(raw.headers ?? {}).map(([name, header]) => ({
      name,
      depth: 0,
      type: typeOf(document, header.schema ?? {}),
      isRequired: false,
      description: header.description ?? '',
    })),
  }
}

function contentsOf(document: ApiDocument, raw: RawAnswer | undefined): Content[] {
  return Object.entries(raw?.content ?? {}).map(([mediaType, { schema = {}, example }]) => ({
    mediaType,
    fields: fieldsOf(document, schema),
    example: example === undefined ? undefined : JSON.stringify(example, null, 2),
  }))
}

interface Call {
  method: string
  path: string
  raw: RawOperation
  origin: string
}

function curlOf(document: ApiDocument, { method, path, raw, origin }: Call): string {
  const parameters = raw.parameters ?? []
  const value = (name: string) => {
    const example = parameters.find((one) => one.name === name)?.example
    return example === undefined ? `{${name}}` : encodeURIComponent(String(example))
  }
  const query = parameters
    .filter((one) => one.in === 'query' && one.required === true)
    .map(({ name }) => `${name}=${value(name)}`)
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => value(name))
  const url = `${origin}${document.servers?.[0]?.url ?? ''}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`
  const isOpen = raw.security?.length === 0
  const [token = ''] = /\bps[kt]_…/.exec(securityOf(document)) ?? []
  const sent = Object.entries(raw.requestBody?.content ?? {})[0]
  const parts = [
    method === 'get' ? '' : method === 'head' ? '--head' : `-X ${method.toUpperCase()}`,
    isOpen ? '' : `-H ${quoted(`Authorization: Bearer ${token}`)}`,
    sent === undefined ? '' : `-H ${quoted(`Content-Type: ${sent[0]}`)}`,
    sent === undefined ? '' : sentOf(sent[1].example),
    quoted(url),
  ]
  return ['curl', ...parts.filter(Boolean)].join(' ')
}

const sentOf = (example: unknown) =>
  example === undefined ? '--data-binary @FILE' : `-d ${quoted(JSON.stringify(example))}`

/** For a shell: within single quotes nothing means anything but the next one. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** How callers say who they are. */
export function securityOf({ components }: ApiDocument): string {
  return Object.values(components.securitySchemes)
    .map(({ description }) => description)
    .join(' ')
}
