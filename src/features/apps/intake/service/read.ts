import type { OpenedUpload } from '../../../uploads'
import { inspectApk } from '../../apk'
import { judgeApk } from '../decide'

/** What an APK says, in the words of a version; its package and icon stand beside. */
export async function readApk(upload: OpenedUpload) {
  const facts = await inspectApk(upload)
  const { packageName, icon, labels, signature, versionName, ...rest } = facts
  const { scheme, schemes, signers, lineage } = signature
  return {
    facts,
    packageName,
    icon,
    row: {
      ...rest,
      versionName: versionName ?? '',
      label: labels.default ?? labels.en ?? labels.ru ?? packageName,
      labelEn: labels.en,
      labelRu: labels.ru,
      signers,
      earlierSigners: lineage,
      signature: { scheme, schemes },
      warnings: judgeApk(facts),
    },
  }
}

export type ReadApk = Awaited<ReturnType<typeof readApk>>
