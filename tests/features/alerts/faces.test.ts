import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { exportHref } from '../../../src/features/alerts/ui/words'
import { createApiKey } from '../../../src/features/operators'
import { openFaces } from '../../support/faces'
import { useTestDatabase } from '../../support/postgres'
import { openRoom } from './room'

const database = useTestDatabase()

it('alerts leave as CSV, as the filter of the page says, and only to who may read them', async () => {
  const room = await openRoom(database)
  const { url } = await openFaces(room.services)
  await room.have(2, { prefix: 'CSV' })
  room.pass(20)
  await room.look()
  const { key } = await createApiKey(room.admin, { name: 'desk', scopes: ['alerts:read', 'status:read'] })
  const { key: other } = await createApiKey(room.admin, { name: 'other', scopes: ['status:read'] })
  const get = (filter: Record<string, string | undefined>, by = key) =>
    fetch(`${url}${exportHref(filter, 'ru')}`, { headers: { Authorization: `Bearer ${by}` } })
  const answer = await get({ state: 'open', kind: 'terminal-lost', severity: undefined })
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="alerts-2026-11-27.csv"')
  const rows = parse(await answer.text(), { bom: true, columns: true, delimiter: ';' }) as Record<
    string,
    string
  >[]
  expect(rows.map((row) => [row.Вид, row['О чём'], row['Терминалов сейчас']]).sort()).toEqual([
    ['terminal-lost', 'CSV-000001', '1'],
    ['terminal-lost', 'CSV-000002', '1'],
  ])
  expect(parse(await (await get({ state: 'cleared' })).text(), { bom: true })).toHaveLength(1)
  expect((await get({ kind: 'nonsense' })).status).toBe(400)
  expect((await get({}, other)).status).toBe(403)
})
