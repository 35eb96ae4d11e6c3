import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { registerTerminal } from '../../src/features/terminals/service/register'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'

const database = useTestDatabase()
let services: Services
let url: string
let terminalId: string
beforeAll(async () => {
  services = await makeServices(database)
  const admin = operator('admin')
  ;({ url } = await openFaces(services, () => admin))
  terminalId = (
    await registerTerminal(makeCtx(services, admin), { serial: 'ITEM-1', platform: 'feitian-f20' })
  ).id
})

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
}

/** What a list has, by how its first row is made and named. */
const LISTS: [list: string, input: () => object, id: string, missing: string][] = [
  ['/groups', () => ({ name: 'Shops' }), 'id', 'group_not_found'],
  ['/merchants', () => ({ name: 'Kiosk' }), 'id', 'merchant_not_found'],
  [
    '/operators',
    () => ({ username: 'anna', password: 'twelve characters', role: 'viewer' }),
    'id',
    'operator_not_found',
  ],
  ['/enrollment-codes', () => ({ serials: ['ITEM-1'] }), 'codeId', 'enrollment_code_not_found'],
  ['/eslips/holds', () => ({ fromDay: '2026-01-01', reason: 'a complaint' }), 'id', 'eslip_hold_not_found'],
  [
    '/ecr-log-requests',
    () => ({ terminalId, from: '2026-11-26T00:00:00Z', to: '2026-11-27T00:00:00Z' }),
    'id',
    'ecr_log_request_not_found',
  ],
]

describe('what a list has', () => {
  it.each(LISTS)('%s gives one by one, as the list has it', async (list, input, id, missing) => {
    const made = await call('POST', list, input())
    expect(made.status).toBe(201)
    const { items } = (await call('GET', list)).json as { items: Record<string, unknown>[] }
    const own = String(made.json[id])
    expect((await call('GET', `${list}/${own}`)).json).toEqual(items.find((item) => item.id === own))
    expect(await call('GET', `${list}/${newId()}`)).toMatchObject({ status: 404, json: { code: missing } })
  })

  it('is told of the audit log by number, beside its other addresses', async () => {
    const { items } = (await call('GET', '/audit')).json as { items: { seq: number }[] }
    expect((await call('GET', `/audit/${items[0]?.seq}`)).json).toEqual(items[0])
    expect((await call('GET', '/audit/verification')).json).toMatchObject({ problem: null })
    expect((await call('GET', '/audit/999999')).json.code).toBe('audit_entry_not_found')
  })
})
