import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { explainUpdates } from '../../../../src/features/updates/delivery/explain'
import { advanceRollouts } from '../../../../src/features/updates/rollouts/advance/run'
import {
  countTargetReasons,
  getRollout,
  listRollouts,
  listRolloutTargets,
} from '../../../../src/features/updates/rollouts/queries'
import { previewRollout, startRollout } from '../../../../src/features/updates/rollouts/service/start'
import {
  pauseRollout,
  resumeRollout,
  retryFailedTargets,
  stopRollout,
} from '../../../../src/features/updates/rollouts/service/steer'
import { watchRollout } from '../../../../src/features/updates/rollouts/watch'
import { useTestDatabase } from '../../../support/postgres'
import { job, limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'
import { failOffers, makeFleet, takeOffers } from './fleet'

const database = useTestDatabase()
let services: Services
let me: Ctx
let limited: Ctx
let stranger: Ctx
let rolloutId: string
let ruleId: string
let terminalIds: string[]

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
  const fleet = await makeFleet(me, 12)
  ;({ ruleId, terminalIds } = fleet)
  const groupId = newId()
  await me.sql`insert into terminal_groups (id, name) values (${groupId}, 'mine')`
  for (const id of terminalIds.slice(0, 4))
    await me.sql`insert into terminal_group_members (group_id, terminal_id) values (${groupId}, ${id})`
  limited = makeCtx(services, limitedOperator({ groupIds: [groupId] }))
  stranger = makeCtx(services, limitedOperator({ groupIds: [newId()] }))
  const waves = [{ groupId, successPercent: 50, errorPercent: 60 }, {}]
  ;({ rolloutId } = await startRollout(me, { ruleId, name: 'seen', waves }))
  await failOffers(me, terminalIds.slice(0, 1))
  await takeOffers(me, terminalIds.slice(1, 4))
  await advance()
})
const advance = () => advanceRollouts(makeCtx(services, job()), new AbortController().signal)

describe('a caller with limits', () => {
  it('sees the rollout of its terminals, and counts of them alone', async () => {
    const [mine] = (await listRollouts(limited, {})).items
    expect(mine).toMatchObject({
      id: rolloutId,
      wave: 1,
      waves: [
        { counts: { succeeded: 3, failed: 1 }, succeededPercent: 75, groupName: null },
        { counts: { waiting: 0 }, groupName: null },
      ],
    })
    expect((await getRollout(me, { rolloutId })).waves).toMatchObject([
      { groupName: 'mine' },
      { counts: { waiting: 8 } },
    ])
  })

  it('sees its terminals among the targets, and no others', async () => {
    const { items } = await listRolloutTargets(limited, { rolloutId })
    expect(items.map((one) => one.terminalId)).toEqual(terminalIds.slice(0, 4))
    expect(items[0]).toMatchObject({ state: 'failed', reason: 'install_error' })
    expect((await listRolloutTargets(me, { rolloutId })).items).toHaveLength(12)
  })

  it('is told the reasons of its terminals alone', async () => {
    const failed = { state: 'failed', reason: 'install_error', terminals: 1 }
    expect(await countTargetReasons(limited, { rolloutId })).toEqual({ items: [failed] })
    const { items } = await countTargetReasons(me, { rolloutId })
    expect(items).toContainEqual(failed)
    const told = items.reduce((sum, { terminals }) => sum + terminals, 0)
    const { items: targets } = await listRolloutTargets(me, { rolloutId })
    expect(told).toBe(targets.filter(({ reason }) => reason !== null).length)
  })

  it('does not learn of a rollout that none of its terminals is in', async () => {
    expect((await listRollouts(stranger, {})).items).toEqual([])
    for (const verb of [getRollout, listRolloutTargets, countTargetReasons])
      await expect(verb(stranger, { rolloutId })).rejects.toMatchObject({ code: 'rollout_not_found' })
  })

  it('neither starts nor steers one: it would reach terminals out of its sight', async () => {
    const steering = { rolloutId, revision: 1 }
    for (const verb of [pauseRollout, resumeRollout, stopRollout, retryFailedTargets])
      await expect(verb(limited, steering)).rejects.toMatchObject({ code: 'outside_your_limits' })
    const refused = { code: 'outside_your_limits' }
    await expect(previewRollout(limited, { ruleId, waves: [{}] })).rejects.toMatchObject(refused)
    await expect(startRollout(limited, { ruleId, name: 'x', waves: [{}] })).rejects.toMatchObject(refused)
  })
})

describe('the list of targets', () => {
  it('is paged, and filtered by wave and state', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listRolloutTargets(me, {
        rolloutId,
        wave: 1,
        state: 'waiting',
        limit: 3,
        ...(cursor && { cursor }),
      })
      seen.push(...page.items.map(({ terminalId }) => terminalId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(terminalIds.slice(4))
  })

  it('is filtered by reason', async () => {
    const { items } = await listRolloutTargets(me, { rolloutId, reason: 'install_error' })
    expect(items.map(({ terminalId }) => terminalId)).toEqual(terminalIds.slice(0, 1))
    expect((await listRolloutTargets(me, { rolloutId, reason: 'silent' })).items).toEqual([])
  })
})

describe('who watches a rollout', () => {
  it('sees it at once and then whenever a count changes, and nothing of one out of sight', async () => {
    const leaving = new AbortController()
    const watched = watchRollout.run(me, { rolloutId }, leaving.signal)
    const first = await watched.next()
    expect(first.value).toMatchObject({
      id: rolloutId,
      waves: [{}, { counts: { succeeded: 0, waiting: 8 } }],
    })
    const second = watched.next()
    await takeOffers(me, terminalIds.slice(4, 6))
    await advance()
    expect((await second).value).toMatchObject({ waves: [{}, { counts: { succeeded: 2, waiting: 6 } }] })
    const unseen = watchRollout.run(stranger, { rolloutId }, leaving.signal).next()
    leaving.abort()
    expect(await unseen).toEqual({ done: true, value: undefined })
    expect(await watched.next()).toEqual({ done: true, value: undefined })
  })
})

describe('what all terminals of a rollout decide', () => {
  const MINE = 2

  /** A rollout of ten; the limited caller sees some of the second wave, and all of the first have failed. */
  async function halted() {
    const { ruleId, terminalIds } = await makeFleet(me, 10)
    const [pilots, mine] = [newId(), newId()]
    for (const [id, members] of [
      [pilots, terminalIds.slice(0, 4)],
      [mine, terminalIds.slice(4, 4 + MINE)],
    ] as const) {
      await me.sql`insert into terminal_groups (id, name) values (${id}, ${id})`
      for (const terminalId of members)
        await me.sql`insert into terminal_group_members (group_id, terminal_id) values (${id}, ${terminalId})`
    }
    const waves = [{ groupId: pilots, successPercent: 90, errorPercent: 50 }, {}]
    const started = await startRollout(me, { ruleId, name: 'decided', waves, maxActive: 3 })
    const of = makeCtx(services, limitedOperator({ groupIds: [mine] }))
    return { rolloutId: started.rolloutId, ruleId, terminalIds, of, mine: terminalIds[4] ?? '' }
  }
  const waitOf = async (ctx: Ctx, terminalId: string) =>
    (await explainUpdates(ctx, { terminalId })).rules.flatMap(({ reasons }) =>
      reasons.filter(({ code }) => code === 'wave_not_open').map(({ values }) => values),
    )

  it('is told to who sees some of them without numbers of the others', async () => {
    const { rolloutId, terminalIds, of, mine } = await halted()
    await takeOffers(me, terminalIds.slice(0, 1))
    await advance()
    expect(await waitOf(me, mine)).toEqual([{ wave: 2, open: 1, percent: 25, needs: 90 }])
    expect(await waitOf(of, mine)).toEqual([{ wave: 2, open: 1, needs: 90 }])
    await failOffers(me, terminalIds.slice(1, 4))
    await advance()
    const whole = await getRollout(me, { rolloutId })
    expect(whole).toMatchObject({
      state: 'halted',
      reason: { values: { wave: 0, failed: 3, of: 4, percent: 50 } },
      waves: [{ succeededPercent: 25, failedPercent: 75 }, {}],
    })
    const seen = await getRollout(of, { rolloutId })
    expect(seen).toMatchObject({
      state: 'halted',
      reason: { code: 'error_threshold', values: { wave: 0, percent: 50 } },
      waves: [{ counts: { succeeded: 0, failed: 0 }, succeededPercent: 100, failedPercent: 0 }, {}],
    })
    const details = seen.events.map(({ what, detail }) => [what, detail])
    expect(details).toEqual([
      ['halted', { code: 'error_threshold', values: { wave: 0, percent: 50 } }],
      ['started', {}],
    ])
  })

  it('is no news to who watches it and sees none that moved', async () => {
    const { rolloutId, terminalIds, of } = await halted()
    const leaving = new AbortController()
    const [all, some] = [me, of].map((ctx) => watchRollout.run(ctx, { rolloutId }, leaving.signal))
    await Promise.all([all?.next(), some?.next()])
    let isTold = false
    const next = some?.next().then(({ done }) => {
      isTold = done !== true
    })
    const moved = all?.next()
    await takeOffers(me, terminalIds.slice(0, 1))
    await advance()
    expect((await moved)?.value).toMatchObject({ waves: [{ counts: { succeeded: 1 } }, {}] })
    // A beat more, at which the other one has read the counts too.
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    leaving.abort()
    await next
    expect(isTold).toBe(false)
  })
})
