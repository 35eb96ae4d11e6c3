import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { type LogFile, openLogFile, openLogsZip } from './downloads'
import { MOST_CHOSEN_LOGS, MOST_LOGS } from './lists'
import { EcrLogChoice, EcrLogRef } from './schemas'

const size = z.coerce.number().pipe(EcrLogChoice.shape.minBytes.unwrap()).optional()

/** As texts: what an address can carry. */
const Query = z.strictObject({
  ...EcrLogChoice.shape,
  logIds: z
    .string()
    .transform((text) => text.split(','))
    .pipe(EcrLogChoice.shape.logIds.unwrap())
    .optional(),
  minBytes: size,
  maxBytes: size,
  hasCardNumbers: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
})

/** Logs as files. */
export const ecrLogEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/ecr-logs/{logId}/content',
    permission: 'ecr-logs:read',
    operation: {
      operationId: 'ecrLogs.content',
      summary: 'An ECR log as text, card data cut out',
      tags: ['ECR logs'],
      parameters: [{ name: 'logId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
      responses: {
        200: { description: 'The log.', content: { 'text/plain': { schema: { type: 'string' } } } },
      },
    },
    async handle(ctx, _req, res, [logId = '']) {
      const input = parseInput(EcrLogRef, { logId })
      await send(res, 'text/plain; charset=utf-8', await openLogFile(ctx, input.logId))
    },
  },
  {
    method: 'GET',
    path: '/ecr-logs/export.zip',
    permission: 'ecr-logs:read',
    operation: {
      operationId: 'ecrLogs.exportZip',
      summary: `ECR logs as a ZIP, ${MOST_LOGS} at most`,
      tags: ['ECR logs'],
      parameters: Object.keys(Query.shape).map((name) => ({
        name,
        in: 'query',
        required: false,
        schema: { type: 'string' },
        description:
          name === 'logIds'
            ? `Ids of the logs wanted, ${MOST_CHOSEN_LOGS} at most, with commas between them.`
            : 'As for the list.',
      })),
      responses: {
        200: { description: 'The ZIP.', content: { 'application/zip': { schema: { type: 'string' } } } },
      },
    },
    handle: sendZip,
  },
]

async function sendZip(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const filter = parseInput(Query, Object.fromEntries(searchParams))
  await send(res, 'application/zip', await openLogsZip(ctx, filter))
}

async function send(res: ServerResponse, type: string, file: LogFile): Promise<void> {
  res.writeHead(200, {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
    ...(file.sizeBytes === undefined ? {} : { 'Content-Length': file.sizeBytes }),
  })
  await pipeline(file.stream, res)
}
