import type { Ctx } from '../../../core/context'
import { inMutation, mutations } from '../../../core/verb'
import { looksLikeZip } from '../../../core/zip'
import { finishUpload, type OpenedUpload, openUpload } from '../../uploads'
import { ImportUploadInput, LICENCE_MAX_BYTES } from '../schemas'
import { type BundleOutcome, type ImportOptions, importFile, importZip, reportOf } from './bundle'
import { rejected } from './import'

const SIGNATURE_BYTES = 4

/**
 * Takes in the file of an upload, or the files of a ZIP, as `importLicences` does. A ZIP is taken in windows, each a
 * call of its own: so its progress is known to the caller without anybody keeping it, a broken connection costs one
 * window, and no proxy waits too long. The upload stays for further calls with facts or a confirmation, and is
 * discarded by a call that has seen all its files and left none of them open.
 */
export const importUpload = mutations(
  { permission: 'licenses:write', input: ImportUploadInput },
  async (ctx, input) => {
    const upload = await openUpload(ctx, input.uploadId, 'licenses')
    const { given, givenByFile, isConfirmed, replacesByFile, only, from, limit } = input
    const options = { given, givenByFile, isConfirmed, replacesByFile } as ImportOptions
    const window = { from, limit, ...(only === undefined ? {} : { only }) }
    const { results, total, next, isWhole } = looksLikeZip(await upload.read(0, SIGNATURE_BYTES))
      ? await importZip(ctx, upload.fileName, upload, options, window)
      : await importSingle(ctx, upload, options)
    const isOpen = results.some(
      ({ outcome }) => outcome === 'needs_facts' || outcome === 'needs_confirmation',
    )
    if (isWhole && !isOpen)
      await inMutation(ctx, async (scope) => {
        scope.changedNothingShared()
        await finishUpload(scope, upload.uploadId)
      })
    return { ...reportOf(results), total, next, isUploadKept: !isWhole || isOpen }
  },
)

async function importSingle(ctx: Ctx, upload: OpenedUpload, options: ImportOptions): Promise<BundleOutcome> {
  const { fileName, sizeBytes } = upload
  const result =
    sizeBytes > LICENCE_MAX_BYTES
      ? rejected(fileName, 'file_too_large')
      : await importFile(ctx, { fileName, bytes: await upload.read(0, sizeBytes) }, options)
  return { results: [result], total: 1, next: null, isWhole: true }
}
