import { createHash } from 'node:crypto'
import { slice } from '../read/cursor'

/** A value of ASN.1 in DER: its tag, its content, and both together. */
export interface Der {
  tag: number
  content: Buffer
  whole: Buffer
}

export const TAG = {
  integer: 0x02,
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const

/** The value that begins the bytes. Throws where there is none, or an indefinite length (BER). */
export function derAt(bytes: Buffer): Der {
  const tag = slice(bytes, 0, 1).readUInt8()
  const first = slice(bytes, 1, 1).readUInt8()
  const more = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || more > 4 || (tag & 0x1f) === 0x1f) throw new Error('not DER')
  const lengthBytes = more === 0 ? first : slice(bytes, 2, more).readUIntBE(0, more)
  const content = slice(bytes, 2 + more, lengthBytes)
  return { tag, content, whole: slice(bytes, 0, 2 + more + lengthBytes) }
}

/** Values one after the other; more than `most` are not what is looked for. */
export function derList(bytes: Buffer, most = 1000): Der[] {
  const found: Der[] = []
  for (let at = 0; at < bytes.length; ) {
    const value = derAt(bytes.subarray(at))
    found.push(value)
    if (found.length > most) throw new Error('too many values')
    at += value.whole.length
  }
  return found
}

/** The members of a value with this tag. */
export function membersOf(value: Der | undefined, tag: number = TAG.sequence): Der[] {
  if (value?.tag !== tag) throw new Error('another value was expected')
  return derList(value.content)
}

/** An object identifier in dots. */
export function oidOf(value: Der | undefined): string {
  if (value?.tag !== TAG.oid || value.content.length === 0 || value.content.length > 32)
    throw new Error('no object identifier')
  const arcs: number[] = []
  let arc = 0
  for (const byte of value.content) {
    arc = arc * 128 + (byte & 0x7f)
    if ((byte & 0x80) !== 0) continue
    arcs.push(arc)
    arc = 0
  }
  const [head = 0, ...rest] = arcs
  const top = Math.min(2, Math.floor(head / 40))
  return [top, head - top * 40, ...rest].join('.')
}

export interface Certificate {
  der: Buffer
  sha256: string
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Buffer
  serial: Buffer
}

/** The parts of an X.509 certificate that say whose it is (RFC 5280 § 4.1). Its dates mean nothing to Android. */
export function readCertificate(der: Buffer): Certificate {
  const certificate = derAt(der)
  const [body] = membersOf(certificate)
  const parts = membersOf(body)
  const at = parts[0]?.tag === TAG.context0 ? 1 : 0
  const [serial, , , , , publicKey] = parts.slice(at)
  if (serial?.tag !== TAG.integer || publicKey?.tag !== TAG.sequence) throw new Error('no certificate')
  return {
    der: certificate.whole,
    sha256: sha256Of(certificate.whole),
    publicKey: publicKey.whole,
    serial: serial.content,
  }
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
