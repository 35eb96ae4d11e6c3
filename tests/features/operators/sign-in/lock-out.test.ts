import { beforeAll, describe, expect, it } from 'vitest'
import { unlockOperator } from '../../../../src/features/operators/service/people'
import { useTestDatabase } from '../../../support/postgres'
import { job, makeCtx, operator } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
beforeAll(async () => {
  room = await openRoom(database, { SIGN_IN_ATTEMPTS: '3', SIGN_IN_LOCK_MINUTES: '30' })
})

const codeOf = async (login: string, password: string) => {
  const { status, body } = await room.browser().signIn(login, password)
  return [status, body.code ?? body.status]
}
const WRONG = [401, 'invalid_credentials']
const LOCKED = [429, 'sign_in_locked']
const IN = [200, 'signed_in']

async function fail(login: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) expect(await codeOf(login, 'wrong')).toEqual(WRONG)
}

describe('a login', () => {
  it('is locked after its failed attempts, for as long as is said, even for the right password', async () => {
    const { id } = await room.person('locked')
    await fail('locked', 2)
    await fail('LOCKED', 1)
    const refused = await room.browser().signIn('locked', PASSWORD)
    expect([refused.status, refused.body.code]).toEqual(LOCKED)
    const retryAfter = Number(refused.headers.get('retry-after'))
    expect(retryAfter).toBeGreaterThan(29 * 60)
    expect(retryAfter).toBeLessThanOrEqual(30 * 60)
    room.clock.passMinutes(29)
    expect(await codeOf('locked', PASSWORD)).toEqual(LOCKED)
    room.clock.passMinutes(2)
    expect(await codeOf('locked', PASSWORD)).toEqual(IN)
    const actions = (await room.auditOf(id)).map(({ action }) => action)
    expect(actions).toEqual([
      'operator.created',
      'operator.sign_in_failed',
      'operator.sign_in_failed',
      'operator.sign_in_failed',
      'operator.locked',
      'operator.signed_in',
    ])
  })

  it('that nobody has is locked the same way', async () => {
    await fail('nobody-at-all', 3)
    expect(await codeOf('nobody-at-all', 'wrong')).toEqual(LOCKED)
    room.clock.passMinutes(31)
    expect(await codeOf('nobody-at-all', 'wrong')).toEqual(WRONG)
  })

  it('counts anew after a success and after a lock', async () => {
    await room.person('counted')
    await fail('counted', 2)
    expect(await codeOf('counted', PASSWORD)).toEqual(IN)
    await fail('counted', 3)
    room.clock.passMinutes(31)
    await fail('counted', 2)
    expect(await codeOf('counted', PASSWORD)).toEqual(IN)
  })

  it('is counted one by one, however many guesses come at once', async () => {
    await room.person('guessed')
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => codeOf('guessed', 'wrong')))
    expect(outcomes.filter(([status]) => status === 401)).toHaveLength(3)
    expect(outcomes.filter(([status]) => status === 429)).toHaveLength(9)
    expect(await codeOf('guessed', PASSWORD)).toEqual(LOCKED)
  })

  it('is the same login in whatever width and case it is typed, for its lock and for its owner', async () => {
    const { id } = await room.person('wide')
    await fail('wide', 2)
    await fail('ＷＩＤＥ', 1)
    expect(await codeOf('wide', PASSWORD)).toEqual(LOCKED)
    await unlockOperator(makeCtx(room.services, job()), { operatorId: id })
    expect(await codeOf('ｗｉｄｅ', PASSWORD)).toEqual(IN)
  })

  it('lets its owner in while somebody is at the other login, whose attempt is left to itself', async () => {
    const { id, email } = await room.person('besieged')
    await fail(email, 1)
    await database.sql.begin(async (guesser) => {
      await guesser`select from sign_in_attempts where operator_id = ${id} for update`
      // Waiting for it here, with the person held that a guesser waits for next, was a deadlock.
      expect(await codeOf('besieged', PASSWORD)).toEqual(IN)
    })
    await fail(email, 1)
    expect(await codeOf('besieged', PASSWORD)).toEqual(IN)
  })

  it('gives nobody twice the attempts by a second name, and does not tell that there is one', async () => {
    const { id, email } = await room.person('twice')
    await fail('twice', 2)
    await fail(email, 1)
    // As it would be for a login of nobody: wrong, until this one is locked itself.
    expect(await codeOf(email, PASSWORD)).toEqual(WRONG)
    expect(await room.auditOf(id)).toContainEqual(
      expect.objectContaining({ after: { reason: 'locked_by_other_login', address: '127.0.0.1' } }),
    )
    expect(await codeOf('twice', PASSWORD)).toEqual(WRONG)
    expect(await codeOf('twice', PASSWORD)).toEqual(LOCKED)
    room.clock.passMinutes(31)
    expect(await codeOf(email, PASSWORD)).toEqual(IN)
  })

  it('is unlocked by an administrator, and by nobody else', async () => {
    const { id, email } = await room.person('unlocked')
    await fail('unlocked', 3)
    const viewer = makeCtx(room.services, operator('operator'))
    await expect(unlockOperator(viewer, { operatorId: id })).rejects.toMatchObject({ code: 'forbidden' })
    await unlockOperator(makeCtx(room.services, job()), { operatorId: id })
    expect(await codeOf(email, PASSWORD)).toEqual(IN)
    expect(await codeOf('unlocked', PASSWORD)).toEqual(IN)
    expect((await room.auditOf(id)).map(({ action }) => action)).toContain('operator.unlocked')
    const limited = makeCtx(room.services, { ...operator('admin'), visibility: LIMITED } as never)
    await fail('unlocked', 3)
    await expect(unlockOperator(limited, { operatorId: id })).rejects.toMatchObject({
      code: 'operator_not_found',
    })
    expect(await codeOf('unlocked', PASSWORD), 'the refused unlocking freed nothing').toEqual(LOCKED)
  })
})

const LIMITED = { kind: 'limited', groupIds: [], merchantIds: [] }
