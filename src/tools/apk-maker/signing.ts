import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  sign,
} from 'node:crypto'
import { numbers } from './binary-files'
import type { ZipEntry } from './zip'

/** Who signs APKs. */
export interface ApkSigner {
  privateKey: KeyObject
  publicKey: Buffer
  certificate: Buffer
  /** Of the certificate, as readers name a signer. */
  sha256: string
  kind: 'rsa' | 'ec' | 'dsa'
}

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const length = content.length
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const size = length > 0xffff ? 3 : length > 0xff ? 2 : 1
  const head = Buffer.alloc(2 + size)
  head.writeUInt8(tag, 0)
  head.writeUInt8(0x80 | size, 1)
  head.writeUIntBE(length, 2, size)
  return Buffer.concat([head, content])
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const NULL = Buffer.from([0x05, 0])
const OID = {
  commonName: '550403',
  sha256: '608648016503040201',
  rsa: '2a864886f70d010101',
  ec: '2a8648ce3d040302',
  ecKey: '2a8648ce3d0201',
  p256: '2a8648ce3d030107',
  ed25519: '2b6570',
  dsa: '608648016503040302',
  sha256WithRsa: '2a864886f70d01010b',
  data: '2a864886f70d010701',
  signedData: '2a864886f70d010702',
}

/** A new key with a certificate that it has signed itself. */
export function newSigner(name: string, kind: ApkSigner['kind'] = 'ec'): ApkSigner {
  const pair = newPair(kind)
  const algorithm = sequence(oid(kind === 'rsa' ? OID.sha256WithRsa : OID[kind]))
  return certified(name, kind, pair, {
    name,
    algorithm,
    sign: (body) => sign('sha256', body, pair.privateKey),
  })
}

/**
 * The signer that a name always comes to, so that one program signs APKs and another one tells of terminals that have
 * them. Anybody can make its key: it is for invented data alone. An authority signs the certificate, by Ed25519, because
 * ECDSA would come out different each time.
 */
export function namedSigner(name: string): ApkSigner {
  const scalar = der(0x04, createHash('sha256').update(`APK signer ${name}`).digest())
  const privateKey = privateKeyOf([OID.ecKey, OID.p256], sequence(der(0x02, Buffer.from([1])), scalar))
  const seed = createHash('sha256').update(`authority of APK signer ${name}`).digest()
  const authority = privateKeyOf([OID.ed25519], der(0x04, seed))
  return certified(
    name,
    'ec',
    { privateKey, publicKey: createPublicKey(privateKey) },
    {
      name: `${name} CA`,
      algorithm: sequence(oid(OID.ed25519)),
      sign: (body) => sign(null, body, authority),
    },
  )
}

/** By what PKCS #8 holds of it (RFC 5208, RFC 5915, RFC 8410). */
function privateKeyOf(algorithm: readonly string[], key: Buffer): KeyObject {
  const pkcs8 = sequence(der(0x02, Buffer.from([0])), sequence(...algorithm.map(oid)), der(0x04, key))
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}

interface Issuer {
  name: string
  algorithm: Buffer
  sign: (body: Buffer) => Buffer
}

function certified(
  name: string,
  kind: ApkSigner['kind'],
  pair: KeyPairKeyObjectResult,
  issuer: Issuer,
): ApkSigner {
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' })
  const person = (commonName: string) =>
    sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(commonName)))))
  const moment = (text: string) => der(0x17, Buffer.from(text))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    serialOf(publicKey),
    issuer.algorithm,
    person(issuer.name),
    sequence(moment('260101000000Z'), moment('460101000000Z')),
    person(name),
    publicKey,
  )
  const signature = der(0x03, Buffer.from([0]), issuer.sign(body))
  const certificate = sequence(body, issuer.algorithm, signature)
  const sha256 = createHash('sha256').update(certificate).digest('hex')
  return { privateKey: pair.privateKey, publicKey, certificate, sha256, kind }
}

const serialOf = (publicKey: Buffer) =>
  der(0x02, createHash('sha1').update(publicKey).digest().subarray(0, 7))

function newPair(kind: ApkSigner['kind']): KeyPairKeyObjectResult {
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  return generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 })
}

const withLength = (bytes: Buffer) => Buffer.concat([numbers([32, bytes.length]), bytes])
const list = (parts: readonly Buffer[]) => withLength(Buffer.concat(parts.map(withLength)))
const u32 = (value: number) => numbers([32, value])

export const ALGORITHM = { pss256: 0x0101, rsa256: 0x0103, rsa512: 0x0104, ec256: 0x0201, dsa256: 0x0301 }
const VERITY = { rsa: 0x0421, ec: 0x0423, dsa: 0x0425 }
const USUAL = { rsa: ALGORITHM.rsa256, ec: ALGORITHM.ec256, dsa: ALGORITHM.dsa256 }

export interface BlockOptions {
  signer: ApkSigner
  /** Also by a tree of blocks, as shops do. */
  isVerity?: boolean
  algorithm?: number
  minSdk?: number
  maxSdk?: number
  attributes?: readonly (readonly [id: number, value: Buffer])[]
  /** Earlier signers, oldest first, for a proof of rotation. */
  before?: readonly ApkSigner[]
  /** Spoils what was signed, after that. */
  spoil?: (signed: Buffer) => void
}

export const SCHEME = { v2: 0x7109871a, v3: 0xf05368c0, v31: 0x1b93ad61 }
const ALSO_V3: readonly [number, Buffer] = [0xbeeff00d, u32(3)]
export const ALSO = { v3: ALSO_V3, v31: [0x559f8b02, u32(33)] as const }

export type SchemeBlocks = Partial<Record<keyof typeof SCHEME, readonly BlockOptions[]>>

/**
 * Signs as apksigner does (source.android.com, "Application signing"): puts a signing block in front of the directory of a
 * ZIP that has no comment.
 */
export function signApk(zip: Buffer, schemes: SchemeBlocks): Buffer {
  const end = zip.subarray(zip.length - 22)
  const directoryStart = end.readUInt32LE(16)
  const parts: [Buffer, Buffer, Buffer] = [
    zip.subarray(0, directoryStart),
    zip.subarray(directoryStart, zip.length - 22),
    end,
  ]
  const pairs = Object.entries(schemes).map(([name, blocks]) => {
    const isV3 = name !== 'v2'
    const value = list(blocks.map((one) => signerBlock(parts, one, isV3)))
    const id = SCHEME[name as keyof typeof SCHEME]
    return Buffer.concat([numbers([32, value.length + 4], [32, 0]), u32(id), value])
  })
  const body = Buffer.concat(pairs)
  const size = numbers([32, body.length + 24], [32, 0])
  const block = Buffer.concat([size, body, size, Buffer.from('APK Sig Block 42')])
  const moved = Buffer.from(end)
  moved.writeUInt32LE(directoryStart + block.length, 16)
  return Buffer.concat([parts[0], block, parts[1], moved])
}

function signerBlock(parts: readonly Buffer[], options: BlockOptions, isV3: boolean): Buffer {
  const { signer, minSdk = isV3 ? 28 : 0, maxSdk = 0x7fffffff, before = [] } = options
  const ids = [options.algorithm ?? USUAL[signer.kind]]
  if (options.isVerity === true) ids.push(VERITY[signer.kind])
  const digests = ids.map((id) => Buffer.concat([u32(id), withLength(contentDigest(parts, id))]))
  const rotation: (readonly [number, Buffer])[] =
    before.length === 0 ? [] : [[0x3ba06f8c, lineage([...before, signer])]]
  const attributes = [...rotation, ...(options.attributes ?? [])]
  const range = isV3 ? numbers([32, minSdk], [32, maxSdk]) : Buffer.alloc(0)
  const signed = Buffer.concat([
    list(digests),
    list([signer.certificate]),
    range,
    list(attributes.map(([id, value]) => Buffer.concat([u32(id), value]))),
  ])
  const signatures = ids.map((id) => Buffer.concat([u32(id), withLength(signBytes(signer, id, signed))]))
  options.spoil?.(signed)
  return Buffer.concat([withLength(signed), range, list(signatures), withLength(signer.publicKey)])
}

function signBytes({ privateKey }: ApkSigner, id: number, bytes: Buffer): Buffer {
  const hash = id === ALGORITHM.rsa512 ? 'sha512' : 'sha256'
  if (id !== ALGORITHM.pss256) return sign(hash, bytes, privateKey)
  return sign(hash, bytes, {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  })
}

function lineage(signers: readonly ApkSigner[]): Buffer {
  const levels = signers.map((signer, at) => {
    const before = signers[at - 1]
    const usual = before === undefined ? 0 : USUAL[before.kind]
    const signed = Buffer.concat([withLength(signer.certificate), u32(usual)])
    const signature = before === undefined ? Buffer.alloc(0) : signBytes(before, usual, signed)
    return Buffer.concat([withLength(signed), u32(0), u32(USUAL[signer.kind]), withLength(signature)])
  })
  return Buffer.concat([u32(1), ...levels.map(withLength)])
}

function contentDigest(parts: readonly Buffer[], id: number): Buffer {
  if (Object.values(VERITY).includes(id)) return verityDigest(Buffer.concat(parts))
  const hash = id === ALGORITHM.rsa512 ? 'sha512' : 'sha256'
  const marked = (mark: number, ...more: readonly Buffer[]) =>
    createHash(hash)
      .update(Buffer.concat([Buffer.from([mark]), ...more]))
      .digest()
  const pieces = parts.flatMap((part) =>
    Array.from({ length: Math.ceil(part.length / 1048576) }, (_none, at) =>
      part.subarray(at * 1048576, (at + 1) * 1048576),
    ),
  )
  const digests = pieces.map((piece) => marked(0xa5, u32(piece.length), piece))
  return marked(0x5a, u32(pieces.length), ...digests)
}

function verityDigest(bytes: Buffer): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes.length / 4096) }, (_none, at) =>
    Buffer.concat([Buffer.alloc(8), bytes.subarray(at * 4096, at * 4096 + 4096)], 8 + 4096),
  )
  return verityRoot(
    Buffer.concat(blocks.map((one) => createHash('sha256').update(one).digest())),
    bytes.length,
  )
}

function verityRoot(level: Buffer, sizeBytes: number): Buffer {
  if (level.length <= 4096) {
    const root = createHash('sha256')
      .update(Buffer.concat([Buffer.alloc(8), level], 8 + 4096))
      .digest()
    return Buffer.concat([root, numbers([32, sizeBytes], [32, 0])])
  }
  const above = Array.from({ length: Math.ceil(level.length / 4096) }, (_none, at) =>
    createHash('sha256')
      .update(Buffer.concat([Buffer.alloc(8), level.subarray(at * 4096, at * 4096 + 4096)], 8 + 4096))
      .digest(),
  )
  return verityRoot(Buffer.concat(above), sizeBytes)
}

/** Entries that sign the others by v1: a manifest, a signature file and its PKCS #7 block. */
export function signJar(entries: readonly ZipEntry[], signer: ApkSigner, also = ''): ZipEntry[] {
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64')
  const head = 'Manifest-Version: 1.0\r\n\r\n'
  const sections = entries.map(
    ({ path, bytes = Buffer.from('licence') }) => `Name: ${path}\r\nSHA-256-Digest: ${digest(bytes)}\r\n\r\n`,
  )
  const manifest = Buffer.from(head + sections.join(''))
  const named = entries.map(
    ({ path }, at) => `Name: ${path}\r\nSHA-256-Digest: ${digest(Buffer.from(sections[at] ?? ''))}\r\n\r\n`,
  )
  const schemes = also === '' ? '' : `X-Android-APK-Signed: ${also}\r\n`
  const main = `Signature-Version: 1.0\r\nSHA-256-Digest-Manifest: ${digest(manifest)}\r\n${schemes}\r\n`
  const file = Buffer.from(main + named.join(''))
  return [
    { path: 'META-INF/MANIFEST.MF', bytes: manifest },
    { path: 'META-INF/CERT.SF', bytes: file },
    { path: `META-INF/CERT.${signer.kind.toUpperCase()}`, bytes: pkcs7(file, signer) },
  ]
}

function pkcs7(content: Buffer, signer: ApkSigner): Buffer {
  const sha256 = sequence(oid(OID.sha256), NULL)
  const info = sequence(
    der(0x02, Buffer.from([1])),
    sequence(sequence(), serialOf(signer.publicKey)),
    sha256,
    sequence(oid(OID[signer.kind])),
    der(0x04, sign('sha256', content, signer.privateKey)),
  )
  const data = sequence(
    der(0x02, Buffer.from([1])),
    der(0x31, sha256),
    sequence(oid(OID.data)),
    der(0xa0, signer.certificate),
    der(0x31, info),
  )
  return sequence(oid(OID.signedData), der(0xa0, data))
}
