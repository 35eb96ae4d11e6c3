import { createHash } from 'node:crypto'
import { query } from '../../../../core/verb'
import { openUpload } from '../../../uploads'
import { findBefore, permissionChanges, requireAllTerminals } from '../../catalog'
import { decideIntake } from '../decide'
import { type AppReport, InspectAppInput } from '../schemas'
import { loadKnown } from './known'
import { readApk } from './read'

/**
 * Looks into a complete upload of the caller before a version is made of it: what it says of itself, what is doubtful,
 * and what it would come to. `apk_refused` where it is no APK that a terminal could be given.
 */
export const inspectApp = query(
  { permission: 'apps:write', input: InspectAppInput },
  async (ctx, { uploadId }): Promise<AppReport> => {
    requireAllTerminals(ctx.actor)
    const upload = await openUpload(ctx, uploadId, 'apps')
    const { facts, packageName, icon, row } = await readApk(upload)
    const known = await loadKnown(ctx, facts)
    const { newest, same } = known
    const isMaybeSame = same !== undefined && same.sizeBytes === facts.sizeBytes
    const outcome = decideIntake(facts, isMaybeSame ? await hashOf(upload.stream()) : undefined, known)
    const { versionCode } = facts
    const before =
      newest === undefined ? undefined : await findBefore(ctx, { appId: newest.appId, versionCode })
    return {
      package: packageName,
      ...row,
      hasIcon: icon !== null,
      outcome,
      application:
        newest === undefined
          ? null
          : {
              id: newest.appId,
              newest: {
                id: newest.id,
                versionCode: newest.versionCode,
                versionName: newest.versionName,
                signers: newest.signers,
              },
            },
      versionId: same?.id ?? null,
      permissionChanges: permissionChanges(row, before),
    }
  },
)

async function hashOf(bytes: AsyncGenerator<Uint8Array, void>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) hash.update(chunk)
  return hash.digest('hex')
}
