import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { createGroup } from '../../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { stageId } from '../../../../src/features/updates/rules/decide'
import type { ReasonCode } from '../../../../src/features/updates/rules/lists'
import type { ChosenTerminals, DryRunReport } from '../../../../src/features/updates/rules/schemas'
import { changeRule } from '../../../../src/features/updates/rules/service/change'
import { dryRunRule, listDryRun } from '../../../../src/features/updates/rules/service/dry-run'
import { useTestDatabase } from '../../../support/postgres'
import { integrator, limitedOperator, makeCtx, makeServices, operator } from '../../../support/services'
import { addPackage, addRule, assign, fieldsOf } from './room'

const database = useTestDatabase()
const NOW = new Date('2026-11-25T12:00:00Z')
let services: Services
let me: Ctx
beforeAll(async () => {
  services = await makeServices(database, { clock: { now: () => NOW } })
  me = makeCtx(services, operator())
})

interface Fact {
  model?: string
  version?: string
  freeBytes?: number
  tids?: string[]
  state?: string
  silent?: boolean
}

/** Terminals of a group of their own, as they have reported. */
async function fleet(...facts: Fact[]): Promise<{ groupId: string; ids: string[]; serials: string[] }> {
  const { id: groupId } = await createGroup(me, { name: newId() })
  const ids: string[] = []
  const serials: string[] = []
  for (const {
    model = 'WPOS-3',
    version = '1.0',
    freeBytes = 1_000_000,
    tids = [],
    state = 'active',
    silent,
  } of facts) {
    const serial = `D-${newId()}`
    const given = {
      serial,
      platform: 'wiseasy-wpos3' as const,
      model,
      groupIds: [groupId],
      tids: tids.map((tid) => ({ tid })),
    }
    const { id } = await registerTerminal(me, given)
    await database.sql`update terminals set state = ${state} where id = ${id}`
    const status = { model, components: [{ name: 'system', version }], network: { type: 'wifi' } }
    if (!silent) await report(id, status, { freeBytes })
    ids.push(id)
    serials.push(serial)
  }
  return { groupId, ids, serials }
}

async function report(id: string, status: object, vitals: object): Promise<void> {
  await database.sql`insert into terminal_status (terminal_id, serial, status, status_digest, received_at)
    select id, serial, ${JSON.stringify(status)}::text::jsonb, '', ${NOW} from terminals where id = ${id}`
  await database.sql`update terminal_presence set vitals = ${JSON.stringify(vitals)}::text::jsonb
    where terminal_id = ${id}`
}

const inGroup = (groupId: string): ChosenTerminals => ({ filter: { groupId } })
/** `{'excluded wrong_model': 1}` */
const counts = ({ outcomes }: DryRunReport) =>
  Object.fromEntries(
    outcomes.flatMap(({ outcome, reasons }) =>
      reasons.map(({ code, count }) => [`${outcome} ${code}`, count]),
    ),
  )

describe('a dry-run of a rule that is not saved', () => {
  it('counts what it would come to, by the reason that weighs most and what tells terminals apart', async () => {
    const { groupId } = await fleet(
      ...[{}, {}, { version: '2.0.0' }, { freeBytes: 1 }, { state: 'suspended' }, { silent: true }],
      ...[{ model: 'P5' }, { model: 'P5' }, { model: 'NET5' }],
    )
    const rule = fieldsOf(await addPackage(database), { models: ['WPOS-3'], isEnabled: false })
    const before = await database.sql`select count(*)::int from update_rules`
    const report = await dryRunRule(me, { rule, terminals: inGroup(groupId) })
    expect(report).toEqual({
      ...{ at: NOW.toISOString(), terminals: 9, isWhole: true, notFound: 0 },
      outcomes: [
        { outcome: 'done', count: 1, reasons: [{ code: 'up_to_date', count: 1, groups: [] }] },
        { outcome: 'offered', count: 2, reasons: [{ code: 'will_be_offered', count: 2, groups: [] }] },
        {
          ...{ outcome: 'blocked', count: 2 },
          reasons: expect.arrayContaining([
            { code: 'no_status', count: 1, groups: [] },
            { code: 'no_space', count: 1, groups: [{ values: { needsBytes: 1_000 }, count: 1 }] },
          ]),
        },
        {
          ...{ outcome: 'excluded', count: 4 },
          reasons: [
            {
              ...{ code: 'wrong_model', count: 3 },
              groups: [
                { values: { model: 'P5' }, count: 2 },
                { values: { model: 'NET5' }, count: 1 },
              ],
            },
            { code: 'terminal_not_active', count: 1, groups: [{ values: { state: 'suspended' }, count: 1 }] },
          ],
        },
      ],
    })
    expect(await database.sql`select count(*)::int from update_rules`).toEqual(before)
  })

  it('waits for others, and is sent away where too many wait already', async () => {
    const { groupId } = await fleet({})
    const [terminals, rule] = [inGroup(groupId), fieldsOf(await addPackage(database))]
    const asked = Array.from({ length: 30 }, () => dryRunRule(me, { rule, terminals }))
    const refused = (await Promise.allSettled(asked)).filter((one) => one.status === 'rejected')
    expect(refused.map(({ reason }) => reason.code)).toEqual(Array(8).fill('dry_run_busy'))
  })

  it('is checked as one that is saved', async () => {
    const packageId = await addPackage(database)
    const terminals = { filter: {} }
    const of = (more: object) => dryRunRule(me, { rule: fieldsOf(packageId, more), terminals })
    await expect(of({ steps: [{ packageId: newId() }] })).rejects.toMatchObject({
      code: 'rule_packages_missing',
    })
    await expect(of({ steps: [{ packageId }, { packageId }] })).rejects.toMatchObject({
      code: 'rule_steps_impossible',
    })
    await expect(dryRunRule(me, { terminals })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(
      dryRunRule(me, { rule: fieldsOf(packageId), terminals: { assigned: true } }),
    ).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(dryRunRule(me, { ruleId: newId(), terminals })).rejects.toMatchObject({
      code: 'rule_not_found',
    })
    const stranger = makeCtx(services, integrator('packages:read', 'status:read'))
    await expect(dryRunRule(stranger, { rule: fieldsOf(packageId), terminals })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('says that a terminal waits which is at an update of another component', async () => {
    const { groupId, ids } = await fleet({}, {})
    const packageId = await addPackage(database, { component: 'boot', version: '7.0' })
    const boot = await addRule(me, database, { name: `boot ${newId()}`, steps: [{ packageId }] })
    await assign(database, boot.id, { terminalIds: ids })
    const body = JSON.stringify({ files: [{ component: 'boot', version: '7.0' }] })
    await database.sql`insert into terminal_actions (id, terminal_id, kind, subject_id, state, body, offered_at, state_at)
      values (${newId()}, ${ids[0] ?? ''}, 'update', ${stageId(boot.id, [{ id: packageId }])}, 'downloading',
        ${body}::text::jsonb, now(), now())`
    const mine = await addRule(me, database, {})
    const report = await dryRunRule(me, { ruleId: mine.id, terminals: inGroup(groupId) })
    expect(counts(report)).toEqual({ 'waits other_update': 1, 'offered will_be_offered': 1 })
  })

  it('sees the other rules of its terminals, and the update that is under way', async () => {
    const { groupId, ids } = await fleet({}, {}, {})
    const high = await addRule(me, database, { name: `high ${newId()}`, priority: 100 })
    await assign(database, high.id, { terminalIds: ids.slice(0, 1) })
    const mine = await addRule(me, database, {
      steps: [{ packageId: await addPackage(database, { version: '3.0' }) }],
    })
    const subjectId = stageId(mine.id, [{ id: mine.steps[0]?.packageId ?? '' }])
    const body = { files: [{ component: 'system', version: '3.0' }] }
    await database.sql`insert into terminal_actions (id, terminal_id, kind, subject_id, state, reason, body, offered_at, state_at)
      values (${newId()}, ${ids[1] ?? ''}, 'update', ${subjectId}, 'failed', 'hash_mismatch', ${JSON.stringify(body)}::text::jsonb, now(), now())`
    const report = await dryRunRule(me, { ruleId: mine.id, terminals: inGroup(groupId) })
    expect(counts(report)).toEqual({
      'blocked higher_priority': 1,
      'blocked failed_before': 1,
      'offered will_be_offered': 1,
    })
    // Another package is another update: what failed says nothing of it.
    const other = fieldsOf(await addPackage(database, { version: '4.0' }), { priority: 101 })
    expect(
      counts(await dryRunRule(me, { rule: other, ruleId: mine.id, terminals: inGroup(groupId) })),
    ).toEqual({
      'offered will_be_offered': 3,
    })
  })
})

describe('the terminals of a dry-run', () => {
  it('are those of a rule, each once, however many of its TIDs are assigned', async () => {
    const [a, b] = [newId().slice(-8), newId().slice(-8)]
    const { ids } = await fleet({ tids: [a] }, { tids: [b] }, {}, {})
    const rule = await addRule(me, database)
    await assign(database, rule.id, { tids: [b, 'NOBODY', a], terminalIds: [ids[0] ?? '', ids[2] ?? ''] })
    const run = await dryRunRule(me, { ruleId: rule.id, terminals: { assigned: true } })
    expect(run).toMatchObject({ terminals: 3, isWhole: true })
    const { items } = await listDryRun(me, {
      ruleId: rule.id,
      terminals: { assigned: true },
      outcome: 'offered',
    })
    expect(items.map(({ terminalId }) => terminalId).sort()).toEqual(ids.slice(0, 3).sort())
  })

  it('are named by TIDs or by themselves; of those that are not there it says how many', async () => {
    const tid = newId().slice(-8)
    const { ids } = await fleet({ tids: [tid] }, {})
    const rule = fieldsOf(await addPackage(database))
    const by = (terminals: ChosenTerminals) => dryRunRule(me, { rule, terminals })
    expect(await by({ tids: [tid, tid, 'NOBODY'] })).toMatchObject({ terminals: 1, notFound: 1 })
    expect(await by({ terminalIds: [...ids, newId(), ids[0] ?? ''] })).toMatchObject({
      terminals: 2,
      notFound: 1,
    })
    await expect(by({ tids: Array(10_001).fill(tid) })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('are only those that the caller sees', async () => {
    const tid = newId().slice(-8)
    const [own, foreign] = [await fleet({}), await fleet({ tids: [tid] })]
    const they = makeCtx(services, limitedOperator({ groupIds: [own.groupId] }))
    const rule = await addRule(me, database)
    await assign(database, rule.id, { terminalIds: [...own.ids, ...foreign.ids] })
    const seen = async (terminals: ChosenTerminals) => {
      const { items } = await listDryRun(they, { ruleId: rule.id, terminals, outcome: 'offered' })
      const { terminals: count } = await dryRunRule(they, { ruleId: rule.id, terminals })
      return [count, ...items.map(({ terminalId }) => terminalId)]
    }
    const [id] = own.ids
    expect(await seen({ assigned: true })).toEqual([1, id])
    expect(await seen({ filter: {} })).toEqual([1, id])
    expect(await seen({ terminalIds: [...own.ids, ...foreign.ids] })).toEqual([1, id])
    expect(await seen({ tids: [tid] })).toEqual([0])
  })
})

describe('the list behind a number', () => {
  const list = async (input: Parameters<typeof listDryRun>[1]) => {
    const found: Awaited<ReturnType<typeof listDryRun>>['items'] = []
    let cursor: string | undefined
    do {
      const page = await listDryRun(me, { ...input, cursor })
      expect(page.items.length).toBeLessThanOrEqual(input.limit ?? 50)
      found.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return found
  }

  it('has as many terminals as the number says, page by page, whichever way they were chosen', async () => {
    const facts = Array.from(
      { length: 13 },
      (_, at): Fact => (at % 3 === 0 ? { model: 'P5' } : at % 5 === 0 ? { freeBytes: 1 } : {}),
    )
    const { groupId, ids } = await fleet(...facts)
    const saved = await addRule(me, database, { models: ['WPOS-3'] })
    await assign(database, saved.id, { terminalIds: ids })
    for (const terminals of [inGroup(groupId), { terminalIds: ids }, { assigned: true as const }]) {
      const { outcomes } = await dryRunRule(me, { ruleId: saved.id, terminals })
      expect(outcomes.map(({ outcome, count }) => [outcome, count])).toEqual([
        ['offered', 6],
        ['blocked', 2],
        ['excluded', 5],
      ])
      for (const { outcome, reasons } of outcomes)
        for (const { code, count } of reasons) {
          const found = await list({ ruleId: saved.id, terminals, outcome, reason: code, limit: 2 })
          expect(new Set(found.map(({ terminalId }) => terminalId)).size).toBe(count)
          expect(found).toHaveLength(count)
          for (const { reasons: own } of found) expect(own[0]?.code).toBe(code)
        }
    }
  })

  it('says of each terminal all that stands in the way, or what it would take', async () => {
    const { groupId, ids, serials } = await fleet({ model: 'P5', state: 'suspended' }, {})
    const packageId = await addPackage(database)
    const rule = fieldsOf(packageId, { models: ['WPOS-3'] })
    const of = (outcome: 'offered' | 'excluded') => list({ rule, terminals: inGroup(groupId), outcome })
    expect(await of('excluded')).toEqual([
      {
        ...{ terminalId: ids[0], serial: serials[0], model: 'P5', packages: [] },
        reasons: [
          { code: 'wrong_model' satisfies ReasonCode, values: { model: 'P5', needs: 'WPOS-3' } },
          { code: 'terminal_not_active', values: { state: 'suspended' } },
        ],
      },
    ])
    expect(await of('offered')).toMatchObject([
      { terminalId: ids[1], packages: [{ id: packageId, component: 'system', version: '2.0' }] },
    ])
  })

  it('refuses cursors of others', async () => {
    const rule = fieldsOf(await addPackage(database))
    await expect(
      listDryRun(me, { rule, terminals: { filter: {} }, outcome: 'done', cursor: 'made up' }),
    ).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('is judged by the rule as it is now', async () => {
    const { groupId } = await fleet({})
    const rule = await addRule(me, database)
    const input = { ruleId: rule.id, terminals: inGroup(groupId), outcome: 'offered' as const }
    expect(await list(input)).toHaveLength(1)
    await changeRule(me, { ruleId: rule.id, revision: 1, models: ['P5'] })
    expect(await list(input)).toHaveLength(0)
  })
})
