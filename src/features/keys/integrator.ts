import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { blobHashMismatch } from '../../blobs/errors'
import { contentDigestOf } from '../../core/content-digest'
import type { Ctx } from '../../core/context'
import { parseInput } from '../../core/verb'
import { type ByteEndpoint, readBody, sendJson } from '../../integrator/bytes'
import { depositKeys } from './deposits/deposit'
import { DepositMetadata, DepositView } from './deposits/schemas'
import { MOST_KEY_BYTES } from './lists'
import { keyReportEndpoints } from './loads/integrator'

/** Leading zeros and signs would be other spellings of the same number. */
const Sequence = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'a sequence is a whole number from 1 on')
  .transform(Number)

const Path = z.object({ serial: z.string(), sequence: Sequence })
/** A name that is not known is refused: a misspelt end of a file's life would be none. */
const Query = z.strictObject({ batch: z.string().optional(), notAfter: z.string().optional() })

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
})
const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.toJSONSchema(DepositView) } },
})

/** Files of keys on their way in. There is no way out but to the terminal that one is for. */
export const keyEndpoints: readonly ByteEndpoint[] = [
  ...keyReportEndpoints,
  {
    method: 'PUT',
    path: '/keys/{serial}/{sequence}',
    permission: 'keys:deposit',
    operation: {
      operationId: 'keys.deposit',
      summary: 'Deposit a file of keys for a terminal',
      description:
        'Needs `keys:deposit`. JSON that names the format `psm-keybundle/1` is checked key block by key block; any other bytes are opaque. The terminal gets exactly these bytes.',
      tags: ['Keys'],
      parameters: [
        { name: 'serial', in: 'path', required: true, schema: { type: 'string' } },
        {
          name: 'sequence',
          in: 'path',
          required: true,
          description:
            'Rises with each file of the terminal. A newer file supersedes those that are not installed.',
          schema: { type: 'integer', minimum: 1 },
        },
        {
          name: 'batch',
          in: 'query',
          required: false,
          description: 'By which statuses are asked for and reconciled.',
          schema: { type: 'string', maxLength: 64 },
        },
        {
          name: 'notAfter',
          in: 'query',
          required: false,
          description: 'When the file expires; of a bundle that says so too, the earlier counts.',
          schema: { type: 'string', format: 'date-time' },
        },
        header('Content-Digest', 'sha-256 of the file (RFC 9530): one that arrives otherwise is refused.'),
        header(
          'Psm-Kcvs',
          'Of opaque files, the check values that the terminal will report: `slot=KCV`, parted by commas; `;cmac` or `;legacy` behind one says how it was made. Check values stay out of addresses, which proxies log.',
        ),
        header('Psm-Transport-Key-Kcv', 'Of opaque files: KCV of the key that they are enciphered under.'),
      ],
      requestBody: {
        required: true,
        description: `At most ${MOST_KEY_BYTES} bytes, of any type.`,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      responses: {
        200: answer('The same bytes were deposited before: nothing has changed.'),
        201: answer('The file is kept.'),
        404: {
          description:
            '`terminal_not_found`: not registered, out of service, or outside the limits of the key.',
        },
        409: { description: '`key_sequence_conflict`: other bytes under this number; `key_sequence_old`.' },
        413: { description: '`body_too_large`.' },
        422: {
          description: '`key_file_refused`: `rules` and `codes` name every broken rule, `issues` the fields.',
        },
      },
    },
    handle: putKeys,
  },
]

async function putKeys(
  ctx: Ctx,
  req: IncomingMessage,
  res: ServerResponse,
  params: readonly string[],
): Promise<void> {
  const path = parseInput(Path, { serial: decoded(params[0]), sequence: params[1] })
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const metadata = parseInput(DepositMetadata, {
    ...parseInput(Query, Object.fromEntries(searchParams)),
    kcvs: kcvsOf(req.headers['psm-kcvs']),
    transportKeyKcv: single(req.headers['psm-transport-key-kcv']),
  })
  const sha256 = contentDigestOf(req.headers['content-digest'])
  const bytes = await readBody(req, MOST_KEY_BYTES)
  if (sha256 !== undefined && hash('sha256', bytes, 'hex') !== sha256) throw blobHashMismatch()
  const { outcome, deposit } = await depositKeys(ctx, { ...path, ...metadata, bytes })
  sendJson(res, outcome === 'created' ? 201 : 200, deposit)
}

/** Of a segment that is no percent-encoding nothing can be registered. */
function decoded(segment = ''): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const single = (value: string | string[] | undefined) => (value === undefined ? undefined : String(value))

/** `acq1/tmk=08D7B4, acq1/pin=08793E25AB;cmac` */
function kcvsOf(value: string | string[] | undefined) {
  const parts = (single(value) ?? '').split(',').map((part) => part.trim())
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [, slot = part, kcv = '', kcvAlgorithm] = /^(.*)=([^=;]*)(?:;(\w+))?$/.exec(part) ?? []
      return { slot, kcv, ...(kcvAlgorithm === undefined ? {} : { kcvAlgorithm }) }
    })
}
