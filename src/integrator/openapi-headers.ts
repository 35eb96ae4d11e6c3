import type { Json } from '../core/openapi/shapes'

const WRITES = ['post', 'put', 'patch', 'delete']

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A name for this write, new for each. Sent again under it within 24 hours, the same write is done once and answered alike, with `Idempotency-Replayed: true`. What was refused and changed nothing may be sent again, also mended. What only asks is asked anew each time.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x2b\\x2d-\\x7e]+$' },
}

const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string', examples: [example] },
})
const RATE_HEADERS = {
  'RateLimit-Policy': header(
    'How many requests the key may make in how many seconds.',
    '"minute";q=6000;w=60',
  ),
  RateLimit: header('How many are left, and in how many seconds all are there again.', '"minute";r=5999;t=1'),
}
const RETRY_AFTER = { description: 'In seconds.', schema: { type: 'integer', minimum: 1 } }
const REPLAYED = {
  description: 'The write was done before under the same Idempotency-Key.',
  schema: { type: 'string', enum: ['true'] },
}

/** What the transport adds to every operation: the key's minute, and writes that may be sent again. */
export function addTransportHeaders(paths: Record<string, Record<string, Json>>): void {
  for (const operations of Object.values(paths))
    for (const [method, operation] of Object.entries(operations)) {
      const isRepeatable = WRITES.includes(method) && !takesBytes(operation)
      if (isRepeatable) operation.parameters = [...((operation.parameters ?? []) as Json[]), IDEMPOTENCY_KEY]
      const responses = Object.entries((operation.responses ?? {}) as Record<string, Json>)
      operation.responses = Object.fromEntries(
        responses.map(([status, response]) => [
          status,
          '$ref' in response ? response : withHeaders(status, response, isRepeatable),
        ]),
      )
    }
}

/** A copy: endpoints share what they say of their answers. */
export function withHeaders(status: string, response: Json, isRepeatable = false): Json {
  const headers = { ...(response.headers as Json | undefined), ...headersOf(status, isRepeatable) }
  return Object.keys(headers).length === 0 ? response : { ...response, headers }
}

function headersOf(status: string, isRepeatable: boolean): Json {
  return {
    ...(status === '401' ? {} : RATE_HEADERS),
    ...(status === '429' || status === '503' ? { 'Retry-After': RETRY_AFTER } : {}),
    ...(isRepeatable && status.startsWith('2') ? { 'Idempotency-Replayed': REPLAYED } : {}),
  }
}

/** Bytes are named by their address or by what they are: sent again they change nothing. */
function takesBytes({ requestBody }: Json): boolean {
  const { content = {} } = (requestBody ?? {}) as { content?: Json }
  return Object.keys(content).some((type) => type !== 'application/json')
}
