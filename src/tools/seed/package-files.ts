import { makeZip } from 'client-zip'

export interface OtaFacts {
  maker: string
  device: string
  release: string
  version: string
  /** Of an incremental one. */
  fromVersion?: string
  isAb?: boolean
  builtAt: Date
}

const METADATA = 'META-INF/com/android/metadata'

/** A small OTA archive with the metadata of a real one and a payload that nothing could install. */
export async function makeOtaFile(facts: OtaFacts): Promise<Buffer> {
  const body = Buffer.from(`CrAU ${facts.device} ${facts.version} `.repeat(4_000))
  const files = facts.isAb
    ? [
        { name: 'payload.bin', input: body },
        { name: 'payload_properties.txt', input: `FILE_SIZE=${body.length}\n` },
      ]
    : [{ name: 'system.new.dat.br', input: body }]
  const all = [{ name: METADATA, input: metadataOf(facts) }, ...files]
  const zip = makeZip(all.map((file) => ({ ...file, lastModified: facts.builtAt })))
  return Buffer.from(await new Response(zip as BodyInit).arrayBuffer())
}

function metadataOf(facts: OtaFacts): string {
  const { maker, device, release, version, fromVersion, isAb, builtAt } = facts
  const fingerprint = (build: string) =>
    `${maker}/${device}/${device}:${release}/PSM/${build}:user/release-keys`
  const lines = {
    'ota-type': isAb ? 'AB' : 'BLOCK',
    'post-build': fingerprint(version),
    'post-build-incremental': version,
    'post-security-patch-level': builtAt.toISOString().slice(0, 10),
    'post-timestamp': Math.floor(builtAt.getTime() / 1000),
    ...(fromVersion === undefined
      ? {}
      : { 'pre-build': fingerprint(fromVersion), 'pre-build-incremental': fromVersion }),
    'pre-device': device,
  }
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

export interface NamedFile {
  name: string
  bytes: Buffer
}

/** A set as loaders of Telium TETRA take it: the catalogue, four packages it lists, and parameters. */
export function makeTeliumSet(version: string): NamedFile[] {
  const software = ['8440.P3A', '8441.P3L', '8442.P3P', '8443.P3S']
  const bytesOf = (name: string) => Buffer.from(`${name} ${version} `.repeat(2_000))
  return [
    { name: '0440.M40', bytes: Buffer.from(`${software.join('\n')}\n${version}\n`) },
    ...software.map((name) => ({ name, bytes: bytesOf(name) })),
    { name: 'SHOP.PAR', bytes: Buffer.from(`LANGUAGE=RU\nCURRENCY=643\nSOFTWARE=${version}\n`) },
  ]
}
