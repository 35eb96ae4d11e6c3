import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { byteEndpoints } from './endpoints'
import { REST_PREFIX } from './handler'
import { restRouter } from './rest-router'

type Json = Record<string, unknown>

const REFUSALS: Record<number, string> = {
  400: 'The input is not as described; `issues` names the fields.',
  401: 'The key is missing, unknown or ended.',
  403: 'The key lacks the scope, or the terminal lies outside its limits.',
  404: 'There is no such thing, or the key does not see it.',
  405: 'See `Allow`.',
  409: 'The state of things forbids it; `code` says which.',
  413: 'Too large.',
  415: '`unsupported_media_type`: not JSON where JSON is taken; `unsupported_content_encoding`.',
  422: 'The input is as described, but what it says does not hold; `code` says what.',
  429: 'Wait as `Retry-After` says.',
  503: '`database_unreachable`, `server_busy`: nothing was kept. Wait as `Retry-After` says.',
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
  })) as unknown as Json & { paths: Record<string, Record<string, Json>> }
  for (const { method, path, operation, permission } of byteEndpoints) {
    const known = document.paths[path] ?? {}
    document.paths[path] = {
      ...known,
      [method.toLowerCase()]: { description: `Needs \`${permission}\`.`, ...operation },
    }
  }
  for (const operations of Object.values(document.paths))
    for (const operation of Object.values(operations)) addRefusals(operation)
  const components = (document.components ?? {}) as Json
  document.components = {
    ...components,
    securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'A `psk_…` API key.' } },
    schemas: { ...(components.schemas as Json), Problem: PROBLEM },
  }
  return document
}

function addRefusals(operation: Json): void {
  const responses = (operation.responses ?? {}) as Json
  for (const [status, description] of Object.entries(REFUSALS))
    responses[status] ??= {
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }
  operation.responses = responses
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
