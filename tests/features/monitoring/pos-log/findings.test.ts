import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../../../src/core/ids'
import { cardNumbersIn } from '../../../../src/features/monitoring/pos-log/redact'
import { TEST_CARDS } from '../../../../src/tools/simulator/ecr/hidden'
import { useTestDatabase } from '../../../support/postgres'
import { makeCtx, makeServices, operator } from '../../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../../support/terminal-door'
import { enrolledTerminal } from '../../eslips/slips'
import { putEntries } from './entries'

const database = useTestDatabase()
const PAN = TEST_CARDS[0]
let open: OpenDoor
let till: Awaited<ReturnType<typeof enrolledTerminal>>
let me: ReturnType<typeof makeCtx>

beforeAll(async () => {
  const services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
})
afterAll(() => open.close())
beforeEach(async () => {
  till = await enrolledTerminal(me, open, `LEAK-${newId()}`)
})

const post = async (path: string, json: unknown) => (await till.terminal.send('POST', path, { json })).status
const findings = async () =>
  (
    await database.sql<{ source: string; count: string }[]>`
      select source, count from card_findings where terminal_id = ${till.terminalId} order by source`
  ).map(({ source, count }) => [source, Number(count)])

/** What was found once all that was asked so far stands in the log. */
async function findingsOnceLogged(requests: number) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const [row] = await database.sql`
      select coalesce(sum(count), 0)::int as n from pos_log where terminal_id = ${till.terminalId}`
    if (row?.n >= requests) return findings()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The requests never came into the log.')
}

describe('card numbers in what nothing else looks through', () => {
  it('are findings of the POS log: in fields that the protocol does not know', async () => {
    const sent = { status: { os: 'Android 7', lastSale: `card ${PAN}` }, trace: [`PAN ${PAN}`] }
    expect(await post('/check-in', sent)).toBe(204)
    expect(await findingsOnceLogged(1)).toEqual([['pos-log', 2]])
  })

  it('are findings of the POS log: in messages that were refused, once for a run', async () => {
    for (let n = 0; n < 3; n++) expect(await post('/check-in', { status: { os: 7, note: PAN } })).toBe(422)
    expect(await findingsOnceLogged(1)).toEqual([['pos-log', 1]])
  })

  it('are not counted once more where the status or the result of an action was looked through', async () => {
    expect(await post('/check-in', { status: { printer: `ok ${PAN}` }, trace: 'none' })).toBe(204)
    const id = newId()
    await database.sql`insert into terminal_actions (id, terminal_id, kind, subject_id, body, state, offered_at, state_at)
      values (${id}, ${till.terminalId}, 'license', ${newId()}, '{}', 'offered', now(), now())`
    const said = { state: 'failed', message: `at card ${PAN}`, dump: `5555 5555 5555 4444` }
    expect(await post(`/actions/${id}/result`, said)).toBe(200)
    expect(await findingsOnceLogged(2)).toEqual([
      ['message', 2],
      ['pos-log', 1],
    ])
  })

  it('are counted with the entry that is written, and not again where the batch is', async () => {
    const entry = { terminalId: till.terminalId, id: 77, atMs: Date.now(), request: { note: PAN } }
    await putEntries(database.sql, [entry])
    await putEntries(database.sql, [entry])
    expect(await findings()).toEqual([['pos-log', 1]])
  })
})

describe('a body in which card numbers are counted', () => {
  it.each([
    ['in a text', { a: `x ${PAN} and ${PAN}` }, 2],
    ['as a number', { a: [{ b: Number(PAN) }] }, 1],
    ['in a name', { [`card ${PAN}`]: 1 }, 1],
    ['over the members of a list', { a: ['4111', '1111', '1111', '1111'] }, 1],
    ['under a name of which nothing is kept', { pan: PAN, track2: `${PAN}=2512`, cardData: { no: PAN } }, 3],
    ['in none', { amount: 125_050, rrn: '632700123456', at: '2026-11-23T10:00:00+03:00' }, 0],
  ])('has them %s', (_where, body, count) => {
    expect(cardNumbersIn(body)).toBe(count)
  })

  it('accuses nobody by the number of a terminal, a merchant or a hash that looks like one', () => {
    expect(cardNumbersIn({ serial: PAN, tid: PAN, mid: PAN, licId: PAN, statusHash: `a${PAN}` })).toBe(0)
  })
})
