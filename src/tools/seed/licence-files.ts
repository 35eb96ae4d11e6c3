import { createHash } from 'node:crypto'

/** Facts of an invented licence; dates are `YYYY-MM-DD`. */
export interface LicenceSample {
  serial: string
  platform: string
  licId: string
  product: string
  issuedOn: string
  validUntil: string
}

export interface SampleFile {
  fileName: string
  bytes: Uint8Array
}

export const SAMPLE_KINDS = ['json', 'xml', 'ini', 'pem', 'opaque'] as const
export type SampleKind = (typeof SAMPLE_KINDS)[number]

/**
 * A licence file as a distributor could issue it: text of the kind with a made-up signature, or for `opaque` bytes
 * that only their file name explains. The same sample gives the same bytes.
 */
export function makeLicenceFile(kind: SampleKind, sample: LicenceSample): SampleFile {
  const { serial, licId, validUntil } = sample
  const extension = kind === 'opaque' ? 'lic' : kind
  const fileName = `${serial}_${licId}_${validUntil}.${extension}`
  return { fileName, bytes: MAKERS[kind](sample) }
}

const MAKERS: Record<SampleKind, (sample: LicenceSample) => Uint8Array> = {
  json: (sample) => utf8(json(sample)),
  xml: (sample) => utf8(xml(sample)),
  ini: (sample) => utf8(ini(sample)),
  pem: (sample) => utf8(pem(sample)),
  opaque: (sample) => Buffer.concat([Buffer.from([0x50, 0x53, 0x4c, 0x00]), signature(sample)]),
}

function json(sample: LicenceSample): string {
  const { serial, platform, licId, product, issuedOn, validUntil } = sample
  const license = { licId, product, issuedAt: issuedOn, validUntil, terminal: { serial, platform } }
  return `${JSON.stringify({ license, signature: signature(sample).toString('base64') }, null, 2)}\n`
}

function xml(sample: LicenceSample): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<license id="${sample.licId}">
  <terminal platform="${sample.platform}" serialNumber="${sample.serial}"/>
  <product><name>${sample.product}</name></product>
  <issued>${sample.issuedOn}</issued>
  <validUntil>${sample.validUntil}</validUntil>
  <signature>${signature(sample).toString('base64')}</signature>
</license>
`
}

function ini(sample: LicenceSample): string {
  return `; licence of terminal software
[license]
id = ${sample.licId}
product = ${sample.product}
issued = ${sample.issuedOn}
expires = ${sample.validUntil}

[terminal]
serial = ${sample.serial}
platform = ${sample.platform}

[signature]
value = ${signature(sample).toString('hex')}
`
}

function pem(sample: LicenceSample): string {
  const body =
    utf8(json(sample))
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN LICENSE-----\n${body.join('\n')}\n-----END LICENSE-----\n`
}

function signature(sample: LicenceSample): Buffer {
  return createHash('sha512').update(JSON.stringify(sample)).digest()
}

function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8')
}
