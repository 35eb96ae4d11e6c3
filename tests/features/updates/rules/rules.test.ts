import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { createGroup } from '../../../../src/features/terminals/service/places'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { changeRule, copyRule, createRule } from '../../../../src/features/updates/rules/service/change'
import { getRule, listRules } from '../../../../src/features/updates/rules/service/find'
import { deleteRule } from '../../../../src/features/updates/rules/service/remove'
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

const register = async (more = {}) =>
  (await registerTerminal(me, { serial: `S-${newId()}`, platform: 'wiseasy-wpos3', ...more })).id
const startRollout = (ruleId: string, state: string) =>
  database.sql`insert into rollouts
    (id, rule_id, subject_revision, name, state, silent_minutes, created_by, created_at, state_at)
    values (${newId()}, ${ruleId}, 1, 'first', ${state}, 60, 'test', now(), now())`
const trailOf = (id: string) =>
  database.sql`select action, subject_label, changes from audit_entries where subject_id = ${id} order by seq`
/** What servers were told since. */
const toldSince = async (seq: number) =>
  (await database.sql`select topic, subject_id from change_feed where seq > ${seq} order by seq`).map(
    ({ topic, subject_id }) => subject_id ?? topic,
  )
const head = async () =>
  Number((await database.sql`select coalesce(max(seq), 0)::int as seq from change_feed`)[0]?.seq)

describe('a new rule', () => {
  it('is shown with its packages, and stands in the audit log', async () => {
    const [small, full] = [await addPackage(database, { fromVersion: '1.5' }), await addPackage(database)]
    const rule = await createRule(me, {
      name: 'Nightly',
      platform: 'wiseasy-wpos3',
      models: ['WPOS-3'],
      priority: 5,
      conditions: { window: { from: '22:00', to: '04:00' }, minBatteryPercent: 30 },
      startsAt: '2026-12-01T00:00:00+03:00',
      steps: [{ packageId: small }, { packageId: full, fromMin: '1.0' }],
    })
    expect(rule).toMatchObject({
      ...{
        name: 'Nightly',
        revision: 1,
        isEnabled: true,
        startsAt: '2026-11-30T21:00:00.000Z',
        endsAt: null,
      },
      ...{ createdBy: 'the operator', updatedBy: 'the operator', warnings: [], assignedTerminals: 0 },
      steps: [
        {
          position: 0,
          packageId: small,
          component: 'system',
          version: '2.0',
          fromVersion: '1.5',
          fromMin: null,
        },
        { position: 1, packageId: full, fromVersion: null, fromMin: '1.0', waitsForEarlier: false },
      ],
    })
    expect(await getRule(me, { ruleId: rule.id })).toEqual(rule)
    expect(await trailOf(rule.id)).toMatchObject([
      { action: 'update_rule.created', subject_label: 'Nightly', changes: { steps: {}, conditions: {} } },
    ])
  })

  it('is warned of models without a package, and of incremental packages alone', async () => {
    const packageId = await addPackage(database, { models: ['wpos 3'], fromVersion: '1.5' })
    const of = async (models: string[]) => (await createRule(me, fieldsOf(packageId, { models }))).warnings
    const only = { code: 'only_incremental', detail: 'system 2.0: 1.5' }
    expect(await of(['WPOS-3'])).toEqual([only])
    expect(await of(['WPOS-3', 'P5'])).toEqual([
      { code: 'models_without_package', detail: 'system 2.0: P5' },
      only,
    ])
    expect(await of([])).toEqual([{ code: 'models_without_package', detail: 'system 2.0' }, only])
  })

  it.each<[string, (packageId: string) => Promise<object>, object]>([
    [
      'a package that is not there',
      async () => ({ steps: [{ packageId: newId() }] }),
      { code: 'rule_packages_missing' },
    ],
    [
      'a package of another platform',
      async () => ({ steps: [{ packageId: await addPackage(database, { platform: 'ingenico-t3' }) }] }),
      { code: 'rule_packages_foreign', details: { values: { packages: ['ingenico-t3 system 2.0'] } } },
    ],
    [
      'an end before its beginning',
      async () => ({ startsAt: '2026-12-02T00:00:00Z', endsAt: '2026-12-02T00:00:00Z' }),
      { code: 'rule_period_empty' },
    ],
    [
      'one package twice',
      async (packageId) => ({ steps: [{ packageId }, { packageId }] }),
      { code: 'rule_steps_impossible', details: { values: { fault: 'again', step: 2 } } },
    ],
    [
      'a step below the one before',
      async (packageId) => ({
        steps: [{ packageId }, { packageId: await addPackage(database, { version: '1.9' }) }],
      }),
      { code: 'rule_steps_impossible', details: { values: { fault: 'below_earlier', component: 'system' } } },
    ],
    [
      'steps up and down',
      async (packageId) => ({
        conditions: { mayDowngrade: true },
        steps: [
          { packageId: await addPackage(database, { version: '1.0' }) },
          { packageId },
          { packageId: await addPackage(database, { version: '1.5' }) },
        ],
      }),
      { code: 'rule_steps_impossible', details: { values: { fault: 'back_and_forth', step: 3 } } },
    ],
    [
      'bounds that leave no version',
      async (packageId) => ({ steps: [{ packageId, fromMin: '1.5', fromMax: '1.4' }] }),
      { code: 'rule_steps_impossible', details: { values: { fault: 'no_version_between' } } },
    ],
    [
      'a base above its target',
      async () => ({ steps: [{ packageId: await addPackage(database, { fromVersion: '2.0.0' }) }] }),
      { code: 'rule_steps_impossible', details: { values: { fault: 'above_its_target' } } },
    ],
    [
      'a window without a day',
      async () => ({ conditions: { window: { days: [], from: '22:00', to: '04:00' } } }),
      { code: 'invalid_input' },
    ],
    [
      'a time that is none',
      async () => ({ conditions: { window: { from: '24:00', to: '04:00' } } }),
      { code: 'invalid_input' },
    ],
    ['no steps', async () => ({ steps: [] }), { code: 'invalid_input' }],
    [
      'too many steps',
      async (packageId) => ({ steps: Array(51).fill({ packageId }) }),
      { code: 'invalid_input' },
    ],
    ['the platform of no packages', async () => ({ platform: 'other' }), { code: 'invalid_input' }],
  ])('with %s is refused', async (_name, more, refusal) => {
    const packageId = await addPackage(database)
    const fields = fieldsOf(packageId, await more(packageId))
    await expect(createRule(me, fields)).rejects.toMatchObject(refusal)
    expect(await database.sql`select from update_rules where name = ${fields.name}`).toHaveLength(0)
  })

  it.each([
    ['a rule', { prority: 5 }],
    ['its conditions', { conditions: { minBateryPercent: 50 } }],
    ['its window', { conditions: { window: { from: '01:00', to: '05:00', day: ['mon'] } } }],
    ['a step', { steps: [{ packageId: newId(), fromMinimum: '1' }] }],
  ])('is refused where %s has what nobody knows: the update would go without it', async (_what, more) => {
    const fields = fieldsOf(await addPackage(database), more as object)
    await expect(createRule(me, fields)).rejects.toMatchObject({ code: 'invalid_input' })
    const { id, revision } = await createRule(me, fieldsOf(await addPackage(database)))
    const change = { ruleId: id, revision, ...(more as object) }
    await expect(changeRule(me, change)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('has a name of its own, in whatever case, also where two are made at once', async () => {
    const packageId = await addPackage(database)
    const made = await Promise.allSettled(
      ['Twice', 'TWICE', 'twice'].map((name) => createRule(me, fieldsOf(packageId, { name }))),
    )
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of made)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'rule_name_taken' })
  })

  it('is made by whoever may write updates', async () => {
    const fields = fieldsOf(await addPackage(database))
    for (const actor of [operator('viewer'), integrator('updates:read', 'packages:write')])
      await expect(createRule(makeCtx(services, actor), fields)).rejects.toMatchObject({ code: 'forbidden' })
    await createRule(makeCtx(services, integrator('updates:write')), fields)
  })
})

describe('a changed rule', () => {
  it('keeps what was not given', async () => {
    const rule = await addRule(me, database, {
      models: ['P5'],
      priority: 7,
      notes: 'n',
      isEnabled: false,
      endsAt: '2027-01-01T00:00:00Z',
    })
    const changed = await changeRule(me, { ruleId: rule.id, revision: 1, notes: 'other' })
    expect(changed).toEqual({ ...rule, notes: 'other', revision: 2 })
    const open = await changeRule(me, { ruleId: rule.id, revision: 2, endsAt: null })
    expect(open).toMatchObject({ endsAt: null, models: ['P5'], priority: 7, isEnabled: false })
    expect(await trailOf(rule.id)).toMatchObject([
      { action: 'update_rule.created' },
      { action: 'update_rule.updated', changes: { notes: { before: 'n', after: 'other' } } },
      { action: 'update_rule.updated', changes: { endsAt: { after: null } } },
    ])
  })

  it('is not changed by who has read an older one, and says who was faster', async () => {
    const rule = await addRule(me, database)
    await changeRule(makeCtx(services, operator('admin')), { ruleId: rule.id, revision: 1, priority: 2 })
    await expect(changeRule(me, { ruleId: rule.id, revision: 1, priority: 3 })).rejects.toMatchObject({
      code: 'rule_changed',
      details: { values: { by: 'the admin', at: NOW.toISOString(), revision: 2 } },
    })
    expect(await getRule(me, { ruleId: rule.id })).toMatchObject({ priority: 2, revision: 2 })
  })

  it('goes by what it becomes as a whole', async () => {
    const rule = await addRule(me, database, { startsAt: '2026-12-02T00:00:00Z' })
    const change = (more: object) => changeRule(me, { ruleId: rule.id, revision: 1, ...more })
    await expect(change({ endsAt: '2026-12-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'rule_period_empty',
    })
    await expect(change({ steps: [{ packageId: newId() }] })).rejects.toMatchObject({
      code: 'rule_packages_missing',
    })
    const other = await addRule(me, database)
    await expect(change({ name: other.name.toUpperCase() })).rejects.toMatchObject({
      code: 'rule_name_taken',
    })
    await expect(changeRule(me, { ruleId: newId(), revision: 1 })).rejects.toMatchObject({
      code: 'rule_not_found',
    })
  })

  it('of nothing is no change', async () => {
    const rule = await addRule(me, database)
    const steps = rule.steps.map(({ packageId }) => ({ packageId }))
    expect(await changeRule(me, { ruleId: rule.id, revision: 1, name: rule.name, steps })).toEqual(rule)
    expect(await trailOf(rule.id)).toHaveLength(1)
  })

  it('reaches the plans of its terminals, by TID and by themselves; nobody hears of a note', async () => {
    const rule = await addRule(me, database)
    const tid = newId().slice(-8)
    const [one, other] = [await register({ tids: [{ tid }] }), await register()]
    await assign(database, rule.id, { terminalIds: [other], tids: [tid, 'NOBODY'] })
    const before = await head()
    await changeRule(me, { ruleId: rule.id, revision: 1, notes: 'only for people' })
    expect(await toldSince(before)).toEqual([])
    await changeRule(me, { ruleId: rule.id, revision: 2, priority: 1 })
    expect((await toldSince(before)).sort()).toEqual([one, other].sort())
  })

  it('for more than 500 terminals is told of all at once', async () => {
    const rule = await addRule(me, database)
    await assign(database, rule.id, { tids: Array.from({ length: 501 }, (_, at) => `MANY${at}`) })
    const before = await head()
    await changeRule(me, { ruleId: rule.id, revision: 1, priority: 1 })
    expect(await toldSince(before)).toEqual(['terminals'])
  })

  it('is what its rollout no longer goes by, unless only words for people have changed', async () => {
    const rule = await addRule(me, database)
    await startRollout(rule.id, 'running')
    const revisions = async () => {
      const [row] = await database.sql`select r.subject_revision, u.revision from rollouts r
        join update_rules u on u.id = r.rule_id where u.id = ${rule.id}`
      return row
    }
    await changeRule(me, { ruleId: rule.id, revision: 1, notes: 'for people', name: `${rule.name} again` })
    expect(await revisions()).toEqual({ subject_revision: 2, revision: 2 })
    await changeRule(me, { ruleId: rule.id, revision: 2, priority: 1 })
    expect(await revisions()).toEqual({ subject_revision: 2, revision: 3 })
  })
})

describe('a copy', () => {
  it('is another rule of the same content, assigned to nobody', async () => {
    const rule = await addRule(me, database, {
      models: ['P5'],
      conditions: { onlyWhenSettled: true },
      endsAt: '2027-01-01T00:00:00Z',
    })
    await assign(database, rule.id, { terminalIds: [await register()] })
    await changeRule(me, { ruleId: rule.id, revision: 1, priority: 9 })
    const copy = await copyRule(me, { ruleId: rule.id, name: `copy of ${rule.name}` })
    expect(copy).toEqual({
      ...(await getRule(me, { ruleId: rule.id })),
      ...{ id: copy.id, name: `copy of ${rule.name}`, revision: 1, assignedTerminals: 0 },
    })
    await expect(copyRule(me, { ruleId: rule.id, name: rule.name })).rejects.toMatchObject({
      code: 'rule_name_taken',
    })
    await expect(copyRule(me, { ruleId: newId(), name: newId() })).rejects.toMatchObject({
      code: 'rule_not_found',
    })
  })
})

describe('a deleted rule', () => {
  it('takes its assignments with it once that is confirmed, each with its line in the history', async () => {
    const rule = await addRule(me, database)
    const terminalId = await register()
    await assign(database, rule.id, { terminalIds: [terminalId], tids: ['12345678'] })
    await expect(deleteRule(me, { ruleId: rule.id })).rejects.toMatchObject({
      code: 'rule_assigned',
      details: { values: { assignments: 2 } },
    })
    const before = await head()
    expect(await deleteRule(me, { ruleId: rule.id, isConfirmed: true })).toEqual({
      ruleId: rule.id,
      assignments: 2,
    })
    expect(await toldSince(before)).toEqual([terminalId])
    expect(
      await database.sql`select rule_name, acquirer, tid, terminal_id, what, by_name, at from update_assignment_history
        where rule_id = ${rule.id} order by tid nulls first`,
    ).toEqual([
      {
        rule_name: rule.name,
        acquirer: null,
        tid: null,
        terminal_id: terminalId,
        what: 'unassigned',
        by_name: 'the operator',
        at: NOW,
      },
      {
        rule_name: rule.name,
        acquirer: '',
        tid: '12345678',
        terminal_id: null,
        what: 'unassigned',
        by_name: 'the operator',
        at: NOW,
      },
    ])
    expect(await database.sql`select from update_assignments where rule_id = ${rule.id}`).toHaveLength(0)
    expect((await trailOf(rule.id)).at(-1)).toMatchObject({
      action: 'update_rule.deleted',
      changes: { assignments: { before: 2 } },
    })
    await expect(getRule(me, { ruleId: rule.id })).rejects.toMatchObject({ code: 'rule_not_found' })
  })

  it('needs no confirmation where it concerns nobody, and waits for its rollout', async () => {
    const rule = await addRule(me, database)
    await startRollout(rule.id, 'running')
    await expect(deleteRule(me, { ruleId: rule.id, isConfirmed: true })).rejects.toMatchObject({
      code: 'rule_in_rollout',
    })
    await database.sql`update rollouts set state = 'finished' where rule_id = ${rule.id}`
    expect(await deleteRule(me, { ruleId: rule.id })).toEqual({ ruleId: rule.id, assignments: 0 })
    await expect(deleteRule(me, { ruleId: rule.id })).rejects.toMatchObject({ code: 'rule_not_found' })
  })
})

describe('callers with limits', () => {
  it('see all rules, count their own terminals, and change none that goes beyond them', async () => {
    const { id: groupId } = await createGroup(me, { name: newId() })
    const they = makeCtx(services, limitedOperator({ groupIds: [groupId] }))
    const rule = await addRule(me, database)
    const own = await register({ groupIds: [groupId] })
    await assign(database, rule.id, { terminalIds: [own] })
    expect(await changeRule(they, { ruleId: rule.id, revision: 1, priority: 1 })).toMatchObject({
      ...{ assignedTerminals: 1, isWithinLimits: true },
    })
    await assign(database, rule.id, { tids: ['NOBODY'] })
    const seen = { assignedTerminals: 1, isWithinLimits: false }
    expect(await getRule(they, { ruleId: rule.id })).toMatchObject(seen)
    const beyond = { code: 'outside_your_limits' }
    await expect(changeRule(they, { ruleId: rule.id, revision: 2, priority: 2 })).rejects.toMatchObject(
      beyond,
    )
    await expect(deleteRule(they, { ruleId: rule.id, isConfirmed: true })).rejects.toMatchObject(beyond)
    const foreign = await addRule(me, database)
    await assign(database, foreign.id, { terminalIds: [await register()] })
    await expect(changeRule(they, { ruleId: foreign.id, revision: 1, priority: 2 })).rejects.toMatchObject(
      beyond,
    )
    expect(await getRule(they, { ruleId: foreign.id })).toMatchObject({ assignedTerminals: 0 })
    const mine = { assignedTerminals: 1, isWithinLimits: true }
    expect(await getRule(me, { ruleId: foreign.id })).toMatchObject(mine)
    const listed = await listRules(they, { limit: 200 })
    const limits = new Map(listed.items.map(({ id, isWithinLimits }) => [id, isWithinLimits]))
    expect([rule.id, foreign.id].map((id) => limits.get(id))).toEqual([false, false])
    const unassigned = await addRule(me, database)
    expect(await getRule(they, { ruleId: unassigned.id })).toMatchObject({ isWithinLimits: true })
  })
})

describe('the list of rules', () => {
  it('is in the order of priority and name, page by page, each once', async () => {
    const mark = newId().slice(-6)
    const packageId = await addPackage(database)
    const made = [
      ['b', 1],
      ['A', 1],
      ['c', 5],
      ['_', 1],
      ['Я', -3],
    ] as const
    for (const [name, priority] of made)
      await createRule(
        me,
        fieldsOf(packageId, { name: `${name} ${mark}`, priority, isEnabled: name !== 'b' }),
      )
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listRules(me, { search: mark, limit: 2, cursor })
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map(({ name }) => name.slice(0, 1)))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(['c', '_', 'A', 'b', 'Я'])
    const names = async (more: object) =>
      (await listRules(me, { search: mark, ...more })).items.map(({ name }) => name.slice(0, 1))
    expect(await names({ isEnabled: false })).toEqual(['b'])
    expect(await names({ platform: 'ingenico-t3' })).toEqual([])
    expect(await names({ search: `C ${mark}` })).toEqual(['c'])
    expect(await names({ search: '%' })).toEqual([])
    await expect(listRules(me, { cursor: 'made up' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })
})
