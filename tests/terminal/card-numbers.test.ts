import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '../../src/core/context'
import { Status } from '../../src/features/monitoring/status/schemas'
import { issueEnrollmentCode } from '../../src/features/terminals/service/codes'
import { registerTerminal } from '../../src/features/terminals/service/register'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()
let open: OpenDoor
let me: Ctx
let terminalId: string
let token: string | undefined
/** A serial number may look like one, and is none. */
const SERIAL = '5413330089010434'
const CARD = '4111111111111111'
const CUT = '411111******1111'

beforeAll(async () => {
  const services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  const registered = { serial: SERIAL, platform: 'wiseasy-wpos3' as const }
  const tids = [{ acquirer: '', tid: '00000001', mid: '000000000001234' }]
  terminalId = (await registerTerminal(me, { ...registered, tids })).id
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [SERIAL] })
  const played = new FakeTerminal(open.client, { ...registered, token: undefined })
  await played.enroll(enrollmentCode)
  token = played.token
})
afterAll(() => open.close())

const checkIn = (json: object) =>
  open.client.send({ method: 'POST', path: '/terminal/v1/check-in', token, json })

describe('a card number in what a terminal says of itself', () => {
  const sha256 = `${CARD}${'0'.repeat(48)}`
  const status = {
    serial: SERIAL,
    model: `WPOS-3 ${CARD}`,
    tids: [{ tid: '00000001', mid: '000000000001234', acquirer: `bank ${CARD}` }],
    components: [{ name: 'system', version: CARD }],
    licenses: [{ licId: 'LIC-1', sha256 }],
    network: { operator: '4111 1111 1111 1111' },
    printer: CARD,
  }
  const kept = async () =>
    (
      await database.sql`
        select status, (select jsonb_agg(changes) from status_history h where h.terminal_id = s.terminal_id) as history
        from terminal_status s where terminal_id = ${terminalId}`
    )[0]

  it('is kept and shown with its first six and last four alone, and what is compared stays whole', async () => {
    await checkIn({ status })
    const row = await kept()
    expect(row?.status).toEqual({
      ...{ serial: SERIAL, model: `WPOS-3 ${CUT}`, components: [{ name: 'system', version: CUT }] },
      tids: [{ tid: '00000001', mid: '000000000001234', acquirer: `bank ${CUT}` }],
      licenses: [{ licId: 'LIC-1', sha256 }],
      ...{ network: { operator: '4111 11** **** 1111' }, printer: CUT },
    })
    expect(JSON.stringify(row?.history).replaceAll(sha256, '')).not.toMatch(/4111 ?1111 ?1111 ?1111/)
  })

  it('comes in by no repetition, and makes no news', async () => {
    await checkIn({ status, statusHash: 'another' })
    await checkIn({ status: { ...status, printer: CARD }, statusHash: 'third' })
    const row = await kept()
    expect([row?.status.printer, row?.history.length]).toEqual([CUT, 1])
  })

  it('cannot be guessed from what tells the status from the next: a keyed digest, and no hash of the terminal', async () => {
    const canonical = JSON.stringify(Status.parse(status))
    const plain = createHash('sha256').update(canonical).digest()
    await checkIn({ status, statusHash: plain.toString('hex') })
    const [row] = await database.sql`
      select status_digest, client_hash from terminal_status where terminal_id = ${terminalId}`
    const keyed = await me.vault.mac(Buffer.from(canonical), `status ${terminalId}`)
    expect([row?.status_digest, row?.client_hash]).toEqual([keyed, null])
    // The server that took it remembers the hash; it says as little as the status itself to whoever has its memory.
    expect((await checkIn({ statusHash: plain.toString('hex') })).status).toBe(204)
  })

  it('is not kept as the hash of a status, which is asked for again then', async () => {
    const hashes = ['0123456789abcdef4111111111111111', 'third']
    const clean = { serial: SERIAL, printer: 'ok' }
    for (const statusHash of [CARD, ...hashes]) await checkIn({ status: clean, statusHash })
    const [row] =
      await database.sql`select client_hash from terminal_status where terminal_id = ${terminalId}`
    expect(row?.client_hash).toBe('third')
    await checkIn({ status: clean, statusHash: CARD })
    const [after] =
      await database.sql`select client_hash from terminal_status where terminal_id = ${terminalId}`
    expect(after?.client_hash).toBeNull()
    expect((await checkIn({ statusHash: CARD })).status).toBe(409)
    expect((await checkIn({ status: clean, statusHash: hashes[0] })).status).toBe(204)
    expect((await checkIn({ statusHash: hashes[0] })).status).toBe(204)
  })

  it('is none in its time, whatever that is', async () => {
    const times = [CARD, '2026-11-27T01:33:10.123Z']
    for (const localTime of times) {
      await checkIn({ vitals: { localTime } })
      const presence = async () =>
        (await database.sql`select vitals from terminal_presence where terminal_id = ${terminalId}`)[0]
          ?.vitals?.localTime
      await expect.poll(presence, { timeout: 5_000 }).toBe(localTime === CARD ? CUT : localTime)
    }
  })
})
