import type { z } from 'zod'
import type { Ctx } from '../../../../core/context'
import { type OpenedUpload, openUpload } from '../../../uploads'
import { packageFileEmpty, packageFileName, packageFilesClash, packageOneFile } from '../errors'
import type { InspectedFile } from '../inspect/inspect'
import { KIND_OF_PLATFORM } from '../lists'
import { FileName, type InspectInput } from '../schemas'

export interface UploadedFile extends InspectedFile {
  source: OpenedUpload
}

/**
 * The complete uploads that a package is to be made of, in their order, with the names they will have.
 * `package_one_file`, `package_file_name`, `package_file_empty`, `package_files_clash`, and what an upload may be refused with.
 */
export async function openFiles(
  ctx: Ctx,
  { platform, files }: Pick<z.output<typeof InspectInput>, 'platform' | 'files'>,
): Promise<UploadedFile[]> {
  if (KIND_OF_PLATFORM[platform] === 'android-ota' && files.length > 1) throw packageOneFile()
  if (new Set(files.map((file) => file.uploadId)).size < files.length) throw packageFilesClash()
  const opened: UploadedFile[] = []
  for (const { uploadId, name, target } of files) {
    const source = await openUpload(ctx, uploadId, 'packages')
    if (source.sizeBytes === 0) throw packageFileEmpty({ values: { fileName: source.fileName } })
    opened.push({ uploadId, name: name ?? plainName(source.fileName), target, source })
  }
  return opened
}

/** Browsers and programs may send folders along; without a name of its own a file keeps what comes after them. */
function plainName(uploaded: string): string {
  const name = FileName.safeParse(uploaded.split(/[/\\]/).at(-1))
  if (!name.success) throw packageFileName({ values: { fileName: uploaded.slice(0, 255) } })
  return name.data
}

/** Names that a terminal could not tell apart. */
export function refuseClash(files: readonly { name: string; target: string }[]): void {
  const places = files.map(({ name, target }) => `${target.replace(/\/*$/, '/')}${name}`.toUpperCase())
  if (new Set(places).size < places.length) throw packageFilesClash()
}
