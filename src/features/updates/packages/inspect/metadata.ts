import type { Inspected } from '../schemas'

const LONGEST_VALUE = 255
const MOST_DEVICES = 20

/**
 * Pure: what `META-INF/com/android/metadata` of an OTA archive says (AOSP, ota_metadata.proto and its text form):
 * `key=value` by line, of a key the first, as the recovery reads it. Undefined where it says nothing that is known.
 */
export function readMetadata(text: string): Inspected | undefined {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const at = line.indexOf('=')
    const key = line.slice(0, Math.max(0, at)).trim()
    if (key !== '' && !values.has(key)) values.set(key, clean(line.slice(at + 1)))
  }
  const one = (key: string) => values.get(key) || undefined
  const devices = listed(one('pre-device'))
  const timestamp = one('post-timestamp')
  const inspected = {
    otaType: one('ota-type'),
    devices: devices.length > 0 ? devices : undefined,
    build: one('post-build'),
    buildIncremental: one('post-build-incremental') ?? incrementalOf(one('post-build')),
    fromBuild: one('pre-build'),
    fromIncremental: one('pre-build-incremental') ?? incrementalOf(one('pre-build')),
    securityPatch: one('post-security-patch-level'),
    timestamp: timestamp !== undefined && /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : undefined,
    isDowngrade: one('ota-downgrade') === undefined ? undefined : one('ota-downgrade') === 'yes',
  }
  const said = Object.entries(inspected).filter(([, value]) => value !== undefined)
  return said.length === 0 ? undefined : (Object.fromEntries(said) as Inspected)
}

/** Pure: `FILE_SIZE` of `payload_properties.txt`, in bytes. */
export function payloadSizeOf(text: string): number | undefined {
  const [, digits] = /^FILE_SIZE=(\d{1,15})\s*$/m.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Letters that cannot be shown or stored say nothing; what is longer is cut. */
function clean(value: string): string {
  return value.replace(/\p{C}/gu, '').trim().slice(0, LONGEST_VALUE).toWellFormed()
}

/** Makers join several by `|`, some by commas. */
function listed(value: string | undefined): string[] {
  const names = (value ?? '').split(/[|,]/).map((name) => name.trim())
  return [...new Set(names.filter((name) => name !== ''))].slice(0, MOST_DEVICES)
}

/** Of a fingerprint `brand/product/device:release/id/incremental:type/tags`. */
function incrementalOf(fingerprint: string | undefined): string | undefined {
  const [, incremental] = /^[^/]+\/[^/]+\/[^:/]+:[^/]+\/[^/]+\/([^:/|]+):/.exec(fingerprint ?? '') ?? []
  return incremental
}
