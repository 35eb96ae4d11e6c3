import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { fileResponses, sendFile } from '../../../integrator/send-file'
import { PackageFileRef } from './schemas'
import { openPackageFile } from './service/find'

/** Files of packages, out to operators. Terminals have a door of their own, which goes on where they were cut off. */
export const packageEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/packages/{packageId}/files/{position}',
    permission: 'packages:read',
    operation: {
      operationId: 'packages.file',
      summary: 'Download a file of a package, byte for byte',
      tags: ['Packages'],
      parameters: [
        { name: 'packageId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        {
          name: 'position',
          in: 'path',
          required: true,
          description: 'As in the package; the first file is 0.',
          schema: { type: 'integer', minimum: 0 },
        },
      ],
      responses: fileResponses(),
    },
    handle: async (ctx, req, res, [packageId, position]) =>
      sendFile(req, res, await openPackageFile(ctx, parseInput(PackageFileRef, { packageId, position }))),
  },
]
