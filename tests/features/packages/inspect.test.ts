import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlatformId } from '../../../src/core/platforms'
import { inspectFiles } from '../../../src/features/updates/packages/inspect/inspect'
import { readOta } from '../../../src/features/updates/packages/inspect/ota'
import { InspectReport } from '../../../src/features/updates/packages/schemas'
import { makeZip, type ZipEntry } from '../../../src/tools/apk-maker/zip'
import { METADATA_PATH, makeOta, metadataOf, type OtaSample } from '../../support/ota-files'

const sourceOf = (bytes: Buffer) => ({
  sizeBytes: bytes.length,
  read: async (start: number, length: number) => bytes.subarray(start, start + length),
})
const read = (bytes: Buffer) => readOta(sourceOf(bytes))

interface Given {
  platform?: PlatformId
  models?: string[]
  version?: string
}

async function inspect(
  sample: OtaSample | Buffer,
  { platform = 'wiseasy-wpos3', models = [], version }: Given = {},
) {
  const bytes = Buffer.isBuffer(sample) ? sample : makeOta(sample)
  const files = [{ uploadId: 'u', name: 'update.zip', target: undefined, source: sourceOf(bytes) }]
  return inspectFiles({ platform, models, version, files })
}
const warningsOf = async (...given: Parameters<typeof inspect>) =>
  (await inspect(...given)).warnings.map(({ code, detail }) => `${code} ${detail}`)

describe('an Android OTA archive', () => {
  it('says what it is', async () => {
    expect(await inspect({ fromVersion: '2.7.0' })).toEqual({
      kind: 'android-ota',
      inspected: {
        otaType: 'BLOCK',
        devices: ['WPOS-3'],
        build: 'maker/WPOS-3/WPOS-3:7.1.2/NHG47K/2.7.1:user/release-keys',
        buildIncremental: '2.7.1',
        fromBuild: 'maker/WPOS-3/WPOS-3:7.1.2/NHG47K/2.7.0:user/release-keys',
        fromIncremental: '2.7.0',
        securityPatch: '2026-05-05',
        timestamp: 1_779_000_000,
      },
      warnings: [],
      suggested: {
        component: 'system',
        version: '2.7.1',
        fromVersion: '2.7.0',
        files: [{ uploadId: 'u', name: 'update.zip', target: '' }],
      },
    })
  })

  it('takes the version from the fingerprint where it stands nowhere else', async () => {
    const metadata = 'post-build=a/b/c:14/UQ1A/20260901:user/release-keys\npre-device=f20|F20 Pro\n'
    const report = await inspect({ metadata }, { platform: 'feitian-f20' })
    expect(report.suggested.version).toBe('20260901')
    expect(report.inspected.devices).toEqual(['f20', 'F20 Pro'])
  })

  it.each<[string, string, Given]>([
    ['WPOS-3', 'wiseasy-wpos3', {}],
    ['wpos3', 'wiseasy-wpos3', {}],
    ['Wiseasy_WPOS_3_EEA', 'wiseasy-wpos3', {}],
    ['P5', 'wiseasy-wpos3', { models: ['P5', 'WPOS-3'] }],
    ['F20', 'feitian-f20', {}],
    ['ft_f20', 'feitian-f20', {}],
    ['nova 55f', 'feitian-f20', { models: ['Nova-55F'] }],
  ])('made for %s goes with %s', async (device, platform, given) => {
    expect(await warningsOf({ device }, { platform: platform as PlatformId, ...given })).toEqual([])
  })

  it.each<[string, string, Given]>([
    ['F20', 'wiseasy-wpos3', {}],
    ['wiseasy', 'wiseasy-wpos3', {}],
    ['F200', 'feitian-f20', {}],
    ['WPOS-3', 'wiseasy-wpos3', { models: ['P5'] }],
  ])('made for %s does not go with %s', async (device, platform, given) => {
    expect(await warningsOf({ device }, { platform: platform as PlatformId, ...given })).toEqual([
      `wrong_device ${device}`,
    ])
  })

  it('that goes back is called a downgrade', async () => {
    expect(await warningsOf({ isDowngrade: true })).toEqual(['downgrade 2.7.1'])
  })

  it('of another version than it is given out as is told', async () => {
    expect(await warningsOf({}, { version: '9.9' })).toEqual(['version_differs 2.7.1'])
    expect(await warningsOf({}, { version: 'NHG47K' })).toEqual([])
  })

  it('that is none says nothing', async () => {
    expect(await warningsOf(Buffer.from('no ZIP at all'))).toEqual(['not_ota update.zip'])
    expect(await warningsOf(makeZip([{ path: 'readme.txt' }]))).toEqual(['not_ota update.zip'])
    expect(await warningsOf({ metadata: 'nothing=known\nno line\n' })).toEqual(['not_ota update.zip'])
    expect(await warningsOf(Buffer.alloc(0))).toEqual(['not_ota update.zip'])
  })

  it('says of one key what stands first, without letters that cannot be shown, and not for ever', async () => {
    const metadata = `pre-device=\u0000WPOS\u0007-3\u202e\npre-device=F20\npost-build=${'x'.repeat(9_000)}\npost-timestamp=99999999999999\n`
    const { inspected } = await inspect({ metadata })
    expect(inspected).toEqual({ devices: ['WPOS-3'], build: 'x'.repeat(255) })
  })
})

const metadata = (more: Partial<ZipEntry> = {}): ZipEntry => ({
  path: METADATA_PATH,
  bytes: Buffer.from(metadataOf({})),
  ...more,
})
const ab = (payload: Partial<ZipEntry>, sizeLine = 'FILE_SIZE=4'): Buffer =>
  makeZip([
    { path: 'payload.bin', bytes: Buffer.from('CrAU'), isStored: true, ...payload },
    { path: 'payload_properties.txt', bytes: Buffer.from(`${sizeLine}\n`) },
    metadata({ bytes: Buffer.from(metadataOf({ type: 'AB' })) }),
  ])

/** The local header says another name than the directory: installers would read another file than we. */
function twoFaced(): Buffer {
  const zip = makeZip([metadata()])
  zip.write('META-INF/com/android/METADATA', 30, 'latin1')
  return zip
}

/** A second entry over the bytes of the first: together they are longer than the archive. */
function overlapping(): Buffer {
  const zip = makeZip([
    { path: 'a', bytes: Buffer.alloc(9_000), isStored: true },
    { path: 'b', bytes: Buffer.alloc(1), isStored: true },
    metadata(),
  ])
  const header = Buffer.from('PK\x01\x02', 'latin1')
  const second = zip.indexOf(header, zip.indexOf(header) + 1)
  zip.writeUInt32LE(9_000, second + 20)
  zip.writeUInt32LE(0, second + 42)
  return zip
}

/** An end of directory that names more entries than any archive has, or a directory somewhere else. */
function ended(change: (end: Buffer) => void): Buffer {
  const zip = makeZip([metadata()])
  change(zip.subarray(zip.length - 22))
  return zip
}

describe('a hostile archive', () => {
  it.each<[string, Buffer]>([
    ['metadata of two gigabytes', makeZip([metadata({ declaredSizeBytes: 2 ** 31 })])],
    ['metadata that unpacks to more than it says', makeZip([metadata({ declaredSizeBytes: 10 })])],
    ['metadata that is a bomb', makeZip([metadata({ bytes: Buffer.alloc(1024 * 1024) })])],
    ['metadata twice', makeZip([metadata(), metadata()])],
    ['encrypted metadata', makeZip([metadata({ isEncrypted: true })])],
    ['strongly encrypted metadata', makeZip([metadata({ isStronglyEncrypted: true })])],
    ['metadata packed in a way nobody knows', makeZip([metadata({ method: 99 })])],
    ['metadata with a wrong checksum', makeZip([metadata({ declaredCrc: 1 })])],
    ['metadata of another name at its place', twoFaced()],
    ['entries over one another', overlapping()],
    [
      'a directory of nine megabytes',
      makeZip([
        metadata(),
        ...Array.from({ length: 150 }, () => ({
          path: 'n'.repeat(60_000),
          bytes: Buffer.alloc(0),
          isStored: true,
        })),
      ]),
    ],
    ['an archive cut short', makeOta().subarray(0, -30)],
    ['an archive without its beginning', Buffer.concat([Buffer.from('PK\x03\x04'), makeOta().subarray(40)])],
    ['a beginning alone', Buffer.from('PK\x03\x04')],
    ['more entries than there are', ended((end) => end.writeUInt16LE(0xfffe, 10))],
    ['a directory past the end', ended((end) => end.writeUInt32LE(0x7fffffff, 16))],
    ['a ZIP64 that is none', ended((end) => end.writeUInt32LE(0xffffffff, 16))],
    [
      'too many entries',
      makeZip(
        Array.from({ length: 20_001 }, (_, at) => ({
          path: String(at),
          bytes: Buffer.alloc(0),
          isStored: true,
        })),
      ),
    ],
    [
      'an A/B archive without its payload',
      makeZip([metadata({ bytes: Buffer.from(metadataOf({ type: 'AB' })) })]),
    ],
    ['a packed payload', ab({ isStored: false })],
    ['an encrypted payload', ab({ isEncrypted: true })],
    ['a payload of another length than its properties say', ab({}, 'FILE_SIZE=5')],
    ['a payload twice', makeOta({ type: 'AB', more: [{ path: 'payload.bin', isStored: true }] })],
  ])('is told by %s', async (_lie, bytes) => {
    expect(await read(bytes)).toEqual({ state: 'broken' })
  })

  it('is the failure of the store where that failed', async () => {
    const failing = {
      sizeBytes: 100,
      read: () => Promise.reject(Object.assign(new Error('EIO'), { syscall: 'read' })),
    }
    await expect(readOta(failing)).rejects.toThrow('EIO')
  })

  it('whatever byte of it is damaged: a reading or a warning, fast and without much memory', async () => {
    const sound = makeOta({ type: 'AB', fromVersion: '2.7.0' })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.nat(sound.length),
        async (changes, cut) => {
          const bytes = Buffer.from(sound)
          for (const [at, byte] of changes) bytes[at] = byte
          for (const one of [bytes, bytes.subarray(0, cut)]) {
            const report = InspectReport.omit({ suggested: true }).parse(await inspect(one))
            expect(report.kind).toBe('android-ota')
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('cannot make the metadata say anything that cannot be kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.constantFrom('pre-device', 'post-build', 'ota-type', 'post-timestamp', 'x'),
            fc.string({ unit: 'binary' }),
          ),
        ),
        async (lines) => {
          const { inspected } = await inspect({
            metadata: lines.map(([key, value]) => `${key}=${value}`).join('\n'),
          })
          const json = JSON.stringify(inspected)
          expect(json.length).toBeLessThan(12_000)
          expect(json).not.toMatch(/\\u0000|\\ud[89a-f]/)
        },
      ),
    )
  })
})

describe('an archive of five gigabytes', () => {
  it('is read at its two ends only, by ZIP64', async () => {
    const { source, readBytes } = hugeOta(5 * 1024 ** 3)
    expect(await readOta(source)).toMatchObject({
      state: 'read',
      inspected: { otaType: 'AB', devices: ['WPOS-3'] },
    })
    expect(readBytes()).toBeLessThan(1024 * 1024)
  })
})

/** Local header, a hole of zeroes for the payload, then the rest: nothing of it is in memory but the ends. */
function hugeOta(payloadBytes: number) {
  const text = Buffer.from(metadataOf({ type: 'AB' }))
  const deflated = deflateRawSync(text)
  const small = makeZip([metadata({ bytes: text })])
  const name = Buffer.from('payload.bin')
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(name.length, 26)
  const head = Buffer.concat([local, name])
  const metadataAt = head.length + payloadBytes
  const metadataLocal = small.subarray(0, 30 + METADATA_PATH.length + deflated.length)
  const directoryOfMetadata = Buffer.from(small.subarray(metadataLocal.length, small.length - 22))
  const zip64 = (fields: number[]) => {
    const extra = Buffer.alloc(4 + 8 * fields.length)
    extra.writeUInt16LE(1, 0)
    extra.writeUInt16LE(8 * fields.length, 2)
    for (const [at, field] of fields.entries()) extra.writeBigUInt64LE(BigInt(field), 4 + 8 * at)
    return extra
  }
  const offsetExtra = zip64([metadataAt])
  directoryOfMetadata.writeUInt32LE(0xffffffff, 42)
  directoryOfMetadata.writeUInt16LE(offsetExtra.length, 30)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt32LE(0xffffffff, 20)
  central.writeUInt32LE(0xffffffff, 24)
  central.writeUInt16LE(name.length, 28)
  const sizes = zip64([payloadBytes, payloadBytes])
  central.writeUInt16LE(sizes.length, 30)
  const directory = Buffer.concat([central, name, sizes, directoryOfMetadata, offsetExtra])
  const directoryAt = metadataAt + metadataLocal.length
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(0x06064b50, 0)
  end64.writeBigUInt64LE(44n, 4)
  for (const at of [24, 32]) end64.writeBigUInt64LE(2n, at)
  end64.writeBigUInt64LE(BigInt(directory.length), 40)
  end64.writeBigUInt64LE(BigInt(directoryAt), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(directoryAt + directory.length), 8)
  locator.writeUInt32LE(1, 16)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  for (const at of [8, 10]) end.writeUInt16LE(0xffff, at)
  for (const at of [12, 16]) end.writeUInt32LE(0xffffffff, at)
  const tail = Buffer.concat([metadataLocal, directory, end64, locator, end])
  let bytes = 0
  const source = {
    sizeBytes: metadataAt + tail.length,
    async read(start: number, length: number) {
      bytes += length
      const piece = Buffer.alloc(Math.min(length, metadataAt + tail.length - start))
      if (start < head.length) head.copy(piece, 0, start)
      if (start + piece.length > metadataAt)
        tail.copy(piece, Math.max(0, metadataAt - start), Math.max(0, start - metadataAt))
      return piece
    },
  }
  return { source, readBytes: () => bytes }
}

describe('a set of Telium files', () => {
  const inspectSet = (names: string[]) =>
    inspectFiles({
      platform: 'ingenico-t3',
      models: [],
      files: names.map((name) => ({
        uploadId: name,
        name,
        target: undefined,
        source: sourceOf(Buffer.alloc(0)),
      })),
    })

  it('is put in order, each file into its folder', async () => {
    const report = await inspectSet(['PARAM.PAR', '8440.P3A', 'X.BIN', '8441.P3S', '0440.M40', 'A.LGN'])
    expect(report.suggested.files.map(({ name, target }) => `${target}${name}`)).toEqual([
      '/package/0440.M40',
      '/package/8440.P3A',
      '/package/8441.P3S',
      '/package/A.LGN',
      '/import/PARAM.PAR',
      'X.BIN',
    ])
    expect(report.warnings).toEqual([
      { code: 'file_unknown', detail: 'X.BIN' },
      { code: 'catalogue_not_first', detail: '0440.M40' },
    ])
  })

  it.each([
    [['0440.MXX', '0440.M41', '8440.P3O', 'A.INI'], []],
    [['A.INI', 'B.XML', 'C.CFG'], []],
    [['8440.P3P'], ['catalogue_missing ']],
    [['0440.m40', '8440.P3T'], ['name_not_upper_case 0440.m40']],
    [
      ['0440.M4', '8440.P3X'],
      ['file_unknown 0440.M4', 'file_unknown 8440.P3X'],
    ],
  ])('%j is judged %j', async (names, warnings) => {
    const report = await inspectSet(names)
    expect(report.warnings.map(({ code, detail }) => `${code} ${detail}`)).toEqual(warnings)
  })
})
