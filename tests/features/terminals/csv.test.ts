import { Readable } from 'node:stream'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { connect } from '../../../src/db/client'
import { readTerminalsCsv } from '../../../src/features/terminals/csv'
import { importTemplate } from '../../../src/features/terminals/integrator'
import { findTerminalBySerial } from '../../../src/features/terminals/service/find'
import { applyTerminalImport, previewTerminalImport } from '../../../src/features/terminals/service/import'
import { createMerchant } from '../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { createUpload, getUpload } from '../../../src/features/uploads/service/announce'
import { receivePart } from '../../../src/features/uploads/service/parts'
import { useTestDatabase } from '../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

/** Letters as Russian Windows writes them. */
function encodeAs(codePage: 'windows-1251' | 'ibm866', text: string): Buffer {
  const letters = new Map(
    Array.from({ length: 256 }, (_, byte) => [new TextDecoder(codePage).decode(Uint8Array.of(byte)), byte]),
  )
  return Buffer.from([...text].map((letter) => letters.get(letter) ?? 0x3f))
}

const RUSSIAN = 'Серийный номер;Платформа;ТИД;Адрес\nA1;feitian;1;Москва\n'

describe('reading a list of terminals', () => {
  it.each<[string, string | Buffer]>([
    ['commas', 'serial,platform,tid\nA1,feitian-f20,1'],
    ['semicolons', 'S/N;Platform;TID\nA1;F20;1'],
    ['tabs, with a byte order mark', '\ufeffSerial number\tplatform\ttid\r\nA1\tFeitian F20\t1\r\n'],
    [
      'what its header uses most, with a comma in a title',
      'S/N;Platform, terminal;Платформа;TID\nA1;x;F20;1',
    ],
    ['Russian headers', 'Серийный №;Тип терминала;ИД терминала\nA1;feitian;1'],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffserial,platform,tid\nA1,F20,1')],
    [
      'UTF-16, as spreadsheets save Unicode',
      Buffer.from(`\ufeff${RUSSIAN.replaceAll(';', '\t')}`, 'utf16le'),
    ],
    ['Windows-1251', encodeAs('windows-1251', RUSSIAN)],
    ['CP866', encodeAs('ibm866', RUSSIAN)],
  ])('of %s', async (_what, csv) => {
    const rows = await readTerminalsCsv(csv)
    expect(rows).toMatchObject([
      { line: 2, serial: 'A1', issues: [], terminal: { platform: 'feitian-f20', tids: [{ tid: '1' }] } },
    ])
    if (rows[0]?.terminal?.address) expect(rows[0].terminal.address).toBe('Москва')
  })

  it('names the lines of the file, whatever stands in its cells', async () => {
    const csv =
      'sep=;\r\nserial;platform;notes\r\n\r\nA1;other;"two\r\nlines"\r\n;;\r\nA2;other;x\r\nA 3;other;"a\nb"\nA4;nokia;\n'
    expect((await readTerminalsCsv(csv)).map((row) => [row.line, row.serial, row.issues[0]?.code])).toEqual([
      [4, 'A1', undefined],
      [7, 'A2', undefined],
      [8, 'A 3', 'invalid_value'],
      [10, 'A4', 'unknown_platform'],
    ])
  })

  it('takes several lines of a serial number as its TIDs', async () => {
    const [row] = await readTerminalsCsv('serial,platform,tid,acquirer\nA1,other,1,bank-a\nA1,other,2,bank-b')
    expect(row?.terminal?.tids.map((one) => one.acquirer)).toEqual(['bank-a', 'bank-b'])
    const [twice] = await readTerminalsCsv(
      'serial,platform,tid,acquirer\nA1,other,1,bank-a\nA1,other,2,bank-a',
    )
    expect(twice?.issues).toMatchObject([{ line: 3, code: 'second_tid_of_acquirer', value: '2' }])
  })

  it('takes the check value of a transport key, by whatever people call it', async () => {
    for (const header of ['transport_key_kcv', 'Transport key KCV', 'KCV транспортного ключа']) {
      const csv = `serial,platform,tid,acquirer,${header}\nA1,other,1,a,\nA1,other,2,b,d1d812\nB1,other,,,\nC1,other,,,D1`
      const rows = await readTerminalsCsv(csv)
      expect(rows.map(({ terminal }) => terminal?.transportKeyKcv)).toEqual(['D1D812', null, undefined])
      expect(rows[2]?.issues).toMatchObject([
        { field: 'transportKeyKcv', code: 'invalid_value', value: 'D1' },
      ])
    }
  })

  it('takes no number that a spreadsheet has spoiled, and the text behind its quotes', async () => {
    const rows = await readTerminalsCsv(
      'serial;platform;tid\n1,23457E+11;other;1\nA2;other;1.2E+7\n="00123";other;\'007\n',
    )
    expect(rows.map((row) => row.issues.map((issue) => [issue.code, issue.field]))).toEqual([
      [['spreadsheet_number', 'serial']],
      [['spreadsheet_number', 'tid']],
      [],
    ])
    expect(rows[2]?.terminal).toMatchObject({ serial: '00123', tids: [{ tid: '007' }] })
  })

  it('names what is wrong, field by field, and stops at no line', async () => {
    const rows = await readTerminalsCsv(
      `serial,platform,merchant\nA 1,other,\nA2,nokia,\nA3,other,${'x'.repeat(201)}\nA4,other,`,
    )
    expect(rows.map((row) => row.issues.map(({ code, field }) => `${field} ${code}`))).toEqual([
      ['serial invalid_value'],
      ['platform unknown_platform'],
      ['merchant invalid_value'],
      [],
    ])
  })

  it('takes no name of a merchant or group that holds what nobody sees', async () => {
    const rows = await readTerminalsCsv(
      'serial,platform,merchant,groups\nA1,other,Shop\u202egnp,\nA2,other,Shop,North|No\u200brth\nA3,other,Кафе «Юг»,Nord',
    )
    expect(rows.map((row) => row.issues.map(({ code, field }) => `${field} ${code}`))).toEqual([
      ['merchant invalid_value'],
      ['groups invalid_value'],
      [],
    ])
  })

  it('gives one terminal no more TIDs and groups than registering does, and few of its issues', async () => {
    const lines = (count: number, cells: (at: number) => string) =>
      Array.from({ length: count }, (_none, at) => `A1,other,${cells(at)}`).join('\n')
    const read = async (body: string) =>
      (await readTerminalsCsv(`serial,platform,tid,acquirer,groups\n${body}`))[0]
    const most = await read(lines(20, (at) => `${at},bank${at},"${at}a,${at}b"`))
    expect(most?.terminal).toMatchObject({ tids: { length: 20 }, groups: { length: 40 } })
    const tids = await read(lines(30_000, (at) => `${at},bank${at},`))
    expect([tids?.terminal, tids?.issues.map(({ line, field }) => [line, field])]).toEqual([
      null,
      [[22, 'tid']],
    ])
    const groups = await read(lines(2, (at) => `,,"${Array.from({ length: 30 }, (_n, n) => `${at}-${n}`)}"`))
    expect(groups?.issues.map(({ line, field }) => [line, field])).toEqual([[3, 'groups']])
    const named = await read(lines(1, () => `,,"${Array.from({ length: 51 }, (_n, n) => n)}"`))
    expect(named?.issues.map(({ field, code }) => [field, code])).toEqual([['groups', 'invalid_value']])
    expect((await read(lines(100, () => '#,,')))?.issues).toHaveLength(20)
  })

  it('refuses what has no serial numbers, what is too long, and never breaks', async () => {
    await expect(readTerminalsCsv('a,b\n1,2')).rejects.toMatchObject({ code: 'csv_unreadable' })
    await expect(readTerminalsCsv('')).rejects.toMatchObject({ code: 'csv_unreadable' })
    await expect(readTerminalsCsv(Buffer.from([0, 1, 2, 3]))).rejects.toMatchObject({
      code: 'csv_unreadable',
    })
    await expect(readTerminalsCsv(`serial\n${'\n'.repeat(500_001)}`)).rejects.toMatchObject({
      code: 'csv_too_long',
    })
    for (const endless of [
      `serial${','.repeat(30_000_000)}`,
      `serial,platform\nA${','.repeat(1_000)}`,
      `serial,platform\n${',"\n",'.repeat(1_000)}`,
    ])
      await expect(readTerminalsCsv(endless)).rejects.toMatchObject({ code: 'csv_unreadable' })
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        await readTerminalsCsv(`serial,platform\n${text}`).catch((error: unknown) =>
          expect(error).toMatchObject({ code: expect.stringMatching(/^csv_(unreadable|quote_open)$/) }),
        )
      }),
    )
  })

  it.each([
    ['at the end of a short list', 'serial;platform\nA1;x\n"A2;x\nA3;x\n', 3],
    [
      'after a cell of two lines, below a line that names the delimiter',
      'sep=;\nserial;notes\n"A\nB";1\n"A2;2\nA3;3',
      5,
    ],
    ['far from the end', `serial\n${'A\n'.repeat(999)}"A\n${'A\n'.repeat(200_000)}`, 1001],
    ['in the header', '"serial;platform\nA1;x\n', 1],
  ])('says where a quotation mark opens that none closes: %s', async (_where, text, line) => {
    await expect(readTerminalsCsv(text)).rejects.toMatchObject({
      code: 'csv_quote_open',
      details: { values: { line } },
    })
  })

  it.each(['en', 'ru'] as const)('understands its own template: %s', async (lang) => {
    const rows = await readTerminalsCsv(importTemplate(lang))
    expect(rows.map((row) => [row.serial, row.issues, row.terminal?.tids.length])).toEqual([
      ['SN0001', [], 2],
      ['SN0002', [], 1],
    ])
    expect(rows[0]?.terminal).toMatchObject({ model: 'WPOS-3', groups: [expect.any(String)] })
    expect(
      rows[0]?.terminal?.merchant && rows[0].terminal.address && rows[0].terminal.tids[0]?.mid,
    ).toBeTruthy()
  })
})

describe('registering by CSV', () => {
  const database = useTestDatabase()
  let services: Services
  let me: Ctx
  beforeAll(async () => {
    services = await makeServices(database)
    me = makeCtx(services, operator())
  })

  const csv = [
    'serial;platform;tid;merchant;groups',
    'C1;wiseasy-wpos3;101;Shop;North',
    'C2;feitian-f20;102;Shop;North,Pilot',
    'C3;feitian-f20;101;;',
    'bad serial;other;;;',
    'KNOWN;other;;;',
  ].join('\n')

  it('keeps the check value of a transport key', async () => {
    await applyTerminalImport(makeCtx(services, operator()), {
      csv: 'serial,platform,transport_key_kcv\nKCV-1,other,08793E25AB\n',
    })
    const [row] = await database.sql`select transport_key_kcv from terminals where serial = 'KCV-1'`
    expect(row).toEqual({ transport_key_kcv: '08793E25AB' })
  })

  it('shows what would be done, row by row, and does nothing', async () => {
    await registerTerminal(me, { serial: 'KNOWN', platform: 'other' })
    const report = await previewTerminalImport(me, { csv })
    expect(report.rows.map((row) => row.outcome)).toEqual(['error', 'error', 'error', 'error', 'registered'])
    expect(report).toMatchObject({ missingGroups: ['North', 'Pilot'], missingMerchants: ['Shop'] })
    expect(report.rows[2]?.issues).toMatchObject([
      { line: 4, code: 'tid_repeated', field: 'tid', value: '101' },
    ])
    await expect(findTerminalBySerial(me, { serial: 'C1' })).rejects.toMatchObject({
      code: 'terminal_not_found',
    })
  })

  it('refuses as a whole while a row is bad, else leaves the bad ones out', async () => {
    await expect(applyTerminalImport(me, { csv, createMissing: true })).rejects.toMatchObject({
      code: 'import_has_errors',
      details: { issues: [{ path: 'line 4' }, { path: 'line 5' }] },
    })
    const report = await applyTerminalImport(me, { csv, createMissing: true, skipBad: true })
    expect(report.counts).toEqual({ new: 2, registered: 1, error: 2 })
    expect(await findTerminalBySerial(me, { serial: 'C2' })).toMatchObject({
      tids: [{ tid: '102' }],
      groupIds: [expect.any(String), expect.any(String)],
    })
    expect((await applyTerminalImport(me, { csv: 'serial,platform\nC1,other' })).counts).toEqual({
      new: 0,
      registered: 1,
      error: 0,
    })
  })

  it('takes the CSV from an upload, which is gone once it was used', async () => {
    const csv = Buffer.from('\ufeffсерийный номер;платформа\nUP-1;other\nUP 2;other\n')
    const { uploadId } = await createUpload(me, { fileName: 'list.csv', sizeBytes: csv.length })
    const early = previewTerminalImport(me, { uploadId })
    await expect(early).rejects.toMatchObject({ code: 'upload_incomplete' })
    await receivePart(me, { uploadId, index: 0 }, Readable.from([csv]))
    expect((await previewTerminalImport(me, { uploadId })).counts).toEqual({
      new: 1,
      registered: 0,
      error: 1,
    })
    await expect(applyTerminalImport(me, { uploadId })).rejects.toMatchObject({ code: 'import_has_errors' })
    await expect(
      applyTerminalImport(makeCtx(services, operator('admin')), { uploadId, skipBad: true }),
    ).rejects.toMatchObject({ code: 'upload_not_found' })
    expect(await applyTerminalImport(me, { uploadId, skipBad: true })).toMatchObject({
      terminals: [{ serial: 'UP-1' }],
      enrollment: null,
    })
    await expect(getUpload(me, { uploadId })).rejects.toMatchObject({ code: 'upload_not_found' })
    for (const input of [{}, { csv: 'serial', uploadId }])
      await expect(previewTerminalImport(me, input)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('makes one code for exactly the new terminals, if it is asked to and may', async () => {
    const csv = 'serial,platform\nCODE-1,other\nCODE-2,other\nKNOWN,other'
    const program = makeCtx(services, integrator('terminals:write'))
    await expect(applyTerminalImport(program, { csv, issueCode: true })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const { enrollment, terminals } = await applyTerminalImport(me, { csv, issueCode: true })
    expect(enrollment).toMatchObject({ terminals: 2, enrollmentCode: expect.any(String) })
    const rows = await database.sql<{ id: string }[]>`
      select terminal_id as id from enrollment_code_terminals where code_id = ${enrollment?.codeId ?? ''}`
    expect(rows.map((row) => row.id).sort()).toEqual(terminals.map((one) => one.id).sort())
    const actions = await database.sql`select action from audit_entries order by seq desc limit 2`
    expect(actions.map((row) => row.action)).toEqual(['enrollment_code.issued', 'terminals.imported'])
    expect((await applyTerminalImport(me, { csv, issueCode: true })).enrollment).toBeNull()
  })

  it('takes no serial number twice in different case', async () => {
    const csv = 'serial,platform\nknown,other\nTwice-A,other\ntwice-a,other\nKNOWN,other'
    const report = await previewTerminalImport(me, { csv })
    expect(report.rows.map((row) => [row.serial, row.outcome, row.issues[0]?.value])).toEqual([
      ['known', 'error', 'KNOWN'],
      ['twice-a', 'error', 'Twice-A'],
      ['Twice-A', 'new', undefined],
      ['KNOWN', 'registered', undefined],
    ])
    expect(report.rows[0]?.issues[0]?.code).toBe('serial_in_other_case')
  })

  it('makes of the missing groups those that good rows name, each once', async () => {
    const csv = 'serial;platform;groups\nG-1;other;Lake, lake\nG 2;other;Sea\nG-3;other;LAKE'
    await applyTerminalImport(me, { csv, createMissing: true, skipBad: true })
    const rows = await database.sql`select name from terminal_groups where lower(name) in ('lake', 'sea')`
    expect(rows.map((row) => row.name)).toEqual(['Lake'])
    expect((await findTerminalBySerial(me, { serial: 'G-3' })).groupIds).toHaveLength(1)
  })

  it('lets one of two imports at once win, and tells the other to look again', async () => {
    const csv = `serial,platform\n${Array.from({ length: 3000 }, (_, at) => `RACE${at},other`).join('\n')}`
    const tries = await Promise.allSettled([1, 2, 3].map(() => applyTerminalImport(me, { csv })))
    const refused = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    const news = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value.counts.new] : []))
    expect(news.filter((count) => count === 3000)).toHaveLength(1)
    expect(refused.every((code) => code === 'import_outdated')).toBe(true)
    const [row] = await database.sql`select count(*)::int as count from terminals where serial like 'RACE%'`
    expect(row).toEqual({ count: 3000 })
  })

  it('does not stop another one of the same terminals in another order', async () => {
    const rows = Array.from({ length: 12_000 }, (_, at) => `CROSS${at},other`)
    const csvs = [rows, [...rows].reverse()].map((some) => ['serial,platform', ...some].join('\n'))
    const tries = await Promise.allSettled(csvs.map((csv) => applyTerminalImport(me, { csv })))
    const refused = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    expect(refused.every((code) => code === 'import_outdated')).toBe(true)
    expect(tries.map(({ status }) => status)).toContain('fulfilled')
  })

  it('takes long lists one after the other, and sends away who comes when five are there', async () => {
    const csv = `serial,platform,notes\n${`x,other,${'n'.repeat(90_000)}\n`.repeat(25)}`
    const tries = await Promise.allSettled(
      Array.from({ length: 6 }, () => previewTerminalImport(me, { csv })),
    )
    const refused = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    expect(refused).toEqual(['import_busy'])
    expect((await previewTerminalImport(me, { csv })).counts.error).toBe(1)
  })

  it('is told to look again where a place it names has gone meanwhile', async () => {
    await createMerchant(me, { name: 'Vanishing' })
    const owner = connect(database.owner, { max: 1, applicationName: 'psm-test-owner' })
    await owner`create function vanish() returns trigger language plpgsql as
      $$ begin delete from merchants where name = 'Vanishing'; return null; end $$`
    await owner`create trigger vanish before insert on terminals execute function vanish()`
    const csv = 'serial,platform,merchant\nVANISH-1,other,Vanishing'
    await expect(applyTerminalImport(me, { csv })).rejects.toMatchObject({ code: 'import_outdated' })
    await owner`drop trigger vanish on terminals`
    await owner.end()
    expect((await applyTerminalImport(me, { csv })).counts.new).toBe(1)
  })

  it('is not for people with limits', async () => {
    const limited = makeCtx(services, limitedOperator({}))
    await expect(applyTerminalImport(limited, { csv: 'serial,platform\nX,other' })).rejects.toMatchObject({
      code: 'outside_your_limits',
    })
  })

  it('takes thousands at once', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => `BULK${index},other,${10_000_000 + index}`)
    const report = await applyTerminalImport(me, { csv: ['serial,platform,tid', ...rows].join('\n') })
    expect(report).toMatchObject({ counts: { new: 5_000 }, omitted: 4_000 })
    expect([report.rows.length, report.terminals.length]).toEqual([1_000, 1_000])
    const bad = await previewTerminalImport(me, {
      csv: ['serial,platform', ...rows, 'B A D,other'].join('\n'),
    })
    expect(bad.rows[0]).toMatchObject({ line: 5_002, outcome: 'error' })
    expect(bad.counts).toEqual({ new: 0, registered: 5_000, error: 1 })
  })
})
