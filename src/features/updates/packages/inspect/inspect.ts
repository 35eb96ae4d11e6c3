import type { z } from 'zod'
import type { PlatformId } from '../../../../core/platforms'
import type { RandomAccess } from '../../../../core/zip'
import { KIND_OF_PLATFORM } from '../lists'
import type { Inspected, InspectReport, PackageWarning } from '../schemas'
import { foreignDevices } from './devices'
import { judgeFileSet, orderOf, targetOf } from './file-set'
import { type OtaReading, readOta } from './ota'

export interface InspectedFile {
  uploadId: string
  name: string
  /** Undefined: as its name tells. */
  target: string | undefined
  source: RandomAccess
}

export interface Subject {
  platform: PlatformId
  component?: string | undefined
  version?: string | undefined
  models: readonly string[]
  /** In the order in which they were given. */
  files: readonly InspectedFile[]
}

/** Of an Android archive: there is one system on a terminal. */
const SYSTEM = 'system'

/** Looks into the files of a package, by the inspector of its platform. Never at more than directories and small texts. */
export async function inspectFiles(subject: Subject): Promise<z.infer<typeof InspectReport>> {
  const kind = KIND_OF_PLATFORM[subject.platform] ?? 'file-set'
  return kind === 'android-ota' ? inspectOta(subject) : inspectSet(subject)
}

async function inspectOta(subject: Subject): Promise<z.infer<typeof InspectReport>> {
  const [file] = subject.files
  const reading: OtaReading = file === undefined ? { state: 'silent' } : await readOta(file.source)
  const inspected = reading.state === 'read' ? reading.inspected : {}
  const unread = reading.state === 'broken' ? 'archive_broken' : 'not_ota'
  return {
    kind: 'android-ota',
    inspected,
    warnings:
      reading.state === 'read'
        ? judgeOta(inspected, subject)
        : [{ code: unread, detail: file === undefined ? '' : file.name }],
    suggested: {
      component: SYSTEM,
      version: inspected.buildIncremental ?? null,
      fromVersion: inspected.fromIncremental ?? null,
      files: subject.files.map(({ uploadId, name, target }) => ({ uploadId, name, target: target ?? '' })),
    },
  }
}

/** Pure: what of an OTA archive does not go with what it is given out as. */
export function judgeOta(
  inspected: Inspected,
  { platform, models, version }: Pick<Subject, 'platform' | 'models' | 'version'>,
): PackageWarning[] {
  const { devices = [], isDowngrade, build = '', buildIncremental } = inspected
  const warnings: PackageWarning[] = foreignDevices(devices, platform, models).map((detail) => ({
    code: 'wrong_device',
    detail,
  }))
  if (isDowngrade === true) warnings.push({ code: 'downgrade', detail: buildIncremental ?? '' })
  const isOther = version !== undefined && buildIncremental !== undefined && version !== buildIncremental
  // A version may be another part of the fingerprint.
  if (isOther && !build.split(/[/:]/).includes(version))
    warnings.push({ code: 'version_differs', detail: buildIncremental })
  return warnings
}

async function inspectSet(subject: Subject): Promise<z.infer<typeof InspectReport>> {
  const files = subject.files.map(({ uploadId, name, target }) => ({
    uploadId,
    name,
    target: target ?? targetOf(name),
  }))
  return {
    kind: 'file-set',
    inspected: {},
    warnings: judgeFileSet(files.map((file) => file.name)),
    suggested: { component: null, version: null, fromVersion: null, files: orderOf(files) },
  }
}
