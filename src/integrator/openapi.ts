import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { HTTP_STATUS } from '../core/errors'
import { sampleOf } from '../core/openapi/sample'
import { type Json, Shapes } from '../core/openapi/shapes'
import { appRouter } from '../trpc/root'
import { byteEndpoints } from './endpoints'
import { REST_PREFIX } from './handler'
import { addTransportHeaders, withHeaders } from './openapi-headers'
import { TAGS } from './openapi-tags'
import { failuresOf, type OperationFailure } from './operation-failures'
import { routesOf } from './paths'
import { restRouter } from './rest-router'
import { shapeNames } from './shape-names'

type Operations = Record<string, Record<string, Json>>

const REFUSALS: Record<number, string> = {
  400: 'The input is not as described; `issues` names the fields.',
  401: 'The key is missing, unknown or ended.',
  403: 'The key lacks the scope, or the terminal lies outside its limits; `address_not_allowed`: it may not be used from there.',
  404: 'There is no such thing, or the key does not see it.',
  405: 'See `Allow`.',
  409: 'The state of things forbids it; `code` says which. `idempotency_in_progress`, `idempotency_in_doubt`, `idempotency_answer_lost`: of a write that was sent before.',
  413: 'Too large.',
  415: '`unsupported_media_type`: not JSON where JSON is taken; `unsupported_content_encoding`.',
  422: 'The input is as described, but what it says does not hold; `code` says what. `idempotency_key_reused`: another write was sent under this Idempotency-Key.',
  429: '`rate_limited`: the key has used up its minute; `too_many_refusals`: the address has. Wait as `Retry-After` says.',
  503: '`database_unreachable`, `database_full`, `server_busy`: nothing was kept. Wait as `Retry-After` says.',
}

/** The published document of REST, OpenAPI 3.1, made of the routers and the byte endpoints. */
export async function restOpenApi(version: string): Promise<Json> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = (await generator.generate(restRouter() as never, {
    info: {
      title: 'psManager REST',
      version,
      description:
        'What operators can do, for programs. Lists are paged by `cursor` and `limit`; errors are RFC 9457 problems with a stable `code`.',
    },
    servers: [{ url: REST_PREFIX }],
    security: [{ apiKey: [] }],
  })) as unknown as Json & { paths: Operations }
  for (const { method, path, operation, permission } of byteEndpoints) {
    const known = document.paths[path] ?? {}
    document.paths[path] = {
      ...known,
      [method.toLowerCase()]: { description: `Needs \`${permission}\`.`, ...operation },
    }
  }
  const shapes = new Shapes(shapeNames())
  tellShapes(document.paths, shapes)
  const operations = Object.values(document.paths).flatMap((one) => Object.values(one))
  for (const operation of operations) addExamples(operation, shapes)
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods))
      addRefusals(operation, failuresOf(`${method.toUpperCase()} ${path}`))
  addTransportHeaders(document.paths)
  const components = (document.components ?? {}) as Json
  const settled = shapes.settle(document)
  const used = new Set(operations.flatMap(({ tags }) => tags as string[]))
  return {
    ...settled.document,
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    components: {
      ...components,
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'A `psk_…` API key.' } },
      responses: refusals(),
      schemas: { ...(components.schemas as Json), ...settled.schemas, Problem: PROBLEM },
    },
  }
}

/** Answers refer to the shapes that the sources name; what is sent is told in place, with all its limits. */
function tellShapes(paths: Operations, shapes: Shapes): void {
  const inPlace = new Shapes(new Map())
  for (const { method, path, input, output } of routesOf(appRouter)) {
    const operation = paths[path]?.[method.toLowerCase()] ?? {}
    for (const response of Object.values((operation.responses ?? {}) as Record<string, Json>)) {
      const json = jsonOf(response)
      if (json !== undefined) json.schema = shapes.of(output, 'output')
    }
    if (input === undefined) continue
    const told = inPlace.of(input, 'input')
    const fields = (told.properties ?? {}) as Record<string, Json>
    for (const parameter of (operation.parameters ?? []) as Json[])
      parameter.schema = fields[String(parameter.name)] ?? parameter.schema
    const json = jsonOf(operation.requestBody as Json | undefined)
    if (json !== undefined) json.schema = without(told, path)
  }
}

/** What is left for the body once the path has its fields. */
function without(whole: Json, path: string): Json {
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  if (inPath.size === 0 || whole.properties === undefined) return whole
  const kept = Object.entries(whole.properties as Record<string, Json>).filter(([name]) => !inPath.has(name))
  const required = ((whole.required ?? []) as string[]).filter((name) => !inPath.has(name))
  const { required: _all, ...rest } = whole
  return { ...rest, properties: Object.fromEntries(kept), ...(required.length === 0 ? {} : { required }) }
}

/** Examples are made of the shapes, so that they cannot grow old. */
function addExamples(operation: Json, shapes: Shapes): void {
  const asked = jsonOf(operation.requestBody as Json | undefined)
  if (asked !== undefined) show(asked, 'body', 'input')
  for (const response of Object.values((operation.responses ?? {}) as Record<string, Json>)) {
    const json = jsonOf(response)
    if (json !== undefined) show(json, 'answer', 'output')
  }
  for (const parameter of (operation.parameters ?? []) as Json[])
    if (parameter.required === true) show(parameter, String(parameter.name), 'input')

  function show(holder: Json, name: string, direction: 'input' | 'output') {
    const resolve = (schema: Json) => shapes.resolve(schema, direction)
    const example = sampleOf((holder.schema ?? {}) as Json, name, direction, resolve)
    if (example !== undefined) holder.example = example
  }
}

function jsonOf(body: Json | undefined): Json | undefined {
  return (body?.content as Record<string, Json> | undefined)?.['application/json']
}

/** General refusals by reference; where an operation has codes of its own, they stand before what is general. */
function addRefusals(operation: Json, failures: readonly OperationFailure[]): void {
  const responses = (operation.responses ?? {}) as Json
  for (const [status, general] of Object.entries(REFUSALS)) {
    const own = failures.filter(({ kind }) => String(HTTP_STATUS[kind]) === status)
    responses[status] ??=
      own.length === 0
        ? { $ref: `#/components/responses/Refused${status}` }
        : {
            description: `${own.map(({ code, words }) => (words === '' ? `\`${code}\`.` : `\`${code}\`: ${words}`)).join(' ')} In general: ${general}`,
            'x-codes': own.map(({ code }) => code),
            content: PROBLEM_CONTENT,
          }
  }
  operation.responses = responses
}

function refusals(): Json {
  const all = Object.entries(REFUSALS).map(([status, description]) => [
    `Refused${status}`,
    withHeaders(status, {
      description,
      content: PROBLEM_CONTENT,
    }),
  ])
  return Object.fromEntries(all)
}

const PROBLEM_CONTENT = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; programs decide by it.' },
    detail: { type: 'string' },
    issues: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
}
