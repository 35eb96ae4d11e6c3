import { text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import type { Language } from '../../src/core/languages'
import { csvOf } from '../../src/core/spreadsheet'

/** What a spreadsheet reads where a cell says this. */
async function cellOf(said: string, language: Language = 'en'): Promise<string | undefined> {
  async function* rows() {
    yield said
  }
  const columns = [{ heading: { en: 'A', ru: 'A' }, cell: (row: string) => row }]
  const { source, csv } = csvOf(rows(), columns, language)
  const delimiter = language === 'ru' ? ';' : ','
  const [, row] = parse(await text(source.pipe(csv)), { bom: true, delimiter }) as string[][]
  return row?.[0]
}

describe('a cell of a spreadsheet', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '＝1',
    ' =1',
    '   =1',
    '\u00a0=1',
    '\u200b=1',
    '\u2060=1',
    '\ufeff=1',
    '\u3000=1',
    '\u202e=1',
    '\u00ad=1',
    '\u0000=1',
    '" =1',
    '"\u200b"@A1',
    ' -1+1',
    '\u00a0+1',
  ])('is no formula where it says %j', async (said) => {
    expect(await cellOf(said)).toBe(`'${said}`)
    expect(await cellOf(said, 'ru')).toBe(`'${said}`)
  })

  it.each([
    ['a;=1', "a;'=1"],
    ['a,\u00a0=1', "a,'\u00a0=1"],
    ['a;\u200b@A1', "a;'\u200b@A1"],
    ['a\n"=1', 'a\n\'"=1'],
    ['a;-1', "a;'-1"],
    ['\t=1', "'\t'=1"],
    ['\r\n=1', "'\r'\n'=1"],
  ])('is none in the parts into which others cut it: %j', async (said, read) => {
    expect(await cellOf(said)).toBe(read)
  })

  it.each([
    'Чайная лавка',
    'a = b',
    '12-34',
    'Tea, Coffee - Ltd',
    ' two blanks',
    '',
    'mail@shop.example',
    '1 250,50',
  ])('stays as it is where it says %j', async (said) => {
    expect(await cellOf(said)).toBe(said)
  })
})
