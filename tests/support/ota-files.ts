import { makeZip, type ZipEntry } from '../../src/tools/apk-maker/zip'

export interface OtaSample {
  device?: string
  version?: string
  fromVersion?: string
  type?: 'AB' | 'BLOCK'
  isDowngrade?: boolean
  /** Lines of the metadata, in place of those made of the above. */
  metadata?: string
  payload?: Buffer
  more?: readonly ZipEntry[]
}

export const METADATA_PATH = 'META-INF/com/android/metadata'

const fingerprint = (device: string, version: string) =>
  `maker/${device}/${device}:7.1.2/NHG47K/${version}:user/release-keys`

export function metadataOf({
  device = 'WPOS-3',
  version = '2.7.1',
  fromVersion,
  type = 'BLOCK',
  isDowngrade,
}: OtaSample): string {
  return [
    `ota-type=${type}`,
    ...(isDowngrade === true ? ['ota-downgrade=yes', 'ota-wipe=yes'] : []),
    `post-build=${fingerprint(device, version)}`,
    `post-build-incremental=${version}`,
    'post-security-patch-level=2026-05-05',
    'post-timestamp=1779000000',
    ...(fromVersion === undefined
      ? []
      : [`pre-build=${fingerprint(device, fromVersion)}`, `pre-build-incremental=${fromVersion}`]),
    `pre-device=${device}`,
    '',
  ].join('\n')
}

/** An OTA archive as makers build them: metadata, and for A/B a stored payload with its properties. */
export function makeOta(sample: OtaSample = {}): Buffer {
  const payload = sample.payload ?? Buffer.from(`CrAU of ${sample.version ?? '2.7.1'}`)
  const body: ZipEntry[] =
    sample.type === 'AB'
      ? [
          { path: 'payload.bin', bytes: payload, isStored: true },
          {
            path: 'payload_properties.txt',
            bytes: Buffer.from(`FILE_HASH=x\nFILE_SIZE=${payload.length}\n`),
          },
        ]
      : [{ path: 'system.new.dat', bytes: payload, isStored: true }]
  const metadata = Buffer.from(sample.metadata ?? metadataOf(sample))
  return makeZip([...body, ...(sample.more ?? []), { path: METADATA_PATH, bytes: metadata }])
}
