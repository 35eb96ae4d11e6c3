import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Ctx } from '../../../core/context'
import { matchesEtag } from '../../../core/etag'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { fileResponses, sendFile } from '../../../integrator/send-file'
import { AppVersionRef } from './schemas'
import { openApk, openAppIcon } from './service/find'

const tags = ['Applications']
const parameters = [
  { name: 'versionId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
]
const binary = { schema: { type: 'string', format: 'binary' } }

/** APKs and their icons, out to operators. Terminals have a door of their own, which goes on where they were cut off. */
export const appEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/app-versions/{versionId}/apk',
    permission: 'apps:read',
    operation: {
      operationId: 'appVersions.apk',
      summary: 'Download the APK of a version, byte for byte',
      tags,
      parameters,
      responses: fileResponses(),
    },
    handle: async (ctx, req, res, [versionId]) =>
      sendFile(req, res, await openApk(ctx, parseInput(AppVersionRef, { versionId }))),
  },
  {
    method: 'GET',
    path: '/app-versions/{versionId}/icon',
    permission: 'apps:read',
    operation: {
      operationId: 'appVersions.icon',
      summary: 'Show the icon of a version',
      tags,
      parameters,
      responses: {
        200: {
          description: 'As it lies in the APK.',
          content: { 'image/png': binary, 'image/webp': binary },
        },
        304: { description: 'The caller has it.' },
      },
    },
    handle: sendIcon,
  },
]

/** It never changes, and is a stranger's: nothing in it may run or reach out, should it be opened as a page. */
async function sendIcon(
  ctx: Ctx,
  req: IncomingMessage,
  res: ServerResponse,
  [versionId = '']: readonly string[],
): Promise<void> {
  const icon = await openAppIcon(ctx, parseInput(AppVersionRef, { versionId }))
  const headers = {
    ETag: `"${versionId}"`,
    'Cache-Control': 'private, max-age=3600',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
  if (matchesEtag(req.headers['if-none-match'], versionId)) {
    res.writeHead(304, headers).end()
    return
  }
  res
    .writeHead(200, { ...headers, 'Content-Type': icon.type, 'Content-Length': icon.bytes.length })
    .end(icon.bytes)
}
