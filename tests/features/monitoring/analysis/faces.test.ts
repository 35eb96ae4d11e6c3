import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../../../src/core/context'
import { createApiKey } from '../../../../src/features/operators'
import { openFaces } from '../../../support/faces'
import { useTestDatabase } from '../../../support/postgres'
import { makeCtx, makeServices, operator } from '../../../support/services'
import { type Fleet, makeFleet, NOW } from '../status/fleet'

const database = useTestDatabase()
let fleet: Fleet
let url: string
let key: string
let limitedKey: string

beforeAll(async () => {
  const services: Services = await makeServices(database, { clock: { now: () => NOW } })
  fleet = await makeFleet(database, services)
  url = (await openFaces(services)).url
  const admin = makeCtx(services, operator('admin'))
  const scopes = ['analysis:read' as const, 'status:read' as const]
  key = (await createApiKey(admin, { name: 'all', scopes })).key
  const visibility = { kind: 'limited' as const, groupIds: [fleet.groups[1] ?? ''], merchantIds: [] }
  limitedKey = (await createApiKey(admin, { name: 'south', scopes, visibility })).key
})

const get = (path: string, token = key) =>
  fetch(`${url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } })

interface Chart {
  dimension: string
  subject: string | null
  terminals: number
  slices: { value: string | null; terminals: number; filter: Record<string, string | boolean> }[]
}
const chartsOf = async (query: string, token = key) =>
  ((await (await get(`/analysis${query}`, token)).json()) as { charts: Chart[] }).charts

describe('the analysis by REST', () => {
  it('gives every number with the query by which the list gives its terminals', async () => {
    const [connectivity] = await chartsOf(`?groupId=${fleet.groups[0]}`)
    expect(connectivity?.dimension).toBe('connectivity')
    for (const { terminals, filter } of connectivity?.slices ?? []) {
      const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]))
      const list = (await (await get(`/status?limit=200&${query}`)).json()) as { items: unknown[] }
      expect(list.items).toHaveLength(terminals)
    }
    expect(connectivity?.slices.length).toBeGreaterThan(2)
  })

  it('counts for a program with limits what it sees and nothing else', async () => {
    const sum = (charts: Chart[]) => charts.find((one) => one.dimension === 'state')?.terminals
    expect(sum(await chartsOf('', limitedKey))).toBe(sum(await chartsOf(`?groupId=${fleet.groups[1]}`)))
  })

  it('refuses what is not a group', async () => {
    const answer = await get('/analysis?groupId=north')
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'invalid_input' })
  })
})

describe('the analysis as CSV', () => {
  const rowsOf = async (query: string, delimiter: string, token = key) => {
    const answer = await get(`/analysis/export.csv${query}`, token)
    return parse(await answer.text(), { columns: true, bom: true, delimiter }) as Record<string, string>[]
  }

  it('has a row for each value of each chart, with its share', async () => {
    const answer = await get('/analysis/export.csv')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="analysis-2026-11-24.csv"')
    const rows = await rowsOf('', ',')
    const charts = await chartsOf('')
    expect(rows).toHaveLength(charts.reduce((sum, one) => sum + one.slices.length, 0))
    const platforms = rows.filter((row) => row['Told apart by'] === 'platform')
    const shares = platforms.reduce((sum, row) => sum + Number(row['Share, %']), 0)
    expect(shares).toBeCloseTo(100, 0)
    expect(rows).toContainEqual(
      expect.objectContaining({ 'Told apart by': 'component', Component: 'emv', Value: '7' }),
    )
    expect(rows).toContainEqual(expect.objectContaining({ 'Told apart by': 'os', Value: '(not reported)' }))
  })

  it('is headed in the language asked for, and has the numbers of the caller only', async () => {
    const rows = await rowsOf('?lang=ru', ';', limitedKey)
    const states = rows.filter((row) => row.Признак === 'state')
    const own = await chartsOf('', limitedKey)
    expect(states.map((row) => Number(row.Терминалов))).toEqual(
      own.find((one) => one.dimension === 'state')?.slices.map((one) => one.terminals),
    )
  })

  it('refuses a parameter it does not know', async () => {
    expect((await get('/analysis/export.csv?group=x')).status).toBe(400)
  })
})
