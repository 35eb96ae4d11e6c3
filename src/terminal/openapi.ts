import { z } from 'zod'
import type { Json } from '../core/openapi/shapes'
import { EnrollAnswer, Problem } from './answers'
import { EnrollMessage } from './enroll'
import { TERMINAL_PREFIX } from './handler'
import type { TerminalMessage } from './message'
import { ANSWER_HEADERS, REQUEST_HEADERS } from './message-headers'
import { EXAMPLES, type MessageExamples } from './openapi-examples'

/** General refusals: what any message may be answered with, so that they need no repeating. */
const GENERAL: Record<number, string> = {
  400: '`malformed_json`, `malformed_gzip`, `body_incomplete`, `malformed_request`, `host_missing`, `invalid_input`: not readable as it came. Send it again.',
  401: '`unauthenticated`: the token is missing, unknown, ended or its terminal retired. Enrol again.',
  403: '`terminal_suspended`: this message is not for suspended terminals.',
  404: '`unknown_path`: there is no such message.',
  405: '`method_not_allowed`: see `Allow`.',
  408: '`body_timeout`, `request_timeout`: the message stopped coming. Send it again.',
  413: '`body_too_large`, also once inflated.',
  415: '`unsupported_media_type`, `unsupported_content_encoding`.',
  422: '`invalid_message`: JSON of another shape; `issues` names the fields.',
  429: '`too_many_requests`, `too_many_refusals`: wait as `Retry-After` says.',
  431: '`headers_too_large`: more than 16 KiB.',
  500: '`internal`: a mistake of the server; nothing was kept. Send it again later.',
  503: '`server_busy`, `database_unreachable`, `database_full`, `blob_store_unreachable`, `blob_store_failed`, `blob_store_full`: nothing was kept; send it again after `Retry-After` seconds.',
}

/** The same for `enroll`, which asks for no token and is always there. */
const { 401: _known, 403: _suspended, 404: _path, ...GENERAL_FOR_STRANGERS } = GENERAL

/** The published document of the terminal protocol, OpenAPI 3.1, made of the list of messages. */
export function terminalOpenApi(messages: readonly TerminalMessage[], version: string): Json {
  const paths: Record<string, Json> = { [`${TERMINAL_PREFIX}/enroll`]: { post: enrollOperation() } }
  for (const one of messages) {
    const path = TERMINAL_PREFIX + one.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'psManager terminal protocol',
      version,
      description:
        'What a terminal may ask of psManager. Every message may be sent twice with the same outcome; a message answered 2xx survives the death of the server at that instant. Answers carry Content-Length, Date and X-Request-Id; bodies may come as gzip. Unknown fields are ignored on both sides.',
    },
    paths,
    components: {
      securitySchemes: {
        terminalToken: { type: 'http', scheme: 'bearer', description: 'The `pst_…` token of enrolment.' },
      },
      responses: Object.fromEntries(
        Object.entries(GENERAL).map(([status, description]) => [
          `Refused${status}`,
          problem(Number(status), description),
        ]),
      ),
      schemas: { Problem: schemaOf(Problem) },
    },
    security: [{ terminalToken: [] }],
  }
}

function operation(message: TerminalMessage): Json {
  const examples = EXAMPLES[message.name] ?? {}
  const exampleOf = (name: string) => {
    const example = examples.parameters?.[name]
    return example === undefined ? {} : { example }
  }
  const parameters = [...message.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...exampleOf(String(name)),
  }))
  const query = Object.entries(message.query ?? {}).map(([name, one]) => ({
    name,
    in: 'query',
    description: one.description,
    schema: schemaOf(one.schema),
    ...exampleOf(name),
  }))
  const headers = (message.takes ?? []).map((name) => ({
    name,
    in: 'header',
    description: REQUEST_HEADERS[name].description,
    schema: { type: 'string' },
    ...exampleOf(name),
  }))
  const coding = message.body === undefined ? [] : [GZIP]
  return {
    operationId: message.name,
    summary: message.summary,
    description: message.allowedWhileSuspended ? 'Also while suspended.' : 'Not while suspended.',
    parameters: [...parameters, ...query, ...headers, ...coding],
    ...(message.body === undefined ? {} : { requestBody: jsonBody(message.body.schema, examples.body) }),
    ...(message.upload === undefined ? {} : { requestBody: bytesBody(message.upload.contentTypes) }),
    responses: responses(message.answers, examples),
  }
}

function enrollOperation(): Json {
  const examples = EXAMPLES.enroll ?? {}
  return {
    operationId: 'enroll',
    summary: 'Trade an enrolment code for a token',
    description:
      'May be repeated with the same code until a token of it was used: the answer may have been lost. Refusals are all alike and come slower the more of them an address collects.',
    security: [],
    parameters: [GZIP],
    requestBody: jsonBody(EnrollMessage, examples.body),
    responses: responses(
      {
        201: { description: 'Enrolled.', schema: EnrollAnswer },
        403: { description: '`enrollment_refused`: whatever the reason.' },
      },
      examples,
      GENERAL_FOR_STRANGERS,
    ),
  }
}

function responses(
  answers: TerminalMessage['answers'],
  examples: MessageExamples,
  generally: Record<number, string> = GENERAL,
): Json {
  const all: Json = {}
  for (const status of Object.keys(generally))
    all[status] = { $ref: `#/components/responses/Refused${status}` }
  for (const [key, answer] of Object.entries(answers)) {
    const status = Number(key)
    const general = generally[status]
    const headers = headersOf(status, answer.headers)
    if (status >= 400)
      all[key] = {
        ...problem(status, general === undefined ? answer.description : `${answer.description} ${general}`),
        headers,
      }
    else
      all[key] = { description: answer.description, headers, ...content(answer, examples.answers?.[status]) }
  }
  return all
}

/** JSON may come packed; files say so by their type as well. */
const GZIP = {
  name: 'Content-Encoding',
  in: 'header',
  description: 'The body is gzipped.',
  schema: { type: 'string', enum: ['gzip'] },
}

const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string', examples: [example] },
})

/** Of an answer: its own, and what the transport adds. */
function headersOf(status: number, own: readonly (keyof typeof ANSWER_HEADERS)[] = []): Json {
  return {
    'X-Request-Id': header('To be quoted in a complaint.', '0197a3c2-5b1e-7c4d-8f20-6a1b2c3d4e5f'),
    ...Object.fromEntries(
      own.map((name) => [name, header(ANSWER_HEADERS[name].description, ANSWER_HEADERS[name].example)]),
    ),
    ...(status === 405 ? { Allow: header('The methods that there are.', 'POST') } : {}),
    ...(status === 429 || status === 503 ? { 'Retry-After': header('Seconds to wait.', '5') } : {}),
  }
}

function content(answer: TerminalMessage['answers'][number], example: unknown): Json {
  if (answer.contentType !== undefined)
    return { content: { [answer.contentType]: { schema: { type: 'string', format: 'binary' } } } }
  return answer.schema === undefined ? {} : { content: { 'application/json': shown(answer.schema, example) } }
}

function problem(status: number, description: string): Json {
  return {
    description,
    headers: headersOf(status),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

function jsonBody(schema: z.ZodType, example: unknown): Json {
  return { required: true, content: { 'application/json': shown(schema, example) } }
}

function bytesBody(contentTypes: readonly string[]): Json {
  const bytes = { schema: { type: 'string', format: 'binary' } }
  return { required: true, content: Object.fromEntries(contentTypes.map((type) => [type, bytes])) }
}

/** A shape, and how it looks. */
const shown = (schema: z.ZodType, example: unknown): Json => ({ schema: schemaOf(schema), example })

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}
