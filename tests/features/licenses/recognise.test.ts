import { describe, expect, it } from 'vitest'
import { makeLicenceFile, SAMPLE_KINDS } from '../../../src/tools/seed/licence-files'
import { encodeAs, encodeUtf16, recognise, SAMPLE, SAMPLE_FACTS } from './samples'

describe('a licence file tells what it is for', () => {
  for (const kind of SAMPLE_KINDS) {
    it(`the ${kind} file of a distributor is read without a warning`, () => {
      const { fileName, bytes } = makeLicenceFile(kind, SAMPLE)
      const { facts, format, warnings } = recognise(bytes, fileName)
      const { serial, licId, validUntil } = SAMPLE_FACTS
      expect(facts).toEqual(kind === 'opaque' ? { serial, licId, validUntil } : SAMPLE_FACTS)
      expect({ format, warnings }).toEqual({ format: kind, warnings: [] })
    })
  }

  it('the bytes are the same after reading as before', () => {
    const { bytes } = makeLicenceFile('pem', SAMPLE)
    const before = Buffer.from(bytes)
    recognise(bytes)
    expect(Buffer.compare(before, bytes)).toBe(0)
  })

  it('each fact says whether the content or the file name told it', () => {
    const { facts, sources } = recognise('{"serial":"SN0001"}', 'SN0001_LIC-77.lic')
    expect(facts).toEqual({ serial: 'SN0001', licId: 'LIC-77' })
    expect(sources).toEqual({ serial: 'content', licId: 'fileName' })
  })

  it('the content wins over a file name that says otherwise, with a warning', () => {
    const { facts, warnings } = recognise('{"serial":"SN0002","licId":"LIC-77"}', 'SN0001_LIC-77.lic')
    expect(facts).toEqual({ serial: 'SN0002', licId: 'LIC-77' })
    expect(warnings).toEqual(['file_name_differs'])
  })
})

describe('JSON', () => {
  it('keys are found by their many names at any reasonable depth', () => {
    const text =
      '{"data":{"terminal":{"s/n":"SN1"},"lic":[{"uid":"L-1"}],"app":{"name":"psPos"},"exp":1801439999}}'
    expect(recognise(text).facts).toEqual({
      serial: 'SN1',
      licId: 'L-1',
      product: 'psPos',
      validUntil: '2027-01-31T23:59:59.000Z',
    })
  })

  it('the digits of a long number are kept as written', () => {
    expect(recognise('{"serial": 12345678901234567890}').facts.serial).toBe('12345678901234567890')
  })

  it('an id outside a licence element means nothing', () => {
    expect(recognise('{"id":"42","serial":"SN1"}').facts).toEqual({ serial: 'SN1' })
  })

  it('the serial number of the signing certificate is not the terminal’s', () => {
    expect(recognise('{"certificate":{"serialNumber":"0A1B"},"sn":"SN1"}').facts.serial).toBe('SN1')
  })

  it('two different serial numbers are reported, not chosen from', () => {
    const { facts, warnings } = recognise('{"terminals":[{"serial":"SN1"},{"serial":"SN2"}],"licId":"L1"}')
    expect(facts).toEqual({ licId: 'L1' })
    expect(warnings).toEqual(['ambiguous_serial'])
  })

  it('equal keys with different values are noticed, though parsers keep only the last', () => {
    expect(recognise('{"serial":"SN1","serial":"SN2"}').warnings).toEqual(['ambiguous_serial'])
  })

  it('the same date as a day and as an instant is one date', () => {
    const { facts, warnings } = recognise('{"validUntil":"31.01.2027","exp":1801439999}')
    expect(facts.validUntil).toBe('2027-01-31T23:59:59.999Z')
    expect(warnings).toEqual([])
  })

  it('null and empty values say nothing', () => {
    expect(recognise('{"serial":null,"licId":"","validUntil":"never"}')).toMatchObject({
      facts: {},
      warnings: [],
    })
  })

  it('names of object prototypes are plain names', () => {
    const text = '{"__proto__":{"serial":"SN1"},"constructor":{"licId":"L1"},"toString":"x"}'
    expect(recognise(text).facts).toEqual({ serial: 'SN1', licId: 'L1' })
    expect(({} as Record<string, unknown>).serial).toBeUndefined()
  })

  it('cut-off JSON is opaque, with a warning that it is damaged', () => {
    expect(recognise('{"serial":"SN1",')).toMatchObject({
      facts: {},
      format: 'opaque',
      warnings: ['damaged_content'],
    })
  })
})

describe('XML', () => {
  it('attributes, elements, namespaces and CDATA are read', () => {
    const text = `<?xml version="1.0"?><!-- issued --><l:Licence xmlns:l="urn:x" ID='L&amp;1'>
      <l:SN><![CDATA[SN<1>]]></l:SN><l:App name="psPos"/><l:validity from="2026-01-01" to="2027-01-31"/></l:Licence>`
    expect(recognise(text)).toMatchObject({
      format: 'xml',
      facts: { serial: 'SN<1>', licId: 'L&1', product: 'psPos', validUntil: '2027-01-31T23:59:59.999Z' },
    })
  })

  it('lists of named values are read', () => {
    const text = `<map><entry key="serial">SN1</entry><param name="licenseId" value="L1"/></map>`
    expect(recognise(text).facts).toEqual({ serial: 'SN1', licId: 'L1' })
  })

  it('what an XML signature says of its certificate is passed over', () => {
    const text = `<license><sn>SN1</sn><ds:Signature xmlns:ds="urn:d"><x><serialNumber>99</serialNumber></x></ds:Signature></license>`
    expect(recognise(text).facts).toEqual({ serial: 'SN1' })
  })

  it('a character reference is a character, a declared entity is not read', () => {
    const text = `<!DOCTYPE a [<!ENTITY e "SN1"><!ENTITY f SYSTEM "file:///etc/passwd">]>
      <a><serial>SN&e;2</serial><licId>&f;</licId><product>&#x43f;&#1089;</product></a>`
    expect(recognise(text)).toMatchObject({ format: 'xml', facts: { product: 'пс' } })
    expect(recognise(text).facts).not.toHaveProperty('serial')
  })

  for (const text of [
    '<a><b></a>',
    '<a>',
    '<a x=1/>',
    '<a',
    '</a>',
    '<!DOCTYPE a [',
    '<!-- ',
    '<a b="<"/>',
  ]) {
    it(`${text} is damaged`, () => {
      expect(recognise(text)).toMatchObject({ format: 'opaque', warnings: ['damaged_content'] })
    })
  }
})

describe('INI and plain lines', () => {
  it('sections, both separators, quotes and comments are read', () => {
    const text =
      '; made by hand\r\n[License]\r\nid="LIC 77" ; first\r\n[device]\r\nS/N: SN1\r\nexpires=2027-01-31 # end\r\n'
    expect(recognise(text)).toMatchObject({
      format: 'ini',
      facts: { serial: 'SN1', licId: 'LIC 77', validUntil: '2027-01-31T23:59:59.999Z' },
    })
  })

  it('a letter with a signature under it is read by its named lines', () => {
    const text =
      'LICENCE OF SOFTWARE\n\nSerial number: SN1\nLicense ID: L1\n\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n'
    expect(recognise(text)).toMatchObject({ format: 'ini', facts: { serial: 'SN1', licId: 'L1' } })
  })

  it('prose is opaque and no fault', () => {
    expect(recognise('This is the licence: use it well.\nThank you.')).toMatchObject({
      format: 'opaque',
      facts: {},
      warnings: [],
    })
  })
})

describe('PEM', () => {
  it('headers of a block, folded ones too, and the text around it are read', () => {
    const text = `Platform: Ingenico T3
-----BEGIN LICENSE KEY-----
Serial: SN0001
Product: ps
 Pos

3q2+7w==
-----END LICENSE KEY-----
Valid until: 31.01.2027
`
    expect(recognise(text)).toMatchObject({
      format: 'pem',
      facts: {
        serial: 'SN0001',
        product: 'psPos',
        platform: 'ingenico-t3',
        validUntil: '2027-01-31T23:59:59.999Z',
      },
    })
  })

  for (const inner of ['{"id":"L1","sn":"SN1"}', '<x><license id="L1" sn="SN1"/></x>', 'id=L1\nsn=SN1']) {
    it(`base64 of ${inner} is read`, () => {
      const base64 = Buffer.from(inner).toString('base64')
      const text = `-----BEGIN LICENSE-----\n${base64}\n-----END LICENSE-----`
      expect(recognise(text).facts).toEqual({ serial: 'SN1', licId: 'L1' })
    })
  }

  it('a clear-signed text is read up to its signature', () => {
    const text = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Serial: SN1
-----BEGIN PGP SIGNATURE-----

iQEzBAEB
-----END PGP SIGNATURE-----`
    expect(recognise(text)).toMatchObject({ format: 'pem', facts: { serial: 'SN1' } })
  })

  it('a block that does not end is damaged', () => {
    const text = '-----BEGIN LICENSE-----\nSerial: SN1\n'
    expect(recognise(text)).toMatchObject({ format: 'opaque', facts: {}, warnings: ['damaged_content'] })
  })
})

describe('files made in Russia', () => {
  const text =
    'Заводской номер: SN0001\r\nНомер лицензии: ЛИЦ-77\r\nПО: псПОС\r\nДействительна до: 31.01.2027 г.\r\n'
  const facts = {
    serial: 'SN0001',
    licId: 'ЛИЦ-77',
    product: 'псПОС',
    validUntil: '2027-01-31T23:59:59.999Z',
  }

  for (const [encoding, bytes] of [
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${text}`)],
    ['Windows-1251', encodeAs('windows-1251', text)],
    ['UTF-16 LE', encodeUtf16(text, 'le')],
    ['UTF-16 BE', encodeUtf16(text, 'be')],
  ] as const) {
    it(`are read in ${encoding}`, () => {
      expect(recognise(bytes)).toMatchObject({ format: 'ini', facts, warnings: [] })
    })
  }

  it('are read when the keys are transliterated', () => {
    const json =
      '{"litsenziya":{"nomer":"L1"},"zav_nomer":"SN1","platforma":"F20","data_vydachi":"01.02.2026"}'
    expect(recognise(json).facts).toEqual({
      serial: 'SN1',
      licId: 'L1',
      platform: 'feitian-f20',
      issuedAt: '2026-02-01T00:00:00.000Z',
    })
  })
})

describe('values that would have to be guessed', () => {
  it('an unknown platform is reported and left out', () => {
    expect(recognise('{"platform":"Model 9000"}')).toMatchObject({
      facts: {},
      warnings: ['unreadable_platform'],
    })
  })

  it('an unknown model is no fault beside a known platform', () => {
    expect(recognise('{"platform":"other","model":"Model 9000"}')).toMatchObject({
      facts: { platform: 'other' },
      warnings: [],
    })
  })

  it('a US date is reported and left out', () => {
    expect(recognise('{"expires":"01/02/2027"}')).toMatchObject({
      facts: {},
      warnings: ['unreadable_valid_until'],
    })
  })

  it('a serial number a spreadsheet has rounded is reported and left out', () => {
    expect(recognise('serial=1,23457E+15')).toMatchObject({ facts: {}, warnings: ['unreadable_serial'] })
  })

  it('a licence that ends before it was issued is reported', () => {
    expect(recognise('issued=2027-02-01\nexpires=2027-01-31').warnings).toEqual(['dates_out_of_order'])
  })
})
