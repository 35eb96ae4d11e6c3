import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { POS_KINDS } from '../../../../src/features/monitoring/pos-log/lists'
import {
  exportHref,
  filterOf,
  logOfTerminal,
  POS_FILTERS,
} from '../../../../src/features/monitoring/pos-log/ui/filter-state'
import { rowsOf } from '../../../../src/features/monitoring/pos-log/ui/rows'
import { createApiKey } from '../../../../src/features/operators'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { en } from '../../../../src/i18n/en'
import { documentedMessages } from '../../../../src/terminal/messages'
import { openFaces } from '../../../support/faces'
import { useTestDatabase } from '../../../support/postgres'
import { makeCtx, makeServices, operator } from '../../../support/services'
import { putEntries } from './entries'

const database = useTestDatabase()
const ROWS = 2_500
let url: string
let key: string

beforeAll(async () => {
  const services = await makeServices(database)
  const admin = makeCtx(services, operator('admin'))
  url = (await openFaces(services)).url
  key = (await createApiKey(admin, { name: 'all', scopes: ['pos-log:read'] })).key
  const { id: terminalId } = await registerTerminal(admin, { serial: 'FACE-1', platform: 'other' })
  const atMs = Date.now() - 1_000
  await putEntries(
    database.sql,
    Array.from({ length: ROWS }, (_, n) => ({
      terminalId,
      atMs: atMs - n,
      kind: n === 0 ? 'eslips' : 'check-in',
      items: 12,
    })),
  )
  await putEntries(database.sql, [
    { terminalId, atMs: atMs + 500, id: 9_999, about: '=1+1', status: 200, code: undefined },
  ])
})

const get = (path: string) =>
  fetch(`${url}/api/v1/pos-log${path}`, { headers: { Authorization: `Bearer ${key}` } })

describe('the POS log over REST', () => {
  it('is listed and read with numbers and texts of an address', async () => {
    const page = (await (await get('?limit=2&statusFrom=400&serial=FACE-1')).json()) as {
      items: { entryId: string; kind: string; status: number }[]
      nextCursor: string
      gaps: unknown[]
    }
    expect(page.items.map(({ kind, status }) => [kind, status])).toEqual([
      ['eslips', 422],
      ['check-in', 422],
    ])
    expect([typeof page.nextCursor, page.gaps]).toEqual(['string', []])
    const entry = await (await get(`/${page.items[0]?.entryId}`)).json()
    expect(entry).toMatchObject({ ...page.items[0], requestId: 'test-1', requestBody: null })
    expect((await get('/nothing')).status).toBe(404)
    expect((await get('?statusform=400')).status).toBe(400)
    expect((await get('?status=9')).status).toBe(400)
  })

  it('is handed out as CSV, every entry once, the newest first, nothing that a spreadsheet would run', async () => {
    const answer = await get('/export.csv')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toMatch(
      /attachment; filename="pos-log-\d{4}-\d\d-\d\d\.csv"/,
    )
    const rows = parse(Buffer.from(await answer.arrayBuffer()), { columns: true, bom: true }) as Record<
      string,
      string
    >[]
    expect(rows.length).toBe(ROWS + 1)
    expect(rows[0]).toMatchObject({ 'Serial number': 'FACE-1', Status: '200', About: "'=1+1" })
    const times = rows.map((row) => row['Time (UTC)'] ?? '')
    expect(times).toEqual([...times].sort().reverse())
    expect(new Set(times).size).toBe(ROWS + 1)
  })

  it('is handed out as CSV by the filters of the list, in either language', async () => {
    const answer = await get('/export.csv?lang=ru&kind=eslips&status=422')
    const rows = parse(await answer.text(), { columns: true, bom: true, delimiter: ';' }) as Record<
      string,
      string
    >[]
    expect(rows).toEqual([
      expect.objectContaining({ Сообщение: 'eslips', Элементов: '12', Код: 'invalid_message' }),
    ])
    expect((await get('/export.csv?nonsense=1')).status).toBe(400)
  })
})

describe('what can be asked for', () => {
  it('is every message of the protocol, and each has a name', () => {
    const names = documentedMessages().map(({ name }) => name)
    expect([...POS_KINDS].sort()).toEqual([...names, 'unknown'].sort())
    expect(Object.keys(en.posLog.kind).sort()).toEqual([...POS_KINDS].sort())
  })

  it('keeps bodies of those messages alone that may be kept', () => {
    const kept = documentedMessages().filter(({ noted }) => noted?.hasBodies)
    expect(kept.map(({ name }) => name).sort()).toEqual(['action-result', 'check-in'])
  })
})

describe('the page of the log', () => {
  const NOW = new Date('2026-11-27T12:00:30Z')
  const read = (given: Record<string, string>) => filterOf({ filter: (name) => given[name] }, NOW)

  it('reads its filter from the address, and leaves out what no filter knows', () => {
    expect(read({})).toEqual({})
    expect(
      read({ serial: ' SN1 ', tid: '00000001', kind: 'eslips', code: 'no_license', result: 'refused' }),
    ).toEqual({
      ...{ serial: 'SN1', tid: '00000001', kind: 'eslips', code: 'no_license', statusFrom: 400 },
    })
    expect(read({ result: '503' })).toEqual({ status: 503 })
    expect(
      read({ result: '99', kind: 'nonsense', serial: 'x'.repeat(65), period: 'never', from: 'x' }),
    ).toEqual({})
    expect(read({ period: 'hour' })).toEqual({ from: '2026-11-27T11:00:00.000Z' })
    const from = '2026-11-27T10:00'
    expect(read({ from, period: 'own' })).toEqual({ from: new Date(from).toISOString() })
  })

  it('hands the same filter to the download', async () => {
    const given: Record<string, string> = { kind: 'eslips', result: '422', period: 'any' }
    const path = exportHref(read(given), 'en').replace('/api/v1/pos-log', '')
    expect((await (await get(path)).text()).trim().split('\n').length).toBe(2)
    expect(logOfTerminal('A&B')).toBe('/monitoring/pos-log?serial=A%26B')
    expect(POS_FILTERS).toContain('period')
  })

  it('shows holes between the requests, where they ended', () => {
    const entry = (at: string) => ({ entryId: at, at }) as Parameters<typeof rowsOf>[0][number]
    const rows = rowsOf(
      [entry('2026-11-27T12:00:00.000Z'), entry('2026-11-27T10:00:00.000Z')],
      [{ from: '2026-11-27T10:30:00.000Z', to: '2026-11-27T11:00:00.000Z', dropped: 3 }],
    )
    expect(rows.map(({ at, gap }) => [at.slice(11, 16), gap?.dropped])).toEqual([
      ['12:00', undefined],
      ['11:00', 3],
      ['10:00', undefined],
    ])
  })
})
