import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { looksLikeZip } from '../../../src/core/zip'
import {
  BUNDLE_MAX_BYTES,
  BUNDLE_MAX_ENTRIES,
  type BundleItem,
  readBundle,
} from '../../../src/features/licenses/bundle'
import { LICENCE_MAX_BYTES } from '../../../src/features/licenses/schemas'
import { makeZip, type ZipEntry } from '../../../src/tools/apk-maker/zip'
import { encodeAs } from './samples'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'licences-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function readAll(source: string | Uint8Array): Promise<BundleItem[]> {
  const items: BundleItem[] = []
  for await (const item of readBundle(source)) items.push(item)
  return items
}

async function openFiles(): Promise<string[]> {
  const handles = await readdir('/proc/self/fd')
  return Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')))
}

/** Path and error, or path and text, of each item. */
async function summaryOf(entries: ZipEntry[]): Promise<string[]> {
  const items = await readAll(makeZip(entries))
  return items.map((item) => `${item.path}: ${'error' in item ? item.error : item.bytes.toString()}`)
}

describe('a ZIP of licences', () => {
  it('is read from a file and from memory, byte for byte, the manifest first', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 26])
    const zip = makeZip([
      { path: 'licences/' },
      { path: 'licences/a.lic', bytes },
      { path: 'b.lic', bytes, isStored: true },
      { path: 'manifest.csv' },
    ])
    const path = join(folder, 'some.zip')
    await writeFile(path, zip)
    const expected = [
      { path: 'manifest.csv', sizeBytes: 7, bytes: Buffer.from('licence') },
      { path: 'licences/a.lic', sizeBytes: 5, bytes },
      { path: 'b.lic', sizeBytes: 5, bytes },
    ]
    expect(await readAll(path)).toEqual(expected)
    expect(await readAll(new Uint8Array(zip))).toEqual(expected)
  })

  it('what systems leave behind is passed over', async () => {
    const litter = ['__MACOSX/._a.lic', '.DS_Store', 'x/.DS_Store', 'x/Thumbs.db', 'x/._b.lic', 'desktop.ini']
    expect(await summaryOf([...litter, 'a.lic'].map((path) => ({ path })))).toEqual(['a.lic: licence'])
  })

  it('an empty ZIP has no files', async () => {
    expect(await readAll(makeZip([]))).toEqual([])
  })

  it('reading may be given up in the middle, and no file stays open', async () => {
    const zip = makeZip([{ path: 'a.lic' }, { path: 'b.lic' }])
    const path = join(folder, 'half.zip')
    await writeFile(path, zip)
    for await (const item of readBundle(path)) {
      expect(item.path).toBe('a.lic')
      break
    }
    expect(await readAll(path)).toHaveLength(2)
    await vi.waitFor(async () => expect(await openFiles()).not.toContain(path))
  })

  it('a file that is not there is an error of the caller', async () => {
    await expect(readAll(join(folder, 'none.zip'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is known by its first bytes', () => {
    expect(looksLikeZip(makeZip([{ path: 'a' }]))).toBe(true)
    expect(looksLikeZip(makeZip([]))).toBe(true)
    expect(looksLikeZip(Buffer.from('PK is not enough'))).toBe(false)
    expect(looksLikeZip(new Uint8Array())).toBe(false)
  })
})

describe('names of files', () => {
  const name = 'Лицензий №5 сда.lic'
  for (const [how, entry] of [
    ['in UTF-8 with the flag', { path: name }],
    ['in UTF-8 without the flag', { path: name, isUtf8: false }],
    ['decomposed, as macOS writes them', { path: name.normalize('NFD'), madeOn: 19, isUtf8: false }],
    [
      'in CP866 without the flag, as Russian Windows writes them',
      { path: encodeAs('ibm866', name), isUtf8: false },
    ],
  ] as const) {
    it(`are read ${how}`, async () => {
      expect(await summaryOf([entry])).toEqual([`${name}: licence`])
    })
  }

  it('CP866 letters that happen to be valid UTF-8 are letters of CP866', async () => {
    expect(await summaryOf([{ path: encodeAs('ibm866', 'сда.lic'), isUtf8: false }])).toEqual([
      'сда.lic: licence',
    ])
  })

  it('a name of three-byte letters from a Unix is UTF-8', async () => {
    expect(await summaryOf([{ path: '許可.lic', isUtf8: false, madeOn: 3 }])).toEqual(['許可.lic: licence'])
  })

  it('the Unicode path of the extra field wins while it belongs to the name', async () => {
    const path = encodeAs('ibm866', 'лиц.lic')
    const unicode = Buffer.from('другой.lic')
    const extraFor = (crc: number) => {
      const head = Buffer.alloc(9)
      head.writeUInt16LE(0x7075, 0)
      head.writeUInt16LE(unicode.length + 5, 2)
      head.writeUInt8(1, 4)
      head.writeUInt32LE(crc, 5)
      return Buffer.concat([head, unicode])
    }
    expect(await summaryOf([{ path, isUtf8: false, extra: extraFor(crc32(path)) }])).toEqual([
      'другой.lic: licence',
    ])
    expect(await summaryOf([{ path, isUtf8: false, extra: extraFor(7) }])).toEqual(['лиц.lic: licence'])
  })
})

describe('a bad file is refused and does not stop the others', () => {
  const big = Buffer.alloc(LICENCE_MAX_BYTES + 1, 'x')
  const huge = Buffer.alloc(2 * LICENCE_MAX_BYTES, 'x')
  for (const [name, entry, error] of [
    ['climbs out', { path: '../a.lic' }, 'unsafe_path'],
    ['climbs out in the middle', { path: 'x/../../a.lic' }, 'unsafe_path'],
    ['is absolute', { path: '/etc/a.lic' }, 'unsafe_path'],
    ['is on a drive', { path: 'C:a.lic' }, 'unsafe_path'],
    ['has backslashes', { path: 'x\\a.lic' }, 'unsafe_path'],
    ['is broken UTF-8', { path: Buffer.from([0x61, 0xff]) }, 'unsafe_path'],
    ['has no name', { path: '' }, 'unsafe_path'],
    ['is endless', { path: `${'a'.repeat(300)}.lic` }, 'unsafe_path'],
    ['is a symbolic link', { path: 'a.lic', madeOn: 3, unixMode: 0o120777 }, 'not_a_file'],
    ['is a device', { path: 'a.lic', madeOn: 3, unixMode: 0o020666 }, 'not_a_file'],
    ['is a junction', { path: 'a.lic', dosAttributes: 0x400 }, 'not_a_file'],
    ['is called a ZIP', { path: 'a.ZIP' }, 'nested_zip'],
    ['is a ZIP', { path: 'a.lic', bytes: makeZip([{ path: 'b' }]) }, 'nested_zip'],
    ['is encrypted', { path: 'a.lic', isEncrypted: true }, 'entry_encrypted'],
    ['is packed in another way', { path: 'a.lic', method: 12 }, 'unsupported_compression'],
    ['is too large', { path: 'a.lic', bytes: big }, 'entry_too_large'],
    ['is too large, stored', { path: 'a.lic', bytes: big, isStored: true }, 'entry_too_large'],
    [
      'is too large, deflated, and says it is small',
      { path: 'a.lic', bytes: huge, isStored: true, method: 8, declaredSizeBytes: 9 },
      'entry_too_large',
    ],
    ['is a bomb', { path: 'a.lic', bytes: Buffer.alloc(1_000_000) }, 'suspicious_ratio'],
    ['inflates to more than it says', { path: 'a.lic', bytes: big, declaredSizeBytes: 100 }, 'entry_broken'],
    ['inflates to less than it says', { path: 'a.lic', declaredSizeBytes: 100 }, 'entry_broken'],
    ['is stored with a wrong size', { path: 'a.lic', isStored: true, declaredSizeBytes: 9 }, 'entry_broken'],
    ['has a wrong checksum', { path: 'a.lic', declaredCrc: 1 }, 'entry_broken'],
    ['is no deflate stream', { path: 'a.lic', isStored: true, method: 8 }, 'entry_broken'],
  ] as const) {
    it(`${name}: ${error}`, async () => {
      const summary = await summaryOf([{ path: 'first.lic' }, entry, { path: 'last.lic' }])
      expect(summary).toEqual([
        'first.lic: licence',
        expect.stringMatching(`: ${error}$`),
        'last.lic: licence',
      ])
    })
  }

  it('of two files of one name neither is taken', async () => {
    expect(await summaryOf([{ path: 'a.lic' }, { path: 'b.lic' }, { path: 'a.lic' }])).toEqual([
      'a.lic: duplicate_path',
      'b.lic: licence',
      'a.lic: duplicate_path',
    ])
  })

  it('control characters of a name are not shown', async () => {
    expect(await summaryOf([{ path: 'a\u001b[31m.lic' }])).toEqual(['a\uFFFD[31m.lic: unsafe_path'])
  })
})

describe('a ZIP refused as a whole is one error', () => {
  const refused = (error: string) => [{ path: null, error }]

  it('no ZIP, or one cut off', async () => {
    const zip = makeZip([{ path: 'a.lic' }, { path: 'b.lic' }])
    expect(await readAll(Buffer.from('no zip at all'))).toEqual(refused('zip_broken'))
    expect(await readAll(new Uint8Array())).toEqual(refused('zip_broken'))
    expect(await readAll(zip.subarray(0, -10))).toEqual(refused('zip_broken'))
  })

  it('a damaged directory', async () => {
    const zip = makeZip([{ path: 'a.lic' }, { path: 'b.lic' }])
    zip.fill(0, zip.lastIndexOf('PK\u0001\u0002', undefined, 'latin1'), zip.lastIndexOf('b.lic'))
    expect(await readAll(zip)).toEqual(refused('zip_broken'))
  })

  it('an encrypted directory', async () => {
    expect(await readAll(makeZip([{ path: 'a.lic', isStronglyEncrypted: true }]))).toEqual(
      refused('zip_encrypted'),
    )
  })

  it('too many files', async () => {
    const bytes = Buffer.from('x')
    const entries = Array.from({ length: BUNDLE_MAX_ENTRIES + 1 }, (_, at) => ({
      path: `${at}`,
      bytes,
      isStored: true,
    }))
    expect(await readAll(makeZip(entries))).toEqual(refused('zip_too_many_entries'))
  })

  it('a directory of names that no files have, before it is held whole', async () => {
    const entries = Array.from({ length: 140 }, (_, at) => ({ path: `${at}/${'x'.repeat(60_000)}` }))
    expect(await readAll(makeZip(entries))).toEqual(refused('zip_too_large'))
    expect(await readAll(makeZip(entries.slice(0, 130)))).toHaveLength(130)
  })

  it('too much altogether, by what the directory declares', async () => {
    const count = BUNDLE_MAX_BYTES / LICENCE_MAX_BYTES + 1
    const bytes = Buffer.alloc(20_000, 'x')
    const entries = Array.from({ length: count }, (_, at) => ({
      path: `${at}`,
      bytes,
      isStored: true,
      method: 8,
      declaredSizeBytes: LICENCE_MAX_BYTES,
    }))
    expect(await readAll(makeZip(entries))).toEqual(refused('zip_too_large'))
  })

  it('whatever byte is damaged: items or one error, and never other bytes than were packed', async () => {
    const zip = makeZip([
      { path: 'a.lic', bytes: Buffer.from('licence A') },
      { path: 'b.lic', isStored: true },
    ])
    const damage = fc.tuple(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(damage, async ([at, bits]) => {
        const damaged = Buffer.from(zip)
        damaged[at] = (damaged[at] ?? 0) ^ bits
        for (const item of await readAll(damaged)) {
          if ('bytes' in item) expect(['licence A', 'licence']).toContain(item.bytes.toString())
        }
      }),
      { numRuns: 500 },
    )
  })
})
