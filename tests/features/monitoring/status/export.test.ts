import http from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../../../src/core/context'
import { createApiKey } from '../../../../src/features/operators'
import { createMerchant } from '../../../../src/features/terminals/service/places'
import { openFaces } from '../../../support/faces'
import { useTestDatabase } from '../../../support/postgres'
import { makeCtx, makeServices, operator } from '../../../support/services'
import { type Fleet, makeFleet, NOW, TERMINALS } from './fleet'

const database = useTestDatabase()
let services: Services
let fleet: Fleet
let url: string
let key: string
let limitedKey: string
/** Statements the export has asked, to see that it stops asking. */
let asked = 0

beforeAll(async () => {
  const plain = await makeServices(database, { clock: { now: () => NOW } })
  const db = new Proxy(plain.db, {
    get(target, name, receiver) {
      if (name === 'execute') asked++
      const value: unknown = Reflect.get(target, name, receiver)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  services = { ...plain, db }
  fleet = await makeFleet(database, plain)
  url = (await openFaces(services)).url
  const admin = makeCtx(plain, operator('admin'))
  key = (await createApiKey(admin, { name: 'all', scopes: ['status:read'] })).key
  const visibility = { kind: 'limited' as const, groupIds: [fleet.groups[1] ?? ''], merchantIds: [] }
  limitedKey = (await createApiKey(admin, { name: 'south', scopes: ['status:read'], visibility })).key
})

const get = (query: string, token = key) =>
  fetch(`${url}/api/v1/status/export.csv${query}`, { headers: { Authorization: `Bearer ${token}` } })
const rowsOf = (text: string, delimiter = ','): Record<string, string>[] =>
  parse(text, { columns: true, bom: true, delimiter })

describe('the export', () => {
  it('has every terminal once, in order, under headings in the language asked for', async () => {
    const answer = await get('')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="terminals-2026-11-24.csv"')
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const serials = rowsOf(bytes.toString()).map((row) => row['Serial number'] ?? '')
    expect(serials).toHaveLength(TERMINALS)
    expect(serials).toEqual([...new Set(serials)].sort())
    const [row] = rowsOf(await (await get('?lang=ru&model=MODEL-1')).text(), ';')
    expect(row).toMatchObject({ Модель: 'MODEL-1', Приложение: 'psPos' })
  })

  it('takes the filters of the list', async () => {
    const query = '?connectivity=lost&hasMismatch=false&silentForHours=1.5&platform=other'
    const rows = rowsOf(await (await get(query)).text())
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect([row.Platform, row.Connectivity]).toEqual(['other', 'lost'])
  })

  it('gives a spreadsheet no formula to run', async () => {
    const text = await (await get(`?merchantId=${fleet.merchants[0]}`)).text()
    const merchants = rowsOf(text).map((row) => row.Merchant)
    expect(new Set(merchants)).toEqual(new Set(["'=cmd|calc"]))
  })

  it('gives none to a spreadsheet that parts cells by the other sign', async () => {
    const [one] = rowsOf(await (await get('?model=MODEL-1')).text())
    const said = 'M;=cmd|calc,@x;"=1,\t+7; =2, -3;-4'
    await database.sql`update terminal_status set status = jsonb_set(status, '{model}', to_jsonb(${said}::text)) where serial = ${one?.['Serial number'] ?? ''}`
    for (const lang of ['en', 'ru']) {
      const text = await (await get(`?lang=${lang}&model=${encodeURIComponent(said)}`)).text()
      const [, row = ''] = text.split('\n')
      expect(row).toContain('M;')
      for (const delimiter of [',', ';', '\t'])
        for (const cell of row.split(delimiter)) expect(cell).not.toMatch(/^["\s]*[=@]|^"*[-+]/)
    }
  })

  it('has for a caller with limits its own terminals only', async () => {
    const rows = rowsOf(await (await get('', limitedKey)).text())
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.length).toBeLessThan(TERMINALS)
    for (const row of rows) expect(row.Groups).toContain('South')
  })

  it.each([
    ['?platform=nokia', 'platform'],
    ['?silentForHours=x', 'silentForHours'],
    ['?hasMismatch=maybe', 'hasMismatch'],
    ['?nothing=1', ''],
  ])('refuses %s, naming the field', async (query, path) => {
    const answer = await get(query)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'invalid_input', issues: [{ path }] })
  })

  it('stops asking the database when its reader goes away, and reads no further ahead than a slow one takes', async () => {
    // Rows wider than any name may be: sockets fill up with few of them.
    const { id } = await createMerchant(makeCtx(services, operator('admin')), { name: 'wide' })
    await database.sql`update merchants set name = ${'Ж'.repeat(1_500)} where id = ${id}`
    await database.sql`insert into terminals (id, serial, platform, merchant_id)
      select gen_random_uuid(), 'Z' || lpad(n::text, 6, '0'), 'other', ${id} from generate_series(1, 8000) n`
    asked = 0
    await (await get('')).arrayBuffer()
    const whole = asked
    asked = 0
    const request = http.get(`${url}/api/v1/status/export.csv`, {
      headers: { Authorization: `Bearer ${key}` },
    })
    request.on('error', () => {})
    const response = await new Promise<http.IncomingMessage>((resolve) => request.once('response', resolve))
    response.on('error', () => {})
    // Nothing is read: sockets fill up, then nothing more is asked.
    let before = -1
    while (asked !== before) {
      before = asked
      await wait(400)
    }
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(whole * 0.8)
    request.destroy()
    await wait(300)
    const atLeaving = asked
    await wait(500)
    expect(asked).toBe(atLeaving)
  })
})
