import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { readTerminalsCsv } from '../../../src/features/terminals/csv'
import { findTerminalBySerial } from '../../../src/features/terminals/service/find'
import { applyTerminalImport, previewTerminalImport } from '../../../src/features/terminals/service/import'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'

describe('reading a list of terminals', () => {
  it.each([
    ['commas', 'serial,platform,tid\nA1,feitian-f20,1'],
    ['semicolons', 'S/N;Platform;TID\nA1;F20;1'],
    ['tabs, with a byte order mark', '\ufeffSerial number\tplatform\ttid\r\nA1\tFeitian F20\t1\r\n'],
    ['Russian headers', 'Серийный номер;Платформа;ТИД\nA1;feitian;1'],
  ])('parted by %s', (_what, csv) => {
    expect(readTerminalsCsv(csv)).toMatchObject([
      { line: 2, serial: 'A1', issues: [], terminal: { platform: 'feitian-f20', tids: [{ tid: '1' }] } },
    ])
  })

  it('reads Windows-1251', () => {
    const bytes = Buffer.from([
      0xf1, 0xe5, 0xf0, 0xe8, 0xe9, 0xed, 0xfb, 0xe9, 0x20, 0xed, 0xee, 0xec, 0xe5, 0xf0,
    ])
    const csv = Buffer.concat([bytes, Buffer.from(';platform\nA1;other\n')])
    expect(readTerminalsCsv(csv)[0]?.terminal?.serial).toBe('A1')
  })

  it('takes several lines of a serial number as its TIDs', () => {
    const [row] = readTerminalsCsv('serial,platform,tid,acquirer\nA1,other,1,bank-a\nA1,other,2,bank-b')
    expect(row?.terminal?.tids.map((one) => one.acquirer)).toEqual(['bank-a', 'bank-b'])
    const [twice] = readTerminalsCsv('serial,platform,tid,acquirer\nA1,other,1,bank-a\nA1,other,2,bank-a')
    expect(twice?.issues[0]).toContain('second TID')
  })

  it('names what is wrong, line by line, and stops at no line', () => {
    const rows = readTerminalsCsv('serial,platform\nA 1,other\nA2,nokia\nA3,other')
    expect(rows.map((row) => [row.line, row.issues.length > 0])).toEqual([
      [2, true],
      [3, true],
      [4, false],
    ])
  })

  it('refuses what has no serial numbers, and never breaks', () => {
    expect(() => readTerminalsCsv('a,b\n1,2')).toThrow(/serial/)
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          readTerminalsCsv(`serial,platform\n${text}`)
        } catch (error) {
          expect(error).toMatchObject({ code: 'csv_unreadable' })
        }
      }),
    )
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

  it('shows what would be done, row by row, and does nothing', async () => {
    await registerTerminal(me, { serial: 'KNOWN', platform: 'other' })
    const report = await previewTerminalImport(me, { csv })
    expect(report.rows.map((row) => row.outcome)).toEqual(['error', 'error', 'error', 'error', 'registered'])
    expect(report).toMatchObject({ missingGroups: ['North', 'Pilot'], missingMerchants: ['Shop'] })
    expect(report.rows[2]?.issues).toEqual(['tid 101 is in this file twice (C1)'])
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

  it('is not for people with limits', async () => {
    const limited = makeCtx(services, limitedOperator({}))
    await expect(applyTerminalImport(limited, { csv: 'serial,platform\nX,other' })).rejects.toMatchObject({
      code: 'outside_your_limits',
    })
  })

  it('takes 20,000 at once', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `BULK${index},other,${10_000_000 + index}`)
    const report = await applyTerminalImport(me, { csv: ['serial,platform,tid', ...rows].join('\n') })
    expect(report.counts.new).toBe(20_000)
  })
})
