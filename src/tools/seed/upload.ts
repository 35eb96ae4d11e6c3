import { Readable } from 'node:stream'
import type { Ctx } from '../../core/context'
import { createUpload, receivePart } from '../../features/uploads'
import type { NamedFile } from './package-files'

/** Hands a file in by its parts, as browsers do. @returns the complete upload, not yet taken up */
export async function upload(
  ctx: Ctx,
  purpose: 'packages' | 'apps',
  { name, bytes }: NamedFile,
): Promise<string> {
  const { uploadId, partBytes, partCount } = await createUpload(ctx, {
    fileName: name,
    sizeBytes: bytes.length,
    purpose,
  })
  for (let index = 0; index < partCount; index++) {
    const part = bytes.subarray(index * partBytes, (index + 1) * partBytes)
    await receivePart(ctx, { uploadId, index }, Readable.from([part]))
  }
  return uploadId
}
