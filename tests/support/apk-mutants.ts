import { gzipSync } from 'node:zlib'
import {
  type ApkSample,
  apkEntries,
  ICON_ID,
  LABEL_ID,
  makeApk,
  makeV1Apk,
  manifestOf,
} from '../../src/tools/apk-maker/apk'
import {
  android,
  binaryXml,
  chunk,
  numbers,
  resourceTable,
  stringPool,
} from '../../src/tools/apk-maker/binary-files'
import { newSigner, signApk } from '../../src/tools/apk-maker/signing'
import { makeZip, type ZipEntry } from '../../src/tools/apk-maker/zip'

export interface ApkMutant {
  /** What was done to a good APK, or what the file is. */
  name: string
  bytes: Buffer
  /** Why it must be refused; undefined where right facts are as good as any refusal. */
  why?: string
}

const SIZE = 22

/** Hostile and broken files, for every face that takes APKs. Each is small: none may cost more than its size. */
export function apkMutants(): ApkMutant[] {
  const signer = newSigner('mutants')
  const good = makeApk({ abis: ['arm64-v8a'] }, signer)
  return [
    ...otherFiles(),
    ...cutAndPadded(good),
    ...badEntries((entries) => signApk(makeZip(entries), { v2: [{ signer }] })),
    ...forgedCounts((entries) => signApk(makeZip(entries), { v2: [{ signer }] })),
    ...badSignatures(good),
    ...flipped(good),
    { name: 'v1 with a changed entry', bytes: changedV1(signer), why: 'bad_signature' },
  ]
}

function otherFiles(): ApkMutant[] {
  const of = (name: string, bytes: Buffer, why = 'not_an_apk'): ApkMutant => ({ name, bytes, why })
  return [
    of('an empty file', Buffer.alloc(0)),
    of('one byte', Buffer.from('P')),
    of('a text', Buffer.from('This is a price list. '.repeat(20))),
    of('a PDF', Buffer.from(`%PDF-1.7\n${'x'.repeat(500)}\n%%EOF`)),
    of('a gzip', gzipSync(Buffer.alloc(10_000))),
    of('a program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(2000)])),
    of('zeros', Buffer.alloc(100_000)),
    of('an empty ZIP', makeZip([])),
    of('a ZIP of documents', makeZip([{ path: 'word/document.xml' }]), 'no_manifest'),
    of('an application bundle', makeZip([{ path: 'BundleConfig.pb' }, { path: 'base/dex/a.dex' }]), 'split'),
    of('an archive of APKs', makeZip([{ path: 'base.apk' }, { path: 'split_config.ru.apk' }]), 'split'),
    of('an APK that nobody has signed', makeZip(apkEntries()), 'unsigned'),
  ]
}

function cutAndPadded(good: Buffer): ApkMutant[] {
  const at = (share: number) => good.subarray(0, Math.floor(good.length * share))
  const end = Buffer.from(good.subarray(good.length - SIZE))
  const body = good.subarray(0, good.length - SIZE)
  const far = Buffer.from(end)
  far.writeUInt32LE(0xfffffff0, 16)
  const many = Buffer.from(end)
  many.writeUInt16LE(0xffff, 8)
  many.writeUInt16LE(0xffff, 10)
  return [
    { name: 'a tenth of it', bytes: at(0.1), why: 'truncated' },
    { name: 'half of it', bytes: at(0.5), why: 'truncated' },
    { name: 'without its last byte', bytes: good.subarray(0, -1), why: 'truncated' },
    { name: 'without its first half', bytes: good.subarray(good.length / 2), why: 'truncated' },
    { name: 'bytes after its end', bytes: Buffer.concat([good, Buffer.alloc(100)]), why: 'truncated' },
    {
      name: 'bytes before its beginning',
      bytes: Buffer.concat([Buffer.alloc(64), good]),
      why: 'foreign_bytes',
    },
    {
      name: 'bytes before its end',
      bytes: Buffer.concat([body, Buffer.alloc(64), end]),
      why: 'foreign_bytes',
    },
    { name: 'a directory past its end', bytes: Buffer.concat([body, far]), why: 'truncated' },
    { name: 'a directory of 65,535 entries', bytes: Buffer.concat([body, many]), why: 'wrong_size' },
  ]
}

type Sign = (entries: readonly ZipEntry[]) => Buffer

function badEntries(sign: Sign): ApkMutant[] {
  const of = (name: string, why: string, change: (entries: ZipEntry[]) => ZipEntry[]): ApkMutant => ({
    name,
    why,
    bytes: sign(change(apkEntries())),
  })
  const first = (change: Partial<ZipEntry>) => (entries: ZipEntry[]) =>
    entries.map((entry, at) => (at === 0 ? { ...entry, ...change } : entry))
  const zeros = Buffer.alloc(40 * 1024 * 1024)
  // The third one, which nobody looks into, is said to lie where the first does.
  const overlapping = sign(apkEntries())
  const third = overlapping.readUInt32LE(overlapping.length - 6) + 46 + 19 + 46 + 14
  overlapping.writeUInt32LE(0, third + 42)
  return [
    of('two manifests', 'duplicate_entry', (entries) => [...entries, ...entries.slice(0, 1)]),
    of('an encrypted manifest', 'encrypted_entry', first({ isEncrypted: true })),
    of('an unknown compression', 'unknown_compression', first({ method: 12 })),
    of('a manifest that is longer than it says', 'wrong_size', first({ declaredSizeBytes: 10 })),
    of('a manifest that is shorter than it says', 'wrong_size', first({ declaredSizeBytes: 900_000 })),
    of('a manifest with a wrong checksum', 'wrong_size', first({ declaredCrc: 7 })),
    of('a manifest that is not deflated', 'wrong_size', first({ method: 8, isStored: true })),
    of('a manifest of 40 MiB', 'too_large_when_unpacked', first({ bytes: zeros })),
    of('resources of 40 MiB', 'too_large_when_unpacked', ([manifest, ...rest]) => [
      ...(manifest === undefined ? [] : [manifest]),
      ...rest.map((one) => (one.path === 'resources.arsc' ? { path: one.path, bytes: zeros } : one)),
    ]),
    of('a hundred entries of 4 GiB', 'too_large_when_unpacked', (entries) => [
      ...entries,
      ...Array.from({ length: 100 }, (_none, at) => ({
        path: `assets/${at}`,
        declaredSizeBytes: 0xfffffff0,
      })),
    ]),
    of('a name that leads outside', 'bad_entry_name', (entries) => [...entries, { path: 'lib/../../etc/a' }]),
    of('a name from the root', 'bad_entry_name', (entries) => [...entries, { path: '/system/app/a.apk' }]),
    of('a name with a zero', 'bad_entry_name', (entries) => [...entries, { path: 'a\0.dex' }]),
    of('a name that is no text', 'bad_entry_name', (entries) => [
      ...entries,
      { path: Buffer.from([0xff, 0xfe, 0x41]) },
    ]),
    of('a part of a bundle', 'split', first({ bytes: splitManifest() })),
    { name: 'two entries in one place', bytes: overlapping, why: 'wrong_size' },
  ]
}

const splitManifest = () => binaryXml(manifestOf({ root: [{ name: 'split', value: 'config.ru' }] }))

function forgedCounts(sign: Sign): ApkMutant[] {
  const of = (
    name: string,
    why: string | undefined,
    sample: Parameters<typeof apkEntries>[0],
  ): ApkMutant => ({
    name,
    ...(why === undefined ? {} : { why }),
    bytes: sign(apkEntries(sample)),
  })
  const manifest = binaryXml(manifestOf())
  const at = (offset: number, value: number) => {
    const forged = Buffer.from(manifest)
    forged.writeUInt32LE(value, offset)
    return forged
  }
  const loop = resourceTable([[[{ value: { reference: LABEL_ID } }]]])
  // Each leads to all of them: two to the sixteenth questions if they were followed to their end.
  const many = Array.from({ length: 30 }, (_none, index) => ({
    language: `a${String.fromCharCode(97 + index)}`,
    value: { reference: LABEL_ID },
  }))
  const empty = chunk(0x0002, numbers([32, 1]), stringPool([]))
  return [
    of('a manifest of strings that are not there', undefined, { xml: { claimedCount: 0xffffffff } }),
    of('resources of strings that are not there', undefined, { table: { claimedCount: 0xffffffff } }),
    of('resources of entries that are not there', undefined, { table: { claimedEntries: 0xffffffff } }),
    of('chunks longer than the file', 'bad_resources', { table: { claimedBytes: 0xffffffff } }),
    of('chunks without length', 'bad_resources', { table: { claimedBytes: 0 } }),
    of('a manifest longer than its file', 'bad_manifest', { manifest: at(4, 0x7fffffff) }),
    of('a manifest whose strings are everywhere', 'bad_manifest', { manifest: at(28, 0xfffffff0) }),
    of('a manifest that is a text', 'bad_manifest', { manifest: Buffer.from('<manifest package="a.b"/>') }),
    of('a manifest of zeros', 'bad_manifest', { manifest: Buffer.alloc(5000) }),
    of('a name of a package that is a path', 'bad_manifest', { packageName: '../../data/app' }),
    of('a version beyond all numbers', 'bad_manifest', { root: [android('versionCodeMajor', 0x7fffffff)] }),
    of('an element a hundred thousand deep', 'bad_manifest', { manifest: deepManifest() }),
    of('twenty thousand attributes of one long string', 'bad_manifest', { manifest: longAttributes() }),
    of('drawings that lead to one another', undefined, drawings()),
    of('a label that is itself', undefined, { resources: loop }),
    of('labels that are one another', undefined, { resources: resourceTable([[many]]) }),
    of('resources without a package', undefined, { resources: empty }),
    of('resources of zeros', 'bad_resources', { resources: Buffer.alloc(64) }),
  ]
}

/** Two kilobytes in the APK; 160 MB for whoever decodes every attribute. */
function longAttributes(): Buffer {
  const attribute = { name: 'y'.repeat(8000), value: 'x'.repeat(8000) }
  return binaryXml({ ...manifestOf(), attributes: Array.from({ length: 20_000 }, () => attribute) })
}

/** Forty drawings of forty references to all of them: for each question two thousand values are looked at. */
function drawings(): ApkSample {
  const foreground = {
    name: 'foreground',
    attributes: [android('drawable', { reference: ICON_ID })],
  }
  const bytes = binaryXml({ name: 'adaptive-icon', children: Array.from({ length: 40 }, () => foreground) })
  const paths = Array.from({ length: 40 }, (_none, index) => ({ density: index + 1, value: `res/${index}` }))
  const loops = Array.from({ length: 60 }, (_none, index) => ({
    density: index + 100,
    value: { reference: ICON_ID },
  }))
  return {
    resources: resourceTable([[[{ value: 'Loyalty' }]], [[...paths, ...loops]]]),
    more: paths.map(({ value }) => ({ path: value, bytes })),
  }
}

function deepManifest(): Buffer {
  const start = chunk(
    0x0102,
    numbers([32, 1], [32, 0xffffffff]),
    numbers([32, 0xffffffff], [32, 0], [16, 20], [16, 20], [32, 0], [32, 0]),
  )
  const body = Buffer.concat([stringPool(['manifest']), ...Array.from({ length: 100_000 }, () => start)])
  return chunk(0x0003, Buffer.alloc(0), body)
}

/** Where the signing block of an APK lies; the directory follows it. */
function blockOf(apk: Buffer): { start: number; end: number } {
  const end = apk.readUInt32LE(apk.length - 6)
  return { start: end - Number(apk.readBigUInt64LE(end - 24)) - 8, end }
}

function badSignatures(good: Buffer): ApkMutant[] {
  const { start, end } = blockOf(good)
  const change = (name: string, why: string, at: number, value: number): ApkMutant => {
    const bytes = Buffer.from(good)
    bytes.writeUInt32LE(value, at)
    return { name, bytes, why }
  }
  return [
    change('a signing block longer than the file', 'bad_signature', end - 24, 0x7fffffff),
    change('a signing block of two lengths', 'bad_signature', start, 77),
    change('a signing block without its mark', 'unsigned', end - 4, 0),
    change('signers longer than their block', 'bad_signature', start + 20, 0x7fffffff),
    change('a byte of an entry changed', 'wrong_size', 70, 0x41414141),
    change('a byte between entries and block changed', 'bad_signature', start - 4, 0x42424242),
  ]
}

/** Single bits, all over the file: what is signed must be noticed, and nothing may be worse than a refusal. */
function flipped(good: Buffer): ApkMutant[] {
  const { start, end } = blockOf(good)
  const places: [string, number, number][] = [
    ['entries', 0, start],
    ['the signing block', start, end],
    ['the directory', end, good.length - SIZE],
    ['the end', good.length - SIZE, good.length],
  ]
  return places.flatMap(([where, from, to]) =>
    Array.from({ length: 12 }, (_none, index) => {
      const at = from + Math.floor(((to - from) * index) / 12)
      const bytes = Buffer.from(good)
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (index % 8)), at)
      return { name: `bit ${index % 8} of byte ${at} in ${where}`, bytes }
    }),
  )
}

function changedV1(signer: ReturnType<typeof newSigner>): Buffer {
  const bytes = makeV1Apk(
    { more: [{ path: 'assets/a', bytes: Buffer.from('as it was'), isStored: true }] },
    signer,
  )
  const was = Buffer.from('as it was')
  const at = bytes.indexOf(was)
  const other = Buffer.from('as it is!')
  const changed = Buffer.from(bytes)
  other.copy(changed, at)
  // With the checksum that goes with it: only the signature can tell.
  const [before, after] = [crcOf(was), crcOf(other)]
  for (let place = changed.indexOf(before); place >= 0; place = changed.indexOf(before))
    after.copy(changed, place)
  return changed
}

function crcOf(bytes: Buffer): Buffer {
  const zip = makeZip([{ path: 'a', bytes }])
  return zip.subarray(14, 18)
}

/** An APK that unpacks to a thousand times its size where v1 makes a reader unpack everything. */
export function apkBomb(sizeBytes: number): Buffer {
  const entry = { path: 'assets/bomb', bytes: Buffer.alloc(sizeBytes) }
  return makeV1Apk({ more: [entry] }, newSigner('bomb'))
}
