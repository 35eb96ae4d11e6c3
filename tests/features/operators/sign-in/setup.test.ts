import { beforeEach, describe, expect, it } from 'vitest'
import { createOperator } from '../../../../src/features/operators'
import { openSetup } from '../../../../src/features/operators/sign-in/setup'
import { useTestDatabase } from '../../../support/postgres'
import { job, makeCtx } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
beforeEach(async () => {
  await database.sql`delete from operators`
  await database.sql`delete from setup_tokens`
  room = await openRoom(database)
})

const linkOf = async () => (await openSetup(room.services)) ?? ''
const setUp = (token: string, username = 'first') =>
  room.browser().post('/setup', { token, username, name: 'The First', password: PASSWORD })
const REFUSED = [403, 'setup_refused']
const codeOf = async (answer: ReturnType<typeof setUp>) => {
  const { status, body } = await answer
  return [status, body.code ?? body.status]
}

describe('the link for the first administrator', () => {
  it('makes one, signed in, and is good once', async () => {
    const token = await linkOf()
    expect(token).toMatch(/^pss_[\w-]{43}$/)
    const browser = room.browser()
    const answer = await browser.post('/setup', { token, username: 'first', password: PASSWORD })
    expect([answer.status, answer.body]).toEqual([201, { status: 'signed_in' }])
    const account = (await browser.ask('account.get')) as { id: string }
    expect(account).toMatchObject({ username: 'first', role: 'admin' })
    expect((await room.auditOf(account.id)).map(({ action }) => action)).toEqual([
      'operator.created',
      'operator.signed_in',
    ])
    expect(await codeOf(setUp(token, 'second'))).toEqual(REFUSED)
    expect(await openSetup(room.services)).toBeUndefined()
  })

  it('is one of a kind: of many at once one makes an administrator', async () => {
    const tokens = await Promise.all([linkOf(), linkOf(), linkOf()])
    const outcomes = await Promise.all(tokens.map((token, index) => codeOf(setUp(token, `first-${index}`))))
    expect(outcomes.filter(([status]) => status === 201)).toHaveLength(1)
    expect(outcomes.filter(([, code]) => code === 'setup_refused')).toHaveLength(2)
    const [row] = await database.sql`select count(*)::int as n from operators`
    expect(row?.n).toBe(1)
  })

  it('is refused when it is unknown, too old, or somebody was made by another way', async () => {
    const token = await linkOf()
    expect(await codeOf(setUp('pss_nonsense'))).toEqual(REFUSED)
    expect(await codeOf(setUp(`pss_${'A'.repeat(43)}`))).toEqual(REFUSED)
    room.clock.passMinutes(24 * 60 + 1)
    expect(await codeOf(setUp(token))).toEqual(REFUSED)
    const fresh = await linkOf()
    const admin = makeCtx(room.services, job())
    await createOperator(admin, { username: 'by-cli', password: PASSWORD, role: 'admin' })
    expect(await codeOf(setUp(fresh))).toEqual(REFUSED)
    const [row] = await database.sql`select count(*)::int as n from setup_tokens`
    expect(row?.n).toBe(0)
  })

  it('asks for a good password and leaves the link good', async () => {
    const token = await linkOf()
    const short = await room.browser().post('/setup', { token, username: 'first', password: 'short' })
    expect([short.status, short.body.code]).toEqual([400, 'invalid_input'])
    expect(await codeOf(setUp(token))).toEqual([201, 'signed_in'])
  })

  it('is kept as a hash', async () => {
    const token = await linkOf()
    const [row] = await database.sql`select encode(token_hash, 'escape') as kept from setup_tokens`
    expect(row?.kept).not.toContain(token.slice(4))
  })
})
