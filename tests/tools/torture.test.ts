import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Slip } from '../../src/features/eslips/ingest'
import type { Answer, TerminalClient } from '../../src/tools/simulator/client'
import { makeKeyBundle } from '../../src/tools/simulator/keys/bundle'
import { placeOf } from '../../src/tools/simulator/place'
import { chanceOf } from '../../src/tools/simulator/random'
import { createSlips } from '../../src/tools/simulator/slips/create'
import { compare, Exporter } from '../../src/tools/torture/exporter'
import { type KeyAuditRow, KeyLedger, type KeyStatus } from '../../src/tools/torture/key-ledger'
import { countedBatches, emptyReport, isSame } from '../../src/tools/torture/key-report'
import { Ledger, type PulledSlip } from '../../src/tools/torture/ledger'
import { Tally } from '../../src/tools/torture/tally'

const SERIAL = 'TORTURE-1'
const slipsOf = (namesSlips: boolean, count: number) => {
  const source = createSlips({
    chance: chanceOf('torture'),
    place: placeOf(SERIAL),
    tid: '12345678',
    namesSlips,
    clockSkewMs: 0,
  })
  return Array.from({ length: count }, (_, at) => source.next(Date.UTC(2026, 10, 23, 7, at)))
}

let pulled = 0
/** As the server gives it back: fields in another order, a name where the terminal gave none. */
const pulledOf = (slip: Slip): PulledSlip => {
  const id = String(++pulled)
  const turned = Object.fromEntries(Object.entries(slip).reverse()) as Slip
  return { slipUid: `made of content ${id}`, ...turned, id, seq: pulled, serial: SERIAL }
}

const ledgerOf = (slips: readonly Slip[], acknowledged = slips) => {
  const ledger = new Ledger()
  for (const slip of slips) ledger.sent(SERIAL, slip)
  for (const slip of acknowledged) ledger.acknowledge(SERIAL, slip)
  return ledger
}

describe('what a torture finds', () => {
  it.each([true, false])('is nothing where every slip is there once (with slipUid: %s)', (namesSlips) => {
    const slips = slipsOf(namesSlips, 5)
    expect(ledgerOf(slips).judge(slips.map(pulledOf))).toEqual({
      sent: 5,
      acknowledged: 5,
      storedUnanswered: 0,
      lost: 0,
      doubled: 0,
      altered: 0,
      strange: 0,
    })
  })

  it.each([true, false])('is a slip that was promised and is missing (with slipUid: %s)', (namesSlips) => {
    const slips = slipsOf(namesSlips, 5)
    expect(ledgerOf(slips).judge(slips.slice(1).map(pulledOf))).toMatchObject({ lost: 1, doubled: 0 })
  })

  it.each([true, false])('is a slip that is there twice (with slipUid: %s)', (namesSlips) => {
    const slips = slipsOf(namesSlips, 5)
    expect(ledgerOf(slips).judge([...slips, ...slips.slice(3)].map(pulledOf))).toMatchObject({ doubled: 2 })
  })

  it('is a slip with other content', () => {
    const slips = slipsOf(true, 2)
    const there = slips.map((slip) => pulledOf({ ...slip, amount: slip.amount + 1 }))
    expect(ledgerOf(slips).judge(there)).toMatchObject({ altered: 2, lost: 0 })
  })

  it('is a slip that nobody sent', () => {
    const slips = slipsOf(true, 2)
    expect(ledgerOf(slips.slice(1)).judge(slips.map(pulledOf))).toMatchObject({ strange: 1 })
  })

  it('is not a slip whose answer never arrived, be it there or not', () => {
    const slips = slipsOf(true, 4)
    const verdict = ledgerOf(slips, []).judge(slips.slice(2).map(pulledOf))
    expect(verdict).toMatchObject({ acknowledged: 0, storedUnanswered: 2, lost: 0 })
  })

  it('is what an exporter missed, and what it got again', () => {
    const all = slipsOf(true, 4).map(pulledOf)
    const exporter = new Exporter('one', {} as TerminalClient, '')
    exporter.ids.push(...[0, 1, 1, 3].map((at) => (all[at] as PulledSlip).id))
    expect(compare(exporter, all)).toEqual({ got: 4, skipped: 1, twice: 1 })
  })
})

describe('sums of days', () => {
  const tallyOf = (slips: readonly Slip[]) => {
    const tally = new Tally()
    for (const slip of slips) tally.addSlip(slip)
    return tally
  }

  it('agree where slips are the same, in whatever order, one by one or summed', () => {
    const slips = slipsOf(true, 20)
    expect(tallyOf(slips).differences(tallyOf([...slips].reverse()))).toEqual([])
    const [slip] = slips as [Slip]
    const summed = new Tally()
    const { currency, type, result, amount } = slip
    summed.add('2026-11-23', { currency, type, result, count: 2, amount: amount * 2 })
    expect(tallyOf([slip, slip]).differences(summed)).toEqual([])
  })

  it('differ by a slip that is missing, one too many, and one of another amount, whoever has it', () => {
    const slips = slipsOf(true, 4)
    const [first, ...others] = slips as [Slip, ...Slip[]]
    const changed = [{ ...first, amount: first.amount + 1 }, ...others]
    for (const there of [others, [first, ...slips], changed]) {
      expect(tallyOf(slips).differences(tallyOf(there))).toHaveLength(1)
      expect(tallyOf(there).differences(tallyOf(slips))).toHaveLength(1)
    }
  })

  it('are those of the day in UTC, whatever the zone of a terminal', () => {
    const [slip] = slipsOf(true, 1) as [Slip]
    const tally = tallyOf([
      { ...slip, localDateTime: '2026-11-23T02:59:59+03:00' },
      { ...slip, localDateTime: '2026-11-23T03:00:00+03:00' },
    ])
    expect(tally.days).toEqual(['2026-11-22', '2026-11-23'])
  })
})

describe('what a torture of keys finds', () => {
  const bytes = makeKeyBundle({ serial: SERIAL, platform: 'other' }, 1)
  const sha256 = hash('sha256', bytes)
  const file: KeyStatus = {
    fileId: 'f1',
    serial: SERIAL,
    sequence: 1,
    batch: 'B',
    sha256,
    state: 'delivered',
  }
  const answered = (body: Buffer, status = 200): Answer => ({
    ...{ status, body, headers: { 'psm-bundle-id': 'f1' } },
    json: <Result>() => undefined as Result,
  })
  const ledgerOfFile = () => {
    const ledger = new KeyLedger()
    ledger.deposited({ serial: SERIAL, sequence: 1, bytes }, 'f1')
    return ledger
  }
  const deposited: KeyAuditRow = { action: 'key.deposited', fileId: 'f1', fetch: undefined }
  const fetched = (...fetches: number[]): KeyAuditRow[] =>
    fetches.map((fetch) => ({ action: 'key.fetched', fileId: 'f1', fetch }))
  const faultsOf = (ledger: KeyLedger, statuses = [file], audit = [deposited, ...fetched(1, 2)]) =>
    Object.entries(ledger.judge(statuses, audit, 5).faults).flatMap(([name, count]) =>
      count === 0 ? [] : [`${name} ${count}`],
    )

  it('is nothing where all came as it should, also where an answer broke off or never came', () => {
    const ledger = ledgerOfFile()
    ledger.received(SERIAL, answered(bytes), true)
    ledger.received(SERIAL, answered(bytes.subarray(0, 99)), false)
    ledger.received('OTHER', answered(Buffer.from('{"code":"no_keys"}'), 404), true)
    expect(faultsOf(ledger, [file], [deposited, ...fetched(1, 2, 3)])).toEqual([])
  })

  it.each<[string, (ledger: KeyLedger) => void, string]>([
    ['bytes for another terminal', (one) => one.received('OTHER', answered(bytes), true), 'foreign 1'],
    ['bytes in a refusal', (one) => one.received('OTHER', answered(bytes, 404), true), 'foreign 1'],
    [
      'bytes that are not whole',
      (one) => one.received(SERIAL, answered(bytes.subarray(1)), true),
      'altered 1',
    ],
    [
      'a part of something else',
      (one) => one.received(SERIAL, answered(bytes.subarray(9, 20)), false),
      'altered 1',
    ],
    ['a result that is not kept', (one) => one.reported('f1'), 'forgotten 1'],
  ])('is %s', (_what, happen, fault) => {
    const ledger = ledgerOfFile()
    happen(ledger)
    expect(faultsOf(ledger)).toEqual([fault])
  })

  it.each<[string, KeyStatus[], KeyAuditRow[], string]>([
    ['a file that is gone', [], [deposited], 'lost 1'],
    ['a file that is there twice', [file, file], [deposited], 'doubled 1'],
    ['a file of other bytes', [{ ...file, sha256: 'x' }], [deposited], 'altered 1'],
    [
      'a file that nobody deposited',
      [file, { ...file, fileId: 'f2', sequence: 2 }],
      [deposited],
      'foreign 1',
    ],
    ['six fetches', [file], [deposited, ...fetched(1, 2, 3, 4, 5, 6)], 'overFetched 1'],
    ['a fetch that the audit lacks', [file], [deposited, ...fetched(1, 3)], 'unaudited 1'],
    ['a fetch that is in it twice', [file], [deposited, ...fetched(1, 1)], 'unaudited 1'],
    ['a deposit that the audit lacks', [file], fetched(1), 'unaudited 1'],
  ])('is %s', (_what, statuses, audit, fault) => {
    expect(faultsOf(ledgerOfFile(), statuses, audit)).toEqual([fault])
  })

  it('is an answer that no fetch was counted for', () => {
    const ledger = ledgerOfFile()
    ledger.received(SERIAL, answered(bytes), true)
    expect(faultsOf(ledger, [file], [deposited])).toEqual(['unaudited 1'])
  })

  it('is a batch whose columns are not its files, or do not add up', () => {
    const [counted = emptyReport('')] = countedBatches([file, { ...file, fileId: 'f2', state: 'superseded' }])
    const report = { ...emptyReport('B'), deposited: 2, delivered: 1, ended: 1 }
    expect(isSame(report, counted)).toBe(true)
    expect(isSame({ ...report, delivered: 0, waiting: 1 }, counted)).toBe(false)
    expect(isSame({ ...report, deposited: 3 }, { ...counted, deposited: 3 })).toBe(false)
    expect(isSame(undefined, counted)).toBe(false)
  })
})
