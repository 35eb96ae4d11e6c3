import { z } from 'zod'
import { EnrollAnswer, Problem } from './answers'
import { EnrollMessage } from './enroll'
import { TERMINAL_PREFIX } from './handler'
import type { TerminalMessage } from './message'

type Json = Record<string, unknown>

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
  503: '`server_busy`, `database_unreachable`, `blob_store_unreachable`: nothing was kept; send it again after `Retry-After` seconds.',
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
      schemas: { Problem: schemaOf(Problem) },
    },
    security: [{ terminalToken: [] }],
  }
}

function operation(message: TerminalMessage): Json {
  const parameters = [...message.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const query = Object.entries(message.query ?? {}).map(([name, one]) => ({
    name,
    in: 'query',
    description: one.description,
    schema: schemaOf(one.schema),
  }))
  return {
    operationId: message.name,
    summary: message.summary,
    description: message.allowedWhileSuspended ? 'Also while suspended.' : 'Not while suspended.',
    parameters: [...parameters, ...query],
    ...(message.body === undefined ? {} : { requestBody: jsonBody(message.body.schema) }),
    ...(message.upload === undefined ? {} : { requestBody: bytesBody(message.upload.contentTypes) }),
    responses: responses(message.answers),
  }
}

function enrollOperation(): Json {
  return {
    operationId: 'enroll',
    summary: 'Trade an enrolment code for a token',
    description:
      'May be repeated with the same code until a token of it was used: the answer may have been lost. Refusals are all alike and come slower the more of them an address collects.',
    security: [],
    requestBody: jsonBody(EnrollMessage),
    responses: responses(
      {
        201: { description: 'Enrolled.', schema: EnrollAnswer },
        403: { description: '`enrollment_refused`: whatever the reason.' },
      },
      GENERAL_FOR_STRANGERS,
    ),
  }
}

function responses(answers: TerminalMessage['answers'], generally: Record<number, string> = GENERAL): Json {
  const all: Json = {}
  for (const [status, description] of Object.entries(generally)) all[status] = problem(description)
  for (const [status, answer] of Object.entries(answers)) {
    const general = generally[Number(status)]
    if (Number(status) >= 400)
      all[status] = problem(general === undefined ? answer.description : `${answer.description} ${general}`)
    else all[status] = { description: answer.description, ...content(answer) }
  }
  return all
}

function content(answer: TerminalMessage['answers'][number]): Json {
  if (answer.contentType !== undefined)
    return { content: { [answer.contentType]: { schema: { type: 'string', format: 'binary' } } } }
  return answer.schema === undefined
    ? {}
    : { content: { 'application/json': { schema: schemaOf(answer.schema) } } }
}

function problem(description: string): Json {
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

function jsonBody(schema: z.ZodType): Json {
  return { required: true, content: { 'application/json': { schema: schemaOf(schema) } } }
}

function bytesBody(contentTypes: readonly string[]): Json {
  const bytes = { schema: { type: 'string', format: 'binary' } }
  return { required: true, content: Object.fromEntries(contentTypes.map((type) => [type, bytes])) }
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}
