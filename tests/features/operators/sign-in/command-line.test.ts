import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '../../../../src/core/context'
import { operatorJobs } from '../../../../src/features/operators/jobs'
import { commands } from '../../../../src/tools/psm/commands'
import { totpOf } from '../../../support/browser'
import { useTestDatabase } from '../../../support/postgres'
import { job, jobRun, makeCtx } from '../../../support/services'
import { openRoom, PASSWORD, type Room } from './room'

const database = useTestDatabase()
let room: Room
let ctx: Ctx
beforeAll(async () => {
  room = await openRoom(database, { SIGN_IN_ATTEMPTS: '2' })
  ctx = makeCtx(room.services, job())
})

async function psm(
  name: string,
  ...args: string[]
): Promise<{ result: Record<string, unknown>; text: string }> {
  const command = commands.find((one) => one.name === name)
  if (command === undefined) throw new Error(`psm does not know ${name}`)
  const result = await command.run(ctx, args)
  return { result, text: command.describe?.(result) ?? '' }
}

const statusOf = async (username: string, password: string) =>
  (await room.browser().signIn(username, password)).status

describe('psm', () => {
  it('unlocks an operator', async () => {
    const { id } = await room.person('locked')
    for (const expected of [401, 401, 429]) expect(await statusOf('locked', 'wrong')).toBe(expected)
    expect((await psm('operators unlock', '--username', 'LOCKED')).result).toEqual({
      operatorId: id,
      username: 'locked',
    })
    expect(await statusOf('locked', PASSWORD)).toBe(200)
    await expect(psm('operators unlock', '--username', 'nobody')).rejects.toMatchObject({
      code: 'operator_not_found',
    })
  })

  it('takes away a lost second factor', async () => {
    await room.person('lost')
    const browser = room.browser()
    await browser.signIn('lost', PASSWORD)
    const { body } = await browser.post('/two-factor/enable', { password: PASSWORD })
    await browser.post('/two-factor/confirm', { code: totpOf(body.totpUri as string) })
    expect((await room.browser().signIn('lost', PASSWORD)).body).toEqual({ status: 'second_factor' })
    expect((await psm('operators list')).text).toMatch(/^lost {2}operator {2}active {2}second factor {2}/m)
    await psm('operators reset-two-factor', '--username', 'lost')
    expect((await room.browser().signIn('lost', PASSWORD)).body).toEqual({ status: 'signed_in' })
  })

  it('lists operators a page at a time', async () => {
    const { result, text } = await psm('operators list', '--limit', '1')
    expect(text).toMatch(/^locked {2}.*\nmore: --cursor (\S+)$/)
    const next = await psm('operators list', '--limit', '1', '--cursor', String(result.nextCursor))
    expect(next.text).toMatch(/^lost {2}[^\n]*$/)
    await expect(psm('operators list', '--limit', 'many')).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('what signing in leaves behind', () => {
  it('is swept once it opens nothing any more, and not before', async () => {
    const [sweep] = operatorJobs
    const run = () => sweep?.run(ctx, jobRun())
    await room.person('swept')
    const browser = room.browser()
    await browser.signIn('swept', PASSWORD)
    await statusOf('unknown', 'wrong')
    await run()
    expect(await browser.ask('account.get')).toMatchObject({ username: 'swept' })
    const countOf = async () => {
      const [row] = await database.sql`
        select (select count(*)::int from operator_sessions) as sessions,
          (select count(*)::int from sign_in_attempts) as attempts`
      return row
    }
    expect(await countOf()).toMatchObject({ attempts: 1 })
    room.clock.passMinutes(25 * 60)
    await run()
    expect(await countOf()).toEqual({ sessions: 0, attempts: 0 })
  })
})
