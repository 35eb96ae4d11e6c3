import { describe, expect, it } from 'vitest'
import { StatusFilter } from '../../../../src/features/monitoring/status/schemas'
import {
  appOf,
  appValue,
  assignHref,
  exportHref,
  filterOf,
  STATUS_FILTERS,
  type StatusFilterName,
  statusHref,
} from '../../../../src/features/monitoring/status/ui/filter-state'
import { clockTone, freeTone, signalLevel } from '../../../../src/features/monitoring/status/ui/levels'
import { evenly, topVersions } from '../../../../src/features/monitoring/status/ui/overview-data'
import { changesPerDay, differencesOf } from '../../../../src/features/monitoring/status/ui/terminal/changes'

const address = (values: Partial<Record<StatusFilterName, string>>) => ({
  filter: (name: StatusFilterName) => values[name],
})
const atMinute = (minute: number) => new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString()
const ID = '0197d1d0-0000-7000-8000-000000000001'

describe('the filter in the address', () => {
  it('is never one that the server refuses', () => {
    const odd = [
      '',
      'x',
      'x'.repeat(63),
      'x'.repeat(65),
      'x'.repeat(129),
      ID,
      `${ID}0`,
      '0',
      '-1',
      '1e9',
      'online',
      'active',
    ]
    for (const name of STATUS_FILTERS)
      for (const value of [...odd, 'yes', 'feitian-f20', '["psPos","3.14.2"]', '["a"', 'NaN']) {
        const filter = filterOf(address({ [name]: value }))
        expect(StatusFilter.safeParse(filter).success, `${name}=${value}`).toBe(true)
      }
  })

  it('is the filter of the server', () => {
    const app = appValue({ appName: 'psPos', appVersion: '3.14.2' })
    const state = address({ search: 'SN1', app, group: ID, silent: '24', mismatch: 'yes' })
    expect(filterOf(state)).toEqual({
      search: 'SN1',
      appName: 'psPos',
      appVersion: '3.14.2',
      groupId: ID,
      silentForHours: 24,
      hasMismatch: true,
    })
  })

  it('leaves out what no filter knows, such as an address typed by hand', () => {
    const state = address({
      platform: 'nokia',
      state: 'broken',
      group: 'x',
      silent: '-1',
      connectivity: 'late',
    })
    expect(filterOf(state)).toEqual({ connectivity: 'late' })
    expect(filterOf(address({ mismatch: 'no' }))).toEqual({ hasMismatch: false })
  })

  it('knows an application by its version alone, whatever was typed', () => {
    expect(appOf(undefined)).toEqual({})
    for (const typed of ['3.14.2', '3', '{}', '"']) expect(appOf(typed)).toEqual({ appVersion: typed })
    expect(appOf(appValue({ appName: null, appVersion: 'a"b' }))).toEqual({ appVersion: 'a"b' })
  })

  it('knows all that are in service in the place of a state, and is written into an address as it is read', () => {
    expect(filterOf(address({ state: 'in-service' }))).toEqual({ inService: true })
    const filter: StatusFilter = {
      search: 'SN1',
      appVersion: '3.14.2',
      groupId: ID,
      inService: true,
      hasMismatch: false,
      silentForHours: 24,
      component: 'emv & kernel',
      componentVersion: '7.2',
      networkType: '4g',
      networkOperator: 'MTS',
      update: 'none',
      failure: 'battery_low',
      unreported: 'os',
      license: 'expiring',
    }
    const { pathname, searchParams } = new URL(statusHref(filter), 'http://localhost')
    expect(pathname).toBe('/monitoring/status')
    expect(filterOf({ filter: (name) => searchParams.get(name) ?? undefined })).toEqual(filter)
  })

  it('leads to the export of the same rows in the same language', () => {
    const href = exportHref({ search: 'a&b', hasMismatch: true }, 'ru')
    expect(href).toBe('/api/v1/status/export.csv?lang=ru&search=a%26b&hasMismatch=true')
  })
})

describe('all that a filter finds', () => {
  it('is handed to the page of assignments, with every filter there is', () => {
    const state = address({ search: 'a&b', connectivity: 'late', group: 'x' })
    expect(assignHref(state)).toBe(
      '/profile/assignments/new?by=filter&for-search=a%26b&for-group=x&for-connectivity=late',
    )
  })
})

describe('what changed at a terminal', () => {
  it('is told down to the single value', () => {
    const changes = {
      printer: { before: 'ok', after: 'out_of_paper' },
      application: { before: { name: 'psPos', version: '1' }, after: { name: 'psPos', version: '2' } },
      ecr: { before: null, after: { connected: true } },
    }
    expect(differencesOf(changes)).toEqual([
      { field: 'printer', part: undefined, isKnownPart: true, before: 'ok', after: 'out_of_paper' },
      { field: 'application', part: 'version', isKnownPart: true, before: '1', after: '2' },
      { field: 'ecr', part: 'connected', isKnownPart: true, before: null, after: true },
    ])
  })

  it('names the entries of lists, and tells what came, went and stayed', () => {
    const before = [
      { name: 'system', version: '1' },
      { name: 'boot', version: '1' },
    ]
    const after = [
      { name: 'boot', version: '1' },
      { name: 'kernel', version: '7' },
    ]
    const found = differencesOf({ components: { before, after } })
    expect(found.map((one) => [one.part, one.before, one.after])).toEqual([
      ['system', '1', null],
      ['kernel', null, '7'],
    ])
  })

  it('tells an entry that is nothing but its name once, and hashes by their beginning', () => {
    const hash = 'ab'.repeat(32)
    const found = differencesOf({
      tids: { before: [{ tid: '1' }], after: [{ tid: '2' }] },
      licenses: { before: [], after: [{ licId: 'L', sha256: hash }] },
      abis: { before: ['armeabi'], after: ['arm64-v8a', 'armeabi'] },
    })
    expect(found.map((one) => [one.part, one.before, one.after])).toEqual([
      [undefined, '1', null],
      [undefined, null, '2'],
      ['L', null, 'abababababab…'],
      [undefined, null, 'arm64-v8a'],
    ])
  })

  it('is counted by day, days without a change among them', () => {
    const at = (day: number, hour: number) => new Date(2026, 2, day, hour).toISOString()
    const days = changesPerDay([at(30, 23), at(30, 1), at(28, 12)])
    expect(days.map((one) => one.count)).toEqual([1, 0, 2])
    expect(changesPerDay([])).toEqual([])
    expect(changesPerDay([at(30, 1), '2020-01-01T00:00:00Z'])).toHaveLength(14)
  })
})

describe('the fleet in charts', () => {
  it('is shown at even steps of time, its ends kept', () => {
    const samples = Array.from({ length: 1440 }, (_, minute) => ({ at: atMinute(minute), minute }))
    const shown = evenly(samples)
    expect(shown).toHaveLength(96)
    expect([shown[0]?.sample?.minute, shown.at(-1)?.sample?.minute]).toEqual([0, 1439])
    const steps = new Set(
      shown.slice(1).map((one, index) => Math.round((one.at - (shown[index]?.at ?? 0)) / 60_000)),
    )
    expect([...steps]).toEqual([15])
    expect(evenly(samples.slice(0, 3)).map((one) => one.sample?.minute)).toEqual([0, 1, 2])
    expect(evenly([])).toEqual([])
  })

  it('has a gap where nothing was counted for long', () => {
    const shown = evenly([0, 30, 600].map((minute) => ({ at: atMinute(minute), minute })))
    expect(shown.filter(({ sample }) => sample === null).length).toBeGreaterThan(70)
    expect(shown.at(-1)?.sample?.minute).toBe(600)
  })

  it('shows the top versions, and all others as one', () => {
    const versions = Array.from({ length: 7 }, (_, index) => ({
      appName: 'psPos',
      appVersion: String(index),
      terminals: 10,
    }))
    const slices = topVersions(versions, 100, 'Others')
    expect(slices).toHaveLength(6)
    expect(slices.at(-1)).toEqual({ label: 'Others', isRest: true, count: 50 })
    expect(topVersions(versions.slice(0, 2), 20, 'Others')).toHaveLength(2)
    // Of a fleet that has reported nothing yet there is nothing to compare.
    expect(topVersions([], 20, 'Others')).toEqual([])
  })
})

describe('figures that deserve a look', () => {
  it('are told by where they lie', () => {
    expect([-60, -80, -90, -100, -110].map(signalLevel)).toEqual([4, 3, 2, 1, 0])
    expect([10, 100, 1000].map((mib) => freeTone(mib * 1024 * 1024))).toEqual(['danger', 'warn', 'good'])
    expect([500, -90_000, 4_000_000].map(clockTone)).toEqual(['good', 'warn', 'danger'])
  })
})
