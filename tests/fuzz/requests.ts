import fc from 'fast-check'
import type { Operation, Parameter, Published, Schema } from './document'
import { HOSTILE_TEXTS, hostileValue, mutated, type Values, written } from './values'

/** One request as it goes over the wire. */
export interface FuzzRequest {
  operation: Operation
  method: string
  /** With its query, percent-encoded. */
  path: string
  headers: Record<string, string>
  body?: Buffer
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'] as const
const TYPES = [
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
  ],
  ...['application/xml', 'application/jsonp', 'APPLICATION/JSON', 'application/json;charset=utf-7', '', 'x'],
] as const
const BROKEN_BODIES = [
  ...['', '{', '[', 'null', '5', '"text"', '[]', '{"a":}', "{'a':1}", '{"a":1}{"b":2}', '\ufeff{}', 'NaN'],
  ...[
    '{"limit":1e999}',
    '['.repeat(5000),
    `{"a":${'['.repeat(2000)}`,
    '{"__proto__":{"x":1}}',
    '{"a":1,"a":2}',
    '\0',
  ],
].map((text) => Buffer.from(text))
const BROKEN_BYTES = [
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.from('{"name":"\xff\xfe"}', 'latin1'),
  Buffer.alloc(70_000, 0x61),
]
const STRANGE_SEGMENTS = [
  ...[
    '..',
    '.',
    '%2e%2e',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '%00',
    '%ff',
    '%',
    '%zz',
    '%2f',
    '%5c',
    '*',
    '~',
    '%20',
  ],
  ...[
    '%F0%9F%98%80',
    '%ED%A0%80',
    '__proto__',
    'constructor',
    'toString',
    '-1',
    '0',
    '1e9',
    '99999999999999999999',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'null',
    'undefined',
    '[]',
    'a;b=c',
    'x'.repeat(300),
    'y'.repeat(9000),
  ],
] as const
const STRANGE_QUERIES = [
  ...[
    'limit=1&limit=2',
    'limit=-1',
    'limit=0',
    'limit=1e9',
    'limit=NaN',
    'limit=',
    'limit',
    'limit[]=1',
    'limit[a]=1',
  ],
  ...[
    'cursor=',
    'cursor=%00',
    'cursor[]=a&cursor[]=b',
    'cursor=eyJ9',
    '__proto__[a]=1',
    'constructor=1',
    '[=1',
    ']=',
    'a[b',
  ],
  ...[
    'a[0][1][2][3][4]=1',
    'a[999999999]=1',
    '%zz=%zz',
    '%ff=%ff',
    '=',
    '&&&',
    '?',
    'limit=1;drop',
    'unheardOf=1',
  ],
  ...[
    'toString=1',
    'length=1',
    '0=1',
    `search=${'z'.repeat(7000)}`,
    'search=a&search=b',
    'search[a]=b',
    '%00=1',
  ],
] as const
const STRANGE_HEADERS: readonly Record<string, string>[] = [
  { 'Content-Encoding': 'gzip' },
  { 'If-None-Match': '*' },
  { 'If-None-Match': '"x", W/"y"' },
  { Range: 'bytes=0-0' },
  { Range: 'bytes=-1' },
  { Range: 'bytes=9999999999999999-' },
  { Range: 'bytes=1-0, 5-2, x' },
  { Range: 'pages=1-2' },
  { 'If-Range': '"x"', Range: 'bytes=0-1' },
  { 'Content-Digest': 'sha-256=:AAAA:' },
  { 'Content-Digest': 'md5=:x:, sha-256=::' },
  { 'Psm-Kcvs': 'a=;b,=,,==;' },
  { Accept: 'text/html' },
  { 'X-Forwarded-For': 'evil, ::1' },
  { 'X-HTTP-Method-Override': 'DELETE' },
  { Cookie: `psm.session_token=${'x'.repeat(500)}; a=%` },
  { 'Accept-Language': 'x'.repeat(300) },
]

/** Inputs that mean something, by the name of the operation or by its method and path. */
export type Examples = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>

interface Parts {
  path: Record<string, unknown>
  query: Record<string, unknown>
  headers: Record<string, string>
  body: unknown
}

/** Requests of every operation of a document: sound by its schemas, nearly so, and out to break something. */
export class Requests {
  readonly #sound: readonly { operation: Operation; parts: fc.Arbitrary<Parts> }[]

  constructor(published: Published, values: Values, examples: Examples) {
    this.#sound = published.operations.map((operation) => {
      const bySchema = soundParts(operation, values)
      const example = exampleParts(operation, examples)
      return {
        operation,
        parts: example === undefined ? bySchema : fc.oneof(bySchema, bySchema, fc.constant(example)),
      }
    })
  }

  /** The next one: of the operation in turn, by a seed of its own. */
  make(turn: number, seed: number): FuzzRequest {
    const drawnFrom = this.#sound[turn % this.#sound.length]
    if (drawnFrom === undefined) throw new Error('There is no operation.')
    const { operation, parts } = drawnFrom
    const all = fc.record({
      parts,
      kind: fc.integer({ min: 1, max: 20 }),
      at: fc.nat(),
      how: fc.integer({ min: 0, max: 9 }),
      hostile: hostileValue,
      method: fc.constantFrom(...METHODS),
      type: fc.constantFrom(...TYPES),
      broken: fc.oneof(
        fc.constantFrom(...BROKEN_BODIES, ...BROKEN_BYTES),
        fc.uint8Array({ maxLength: 60 }).map(Buffer.from),
      ),
      segment: fc.constantFrom<string>(...STRANGE_SEGMENTS),
      query: fc.constantFrom<string>(...STRANGE_QUERIES),
      header: fc.constantFrom(...STRANGE_HEADERS),
      text: fc.constantFrom<string>(...HOSTILE_TEXTS),
    })
    const [drawn] = fc.sample(all, { seed, numRuns: 1 })
    if (drawn === undefined) throw new Error('Nothing was drawn.')
    const { kind, at, how, hostile } = drawn
    const sound = toRequest(operation, drawn.parts)
    if (kind <= 6) return sound
    if (kind <= 11) return toRequest(operation, mutatedParts(drawn.parts, at, hostile, how))
    if (kind === 12) return toRequest(operation, { ...drawn.parts, body: hostile })
    if (kind === 13)
      return {
        ...sound,
        body: drawn.broken,
        headers: { 'Content-Type': 'application/json', ...sound.headers },
      }
    if (kind === 14) return { ...sound, headers: { ...sound.headers, 'Content-Type': drawn.type } }
    if (kind === 15) return { ...sound, method: drawn.method }
    if (kind === 16) return { ...sound, path: withSegment(sound.path, at, drawn.segment) }
    if (kind === 17) return { ...sound, headers: { ...sound.headers, ...drawn.header } }
    if (kind === 18) return toRequest(operation, withText(drawn.parts, at, drawn.text))
    return { ...sound, path: `${sound.path}${sound.path.includes('?') ? '&' : '?'}${drawn.query}` }
  }
}

function soundParts({ path, parameters, takes }: Operation, values: Values): fc.Arbitrary<Parts> {
  const record = (from: Parameter['in']) => {
    const some = parameters.filter((one) => one.in === from)
    // Of many filters few at once, else nothing is ever found.
    const model = Object.fromEntries(
      some.map(({ name, schema }) => [
        name,
        from === 'path' ? values.inPath(schema, name, path) : values.of(schema, name),
      ]),
    )
    const requiredKeys = some.filter((one) => one.required || from === 'path').map((one) => one.name)
    if (from === 'path' || some.length <= 3) return fc.record(model, { requiredKeys })
    const optional = some.map((one) => one.name).filter((name) => !requiredKeys.includes(name))
    return fc
      .tuple(fc.record(model), fc.subarray(optional, { maxLength: 3 }))
      .map(([all, kept]) =>
        Object.fromEntries(
          Object.entries(all).filter(([name]) => requiredKeys.includes(name) || kept.includes(name)),
        ),
      )
  }
  return fc.record({
    path: record('path'),
    query: record('query'),
    headers: record('header').map((all) =>
      Object.fromEntries(Object.entries(all).map(([name, value]) => [name, headerText(value)])),
    ),
    body: soundBody(takes, values),
  })
}

/** An input as the operation wants it: names of the path in the path, the rest in the query of what is read, else in the body. */
function exampleParts(operation: Operation, examples: Examples): Parts | undefined {
  const { id, method, path, takes } = operation
  const example = examples[id] ?? examples[`${method} ${path}`]
  if (example === undefined) return undefined
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const pick = (isWanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(example).filter(([name]) => isWanted(name)))
  const rest = pick((name) => !inPath.includes(name))
  const isRead = method === 'GET'
  const [type] = Object.keys(takes)
  const isJson = type === 'application/json'
  const file = type === undefined ? undefined : new Bytes(Buffer.from('opaque'), type)
  return {
    path: pick((name) => inPath.includes(name)),
    query: isRead || !isJson ? rest : {},
    headers: {},
    body: isRead ? undefined : isJson ? rest : file,
  }
}

/** What stands for bytes of a file, to be told from what is written as JSON. */
class Bytes {
  constructor(
    readonly bytes: Buffer,
    readonly type: string,
  ) {}
}

function soundBody(takes: Operation['takes'], values: Values): fc.Arbitrary<unknown> {
  const shapes = Object.entries(takes).map(([type, { schema }]) => {
    if (type === 'application/json') return values.of(schema as Schema, 'body')
    if (type === 'multipart/form-data') return fc.array(fileBytes, { maxLength: 3 }).map(formOf)
    return fileBytes.map((bytes) => new Bytes(bytes, type))
  })
  return shapes.length === 0 ? fc.constant(undefined) : fc.oneof(...shapes)
}

const fileBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(Buffer.from),
  fc.jsonValue({ maxDepth: 2 }).map((value) => Buffer.from(JSON.stringify(value))),
  fc
    .constantFrom('PK\x03\x04', '{"serial":"SIM00001","platform":"other"}', '%PDF-1.7', '')
    .map((text) => Buffer.from(text)),
)

function formOf(files: readonly Buffer[]): Bytes {
  const parts = files.flatMap((bytes, at) => [
    Buffer.from(`--x\r\nContent-Disposition: form-data; name="f${at}"; filename="f${at}.json"\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
  return new Bytes(Buffer.concat([...parts, Buffer.from('--x--\r\n')]), 'multipart/form-data; boundary=x')
}

function mutatedParts(parts: Parts, at: number, hostile: unknown, how: number): Parts {
  const { path, query, body, headers } = parts
  const isJson = body !== undefined && !(body instanceof Bytes)
  // The body is where most can be wrong.
  if (isJson && at % 4 !== 0) return { ...parts, body: mutated(body, at, hostile, how) }
  if (at % 3 === 0 && Object.keys(path).length > 0) return { ...parts, path: fields(path, at, hostile) }
  if (Object.keys(query).length > 0)
    return { ...parts, query: fields(query, at, how === 0 ? undefined : hostile) }
  if (Object.keys(headers).length > 0)
    return { ...parts, headers: fields(headers, at, headerText(hostile)) as Record<string, string> }
  return { ...parts, path: fields(path, at, hostile) }
}

function withText(parts: Parts, at: number, text: string): Parts {
  const { path, query } = parts
  if (at % 2 === 0 && Object.keys(query).length > 0) return { ...parts, query: fields(query, at, text) }
  return { ...parts, path: fields(path, at, text) }
}

function fields(record: Record<string, unknown>, at: number, value: unknown): Record<string, unknown> {
  const names = Object.keys(record)
  const name = names[at % names.length]
  return name === undefined ? record : { ...record, [name]: value }
}

/** What the client lets into a header: letters of Latin-1 without control characters. */
function headerText(value: unknown): string {
  return textOf(value).replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** Half a surrogate pair has no percent-encoding. */
const encoded = (value: unknown) => encodeURIComponent(textOf(value).toWellFormed())

function toRequest(operation: Operation, { path, query, headers, body }: Parts): FuzzRequest {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => encoded(path[name] ?? '-'))
  const pairs = Object.entries(query).flatMap(([name, value]) => pairsOf(encodeURIComponent(name), value))
  const request: FuzzRequest = {
    operation,
    method: operation.method,
    path: pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`,
    headers,
  }
  if (body instanceof Bytes)
    return { ...request, body: body.bytes, headers: { ...headers, 'Content-Type': body.type } }
  if (body === undefined) return request
  return {
    ...request,
    body: Buffer.from(written(body)),
    headers: { ...headers, 'Content-Type': 'application/json' },
  }
}

/** Lists and objects in a query, in the notation of brackets. */
function pairsOf(name: string, value: unknown): string[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((one, at) => pairsOf(`${name}[${at}]`, one))
  if (typeof value !== 'object' || value === null) return [`${name}=${encoded(value)}`]
  return Object.entries(value).flatMap(([key, one]) => pairsOf(`${name}[${encodeURIComponent(key)}]`, one))
}

function withSegment(path: string, at: number, segment: string): string {
  const [address = '', query] = path.split('?', 2)
  const segments = address.split('/')
  const place = 1 + (at % (segments.length - 1))
  // In the place of one, or between two.
  segments.splice(place, at % 2, segment)
  return `${segments.join('/')}${query === undefined ? '' : `?${query}`}`
}
