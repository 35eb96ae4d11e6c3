import { describe, expect, it } from 'vitest'
import { PLATFORMS } from '../../../src/core/platforms'
import { assignManifest, isManifestPath, readManifest } from '../../../src/features/licenses/manifest'
import { GivenFacts } from '../../../src/features/licenses/schemas'
import { encodeAs, encodeUtf16 } from './samples'

const read = (csv: string | Uint8Array) =>
  readManifest(typeof csv === 'string' ? Buffer.from(csv) : csv, PLATFORMS)

const FACTS = { serial: 'SN1', platform: 'ingenico-t3', licId: 'L1', validUntil: '2027-01-31T23:59:59.999Z' }

describe('a CSV manifest', () => {
  for (const [name, delimiter] of [
    ['comma', ','],
    ['semicolon', ';'],
    ['tab', '\t'],
  ] as const) {
    it(`is read with ${name} between the cells`, () => {
      const csv = 'File|S/N|Platform|Lic ID|Valid until|Note\na.lic|SN1|T3|L1|31.01.2027|"x, y; z"\n'
      expect(read(csv.replaceAll('|', delimiter))).toEqual({
        rows: [{ line: 2, fileName: 'a.lic', facts: FACTS, warnings: [] }],
        problems: [],
      })
    })
  }

  const russian =
    'Имя файла;Серийный №;Платформа;Номер лицензии;Срок действия\r\nа.lic;SN1;T3;L1;31.01.2027\r\n'
  for (const [name, bytes] of [
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${russian}`)],
    ['Windows-1251', encodeAs('windows-1251', russian.replace('№', 'номер'))],
    ['UTF-16', encodeUtf16(russian, 'le')],
    ['the separator line of Excel', Buffer.from(`sep=;\r\n${russian}`)],
  ] as const) {
    it(`as Russian Excel saves it is read: ${name}`, () => {
      expect(read(bytes)).toMatchObject({ rows: [{ fileName: 'а.lic', facts: FACTS }], problems: [] })
    })
  }

  it('the separator line counts as a line', () => {
    expect(read(`sep=;\r\n${russian}`).rows[0]?.line).toBe(3)
  })

  it('leading zeros guarded against a spreadsheet are kept, rounded numbers refused', () => {
    const { rows } = read('file,serial\na,"=""00123"""\nb,="00124"\nc,\'00125\nd,"1,23E+15"\n')
    expect(rows.map((row) => row.facts.serial)).toEqual(['00123', '00124', '00125', undefined])
    expect(rows[3]?.warnings).toEqual(['unreadable_serial'])
  })

  it('columns of one meaning must agree', () => {
    const { rows } = read('file,platform,model\na,other,F20\nb,feitian-f20,F20\n')
    expect(rows).toMatchObject([
      { facts: {}, warnings: ['ambiguous_platform'] },
      { facts: { platform: 'feitian-f20' }, warnings: [] },
    ])
  })

  it('a line without a file, and files named twice, are reported and do not stop the others', () => {
    expect(read('file,serial\n,SN1\na,SN2\n\nb,SN3\na,SN4\nc\n')).toMatchObject({
      rows: [
        { fileName: 'b', line: 5 },
        { fileName: 'c', facts: {} },
      ],
      problems: [
        { code: 'manifest_no_file_name', line: 2 },
        { code: 'manifest_repeated_file', line: 3, fileName: 'a' },
        { code: 'manifest_repeated_file', line: 6, fileName: 'a' },
      ],
    })
  })

  it('a table without a column for the file is refused', () => {
    expect(read('serial,licId\nSN1,L1\n').problems).toEqual([{ code: 'manifest_no_file_column', line: 1 }])
    expect(read('').problems).toEqual([{ code: 'manifest_no_file_column', line: 1 }])
  })

  it('what is no text or no CSV is refused', () => {
    expect(read(Buffer.from([0, 1, 2])).problems).toMatchObject([{ code: 'manifest_broken' }])
    expect(read('file,serial\n"a,SN1\n').problems).toMatchObject([{ code: 'manifest_broken' }])
  })
})

describe('lines and files are brought together', () => {
  const rowsOf = (csv: string, paths: string[]) => {
    const { rows, problems, unlisted } = assignManifest(read(csv), paths)
    const assigned = Object.fromEntries([...rows].map(([path, row]) => [path, row.facts.serial]))
    return { assigned, problems, unlisted }
  }

  it('by path, or by name where one file has it', () => {
    const csv = 'file,serial\nx/a.lic,SN1\nB.LIC,SN2\n.\\y\\c.lic,SN3\n'
    expect(rowsOf(csv, ['x/a.lic', 'z/b.lic', 'y/c.lic'])).toEqual({
      assigned: { 'x/a.lic': 'SN1', 'z/b.lic': 'SN2', 'y/c.lic': 'SN3' },
      problems: [],
      unlisted: [],
    })
  })

  it('files that did not come, that nobody listed and that could be two are reported', () => {
    expect(rowsOf('file,serial\ngone.lic,SN1\na.lic,SN2\n', ['x/a.lic', 'y/a.lic', 'b.lic'])).toEqual({
      assigned: {},
      problems: [
        { code: 'manifest_file_missing', line: 2, fileName: 'gone.lic' },
        { code: 'manifest_file_missing', line: 3, fileName: 'a.lic' },
      ],
      unlisted: ['x/a.lic', 'y/a.lic', 'b.lic'],
    })
  })

  it('two lines that mean one file: the second is reported', () => {
    expect(rowsOf('file,serial\nx/a.lic,SN1\na.lic,SN2\n', ['x/a.lic'])).toMatchObject({
      assigned: { 'x/a.lic': 'SN1' },
      problems: [{ code: 'manifest_repeated_file', line: 3 }],
    })
  })

  it('composed and decomposed letters are the same name', () => {
    expect(rowsOf('file,serial\nлицензий.lic,SN1\n', ['лицензий.lic'.normalize('NFD')]).unlisted).toEqual([])
  })

  it('only manifest.csv is a manifest', () => {
    expect(
      ['manifest.csv', 'x/Manifest.CSV', 'my-manifest.csv', 'manifest.csv.lic'].map(isManifestPath),
    ).toEqual([true, true, false, false])
  })
})

describe('facts given by hand', () => {
  it('dates may be written as in files', () => {
    expect(GivenFacts.parse({ issuedAt: '01.02.2026', validUntil: '2027-01-31' })).toEqual({
      issuedAt: '2026-02-01T00:00:00.000Z',
      validUntil: '2027-01-31T23:59:59.999Z',
    })
  })

  it('a US date, an unknown platform, an empty Lic ID are refused at their field', () => {
    const { error } = GivenFacts.safeParse({ validUntil: '01/31/2027', platform: 'x', licId: ' ' })
    expect(error?.issues.map((issue) => issue.path.join('.')).sort()).toEqual([
      'licId',
      'platform',
      'validUntil',
    ])
  })
})
