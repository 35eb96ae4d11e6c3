import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { listAssignments } from '../../../src/features/profile/assignments/list'
import { createGroup } from '../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { retireTerminal } from '../../../src/features/terminals/service/states'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { doBoth, makeRule } from './fleet'

const database = useTestDatabase()
let services: Services
let me: Ctx
let first: string
let second: string
let groupId: string
const ids: Record<string, string> = {}

const namesOf = async (ctx: Ctx, input: Partial<Parameters<typeof listAssignments>[1]>) => {
  const { items } = await listAssignments(ctx, { limit: 50, ...input })
  return items.map(({ tid, terminal }) => `${tid ?? '-'} ${terminal?.serial ?? '-'}`)
}

describe('the list of assignments', () => {
  beforeAll(async () => {
    services = await makeServices(database)
    me = makeCtx(services, operator())
    groupId = (await createGroup(me, { name: 'mine' })).id
    const register = async (serial: string, tids: string[], groupIds: string[] = []) => {
      ids[serial] = (
        await registerTerminal(me, {
          ...{ serial, platform: 'wiseasy-wpos3', groupIds },
          tids: tids.map((tid, n) => ({ acquirer: `bank-${n}`, tid })),
        })
      ).id
    }
    await register('L-1', ['20000001', '30000001'], [groupId])
    await register('L-2', ['20000002'])
    await register('L-3', [])
    await register('L-4', ['20000004'])
    first = await makeRule(database.sql)
    second = await makeRule(database.sql)
    for (const serial of ['L-4', 'L-3', 'L-2', 'L-1'])
      await doBoth(me, {
        ...{ ruleId: first, what: 'assign' },
        choice: { by: 'terminals', terminalIds: [ids[serial] ?? ''] },
      })
    await doBoth(me, { ruleId: second, what: 'assign', choice: { by: 'tids', tids: ['20000001'] } })
    await retireTerminal(me, { terminalId: ids['L-4'] ?? '' })
  })

  it('is of all rules or of one, the latest first, each with its rule and who has the TID now', async () => {
    const { items } = await listAssignments(me, { limit: 50 })
    expect(items[0]).toMatchObject({ rule: { id: second, isEnabled: true }, tid: '20000001' })
    expect(items).toHaveLength(6)
    const ofFirst = await namesOf(me, { ruleId: first })
    expect(ofFirst.slice(0, 2).sort()).toEqual(['20000001 L-1', '30000001 L-1'])
    expect(ofFirst.slice(2)).toEqual(['20000002 L-2', '- L-3', '20000004 -'])
  })

  it('is searched by the start of a TID, and of the serial number of who has it', async () => {
    expect(await namesOf(me, { search: '2000000', ruleId: first })).toEqual([
      ...['20000001 L-1', '20000002 L-2', '20000004 -'],
    ])
    expect(await namesOf(me, { search: 'L-3' })).toEqual(['- L-3'])
    expect(await namesOf(me, { search: 'L-1', ruleId: second })).toEqual(['20000001 L-1'])
    expect(await namesOf(me, { search: 'L-4' })).toEqual([])
    for (const search of ['%', '_', '0000']) expect(await namesOf(me, { search })).toEqual([])
  })

  it('goes on where its last page ended', async () => {
    const read: string[] = []
    let cursor: string | undefined
    do {
      const page = await listAssignments(me, { limit: 2, cursor })
      read.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(new Set(read).size).toBe(6)
    expect(read).toHaveLength(6)
  })

  it('shows callers with limits what they see, and not what belongs to nobody', async () => {
    const limited = makeCtx(services, limitedOperator({ groupIds: [groupId] }))
    const seen = await namesOf(limited, {})
    expect(seen.sort()).toEqual(['20000001 L-1', '20000001 L-1', '30000001 L-1'])
    expect(await namesOf(limited, { search: '2' })).toEqual(['20000001 L-1', '20000001 L-1'])
  })

  it('of a rule that is not there is refused', async () => {
    await expect(listAssignments(me, { limit: 1, ruleId: newId() })).rejects.toMatchObject({
      code: 'rule_not_found',
    })
  })
})
