import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { contentDigestOf } from '../../core/content-digest'
import type { Ctx } from '../../core/context'
import { parseInput } from '../../core/verb'
import { type ByteEndpoint, sendJson } from '../../integrator/bytes'
import { ReceivedPart } from './schemas'
import { receivePart } from './service/parts'

const Path = z.object({ uploadId: z.uuid(), index: z.coerce.number().int() })

/** Bytes of uploads. */
export const uploadEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'PUT',
    path: '/uploads/{uploadId}/parts/{index}',
    permission: 'uploads:write',
    operation: {
      operationId: 'uploads.putPart',
      summary: 'Send one part of an upload',
      tags: ['Uploads'],
      parameters: [
        { name: 'uploadId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        {
          name: 'index',
          in: 'path',
          required: true,
          description: 'Number of the part, from 0. Parts come in any order; of one number the last counts.',
          schema: { type: 'integer', minimum: 0 },
        },
        {
          name: 'Content-Digest',
          in: 'header',
          required: false,
          description: 'sha-256 of the part (RFC 9530): a part that arrives otherwise is refused.',
          schema: { type: 'string' },
        },
      ],
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      responses: {
        200: {
          description: 'The part is kept.',
          content: { 'application/json': { schema: z.toJSONSchema(ReceivedPart) } },
        },
      },
    },
    handle: putPart,
  },
]

async function putPart(
  ctx: Ctx,
  req: IncomingMessage,
  res: ServerResponse,
  params: readonly string[],
): Promise<void> {
  const { uploadId, index } = parseInput(Path, { uploadId: params[0], index: params[1] })
  const length = req.headers['content-length']
  const sha256 = contentDigestOf(req.headers['content-digest'])
  const part = {
    uploadId,
    index,
    ...(length === undefined ? {} : { declaredBytes: Number(length) }),
    ...(sha256 === undefined ? {} : { sha256 }),
  }
  // A refused part is answered over the same connection.
  const source = req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
  sendJson(res, 200, await receivePart(ctx, part, source))
}
