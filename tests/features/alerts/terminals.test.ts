import { beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/ids'
import { acknowledgeAlerts } from '../../../src/features/alerts/acknowledge'
import { countAlerts, getAlert, listAlertTerminals } from '../../../src/features/alerts/queries'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, operator } from '../../support/services'
import { openRoom } from './room'

const database = useTestDatabase()
let room: Awaited<ReturnType<typeof openRoom>>
beforeEach(async () => {
  room = await openRoom(database)
  await database.sql`update terminals set state = 'retired'`
})

describe('a terminal that falls silent', () => {
  it('is told of once it has been lost for as long as the rule says, and no sooner', async () => {
    await room.have(1, { prefix: 'SILENT' })
    room.pass(4)
    await room.look()
    expect(await room.list()).toEqual([])
    room.pass(5)
    await room.look()
    const [alert] = await room.list()
    expect(alert).toMatchObject({
      kind: 'terminal-lost',
      severity: 'warning',
      state: 'raised',
      subject: { kind: 'terminal', label: 'SILENT-000001' },
      count: 1,
      times: 1,
    })
    await room.look()
    expect(await room.list()).toHaveLength(1)
  })

  it('clears its alert by itself, but only after a steady return', async () => {
    const ids = await room.have(1)
    room.pass(20)
    await room.look()
    await room.heard(ids)
    await room.look()
    room.pass(9)
    await room.heard(ids)
    await room.look()
    expect(await room.list()).toHaveLength(1)
    room.pass(1)
    await room.heard(ids)
    await room.look()
    expect(await room.list()).toEqual([])
    expect(await room.list({ state: 'cleared' })).toMatchObject([{ state: 'cleared', count: 0, peak: 1 }])
  })

  it('that comes and goes keeps one alert, reopened within the quiet time and new after it', async () => {
    const ids = await room.have(1)
    const comeBack = async () => {
      await room.heard(ids)
      await room.look()
      room.pass(10)
      await room.heard(ids)
      await room.look()
    }
    room.pass(20)
    await room.look()
    const [first] = await room.list()
    await comeBack()
    room.pass(20)
    await room.look()
    const [again] = await room.list()
    expect(again).toMatchObject({ id: first?.id, state: 'raised', times: 2 })
    await comeBack()
    room.pass(100)
    await room.look()
    const [later] = await room.list()
    expect(later?.id).not.toBe(first?.id)
    expect(later?.times).toBe(1)
  })

  it('is waited for no more once it is retired', async () => {
    const [id] = await room.have(1)
    room.pass(20)
    await room.look()
    await database.sql`update terminals set state = 'retired' where id = ${id ?? ''}`
    await room.look()
    room.pass(10)
    await room.look()
    expect(await room.list()).toEqual([])
  })

  it('of a kind that is switched off is told of to nobody, and what was open clears', async () => {
    await room.have(1)
    room.pass(20)
    await room.look()
    await room.set('terminal-lost', { isOn: false })
    await room.look()
    expect(await room.list()).toEqual([])
    await room.set('terminal-lost', { isOn: true })
    await room.look()
    expect(await room.list()).toHaveLength(1)
  })
})

describe('a battery', () => {
  it('is low below one level and well only above another', async () => {
    const ids = await room.have(1)
    const at = async (percent: number, isCharging = false) => {
      await room.heard(ids, { battery: { percent, charging: isCharging } })
      await room.look()
      return (await room.list({ kind: 'battery-low' })).length
    }
    expect(await at(15)).toBe(0)
    expect(await at(14, true)).toBe(0)
    expect(await at(14)).toBe(1)
    expect(await at(24)).toBe(1)
    expect(await at(20, true)).toBe(1)
    expect(await at(25)).toBe(0)
    expect(await at(20)).toBe(0)
  })

  it('of a terminal that has not spoken since the last look is judged anew where the rule has changed', async () => {
    const ids = await room.have(1)
    await room.heard(ids, { battery: { percent: 30, charging: false } })
    await room.look()
    await room.set('terminal-lost', { isOn: false })
    room.pass(60)
    await room.look()
    await room.set('battery-low', { threshold: 40, clearThreshold: 50 })
    await room.look()
    expect(await room.list()).toMatchObject([{ kind: 'battery-low' }])
  })
})

describe('storage', () => {
  it('is low below so many mebibytes', async () => {
    const ids = await room.have(1)
    const left = async (mebibytes: number) => {
      await room.heard(ids, { freeBytes: mebibytes * 1024 * 1024 })
      await room.look()
      return (await room.list({ kind: 'storage-low' })).length
    }
    expect(await left(50)).toBe(0)
    expect(await left(49)).toBe(1)
    expect(await left(99)).toBe(1)
    expect(await left(100)).toBe(0)
  })
})

describe('many terminals at once', () => {
  it('have one alert, which falls as they return and ends with the last', async () => {
    const ids = await room.have(30)
    room.pass(20)
    await room.look()
    const [group, ...others] = await room.list()
    expect(others).toEqual([])
    expect(group).toMatchObject({ subject: { kind: 'terminals', id: null, label: '' }, count: 30, peak: 30 })
    const back = ids.slice(0, 29)
    await room.heard(back)
    await room.look()
    room.pass(10)
    await room.heard(back)
    await room.look()
    expect(await room.list()).toMatchObject([{ id: group?.id, count: 1, peak: 30 }])
    const { items } = await listAlertTerminals(room.admin, { alertId: group?.id ?? '' })
    expect(items.map(({ terminalId }) => terminalId)).toEqual(ids.slice(29))
    const all = await listAlertTerminals(room.admin, { alertId: group?.id ?? '', isPastShown: true })
    expect(all.items.filter(({ leftAt }) => leftAt !== null)).toHaveLength(29)
    await room.heard(ids)
    await room.look()
    room.pass(10)
    await room.heard(ids)
    await room.look()
    expect(await room.list()).toEqual([])
  })

  it('come to the alert that still gathers, and those that left it a moment ago come back to it', async () => {
    const first = await room.have(30)
    room.pass(20)
    const second = await room.have(25)
    await room.look()
    const [group] = await room.list()
    room.pass(20)
    await room.heard(first)
    await room.look()
    expect(await room.list()).toMatchObject([{ id: group?.id, count: 55 }])
    room.pass(10)
    await room.heard([...first, ...second.slice(0, 5)])
    await room.look()
    room.pass(10)
    await room.heard(first)
    await room.heard(second.slice(0, 5))
    await room.look()
    expect(await room.list()).toMatchObject([{ id: group?.id, count: 20 }])
    room.pass(20)
    await room.heard(first)
    await room.look()
    expect(await room.list()).toMatchObject([{ id: group?.id, count: 25 }])
  })

  it('are raised again where twice as many are lost as somebody acknowledged', async () => {
    await room.have(30)
    room.pass(20)
    const more = await room.have(29)
    await room.look()
    const [group] = await room.list()
    const alertId = group?.id ?? ''
    await acknowledgeAlerts(room.admin, { alertIds: [alertId], note: 'the line of the north is cut' })
    expect(await room.list()).toMatchObject([
      { state: 'acknowledged', acknowledgedBy: 'the admin', note: 'the line of the north is cut' },
    ])
    await room.have(1)
    room.pass(20)
    await room.look()
    expect(await room.list()).toMatchObject([
      { state: 'raised', count: 60, acknowledgedBy: null, note: null },
    ])
    expect((await getAlert(room.admin, { alertId })).events.map(({ what, count }) => [what, count])).toEqual([
      ['grew', 60],
      ['acknowledged', 30],
      ['raised', 30],
    ])
    expect(more).toHaveLength(29)
  })

  it('lie in groups, of which the fullest are named', async () => {
    const groupId = newId()
    await database.sql`insert into terminal_groups (id, name) values (${groupId}, 'North')`
    await room.have(22, { groupId })
    await room.have(3)
    room.pass(20)
    await room.look()
    const [group] = await room.list()
    const { places } = await getAlert(room.admin, { alertId: group?.id ?? '' })
    expect(places).toEqual([{ groupId, name: 'North', terminals: 22 }])
  })
})

describe('an operator with limits', () => {
  it('sees alerts of its own terminals alone, counted as far as it sees them', async () => {
    const groupId = newId()
    await database.sql`insert into terminal_groups (id, name) values (${groupId}, 'Own')`
    const [own] = await room.have(3, { groupId })
    const [foreign] = await room.have(27)
    room.pass(20)
    await room.look()
    const limited = makeCtx(room.services, limitedOperator({ groupIds: [groupId] }))
    const stranger = makeCtx(room.services, limitedOperator({ groupIds: [newId()] }))
    const [alert] = await room.list({}, limited)
    expect(alert).toMatchObject({ count: 3, peak: 3 })
    const alertId = alert?.id ?? ''
    expect(await room.list({}, stranger)).toEqual([])
    await expect(getAlert(stranger, { alertId })).rejects.toMatchObject({ code: 'alert_not_found' })
    expect((await getAlert(limited, { alertId })).events).toMatchObject([{ what: 'raised', count: null }])
    expect((await listAlertTerminals(limited, { alertId })).items).toHaveLength(3)
    expect(await room.list({ terminalId: own ?? '' }, limited)).toHaveLength(1)
    expect(await room.list({ terminalId: foreign ?? '' }, limited)).toEqual([])
    expect(await countAlerts(limited, {})).toMatchObject({ raised: 1 })
    expect(await countAlerts(stranger, {})).toMatchObject({ raised: 0 })
    expect((await acknowledgeAlerts(limited, { alertIds: [alertId, newId()] })).results).toMatchObject([
      { outcome: 'outside_your_limits' },
      { outcome: 'not_found' },
    ])
    expect(await room.list()).toMatchObject([{ state: 'raised' }])
  })
})

describe('an acknowledgement', () => {
  it('is audited, stays with the alert, and is refused to whoever only looks', async () => {
    await room.have(1)
    room.pass(20)
    await room.look()
    const [alert] = await room.list()
    const alertIds = [alert?.id ?? '']
    const viewer = makeCtx(room.services, operator('viewer'))
    await expect(acknowledgeAlerts(viewer, { alertIds })).rejects.toMatchObject({ code: 'forbidden' })
    const support = makeCtx(room.services, operator('support'))
    await acknowledgeAlerts(support, { alertIds, note: 'called the shop' })
    await acknowledgeAlerts(support, { alertIds, note: 'called the shop' })
    const audited = await database.sql`
      select action, changes from audit_entries where subject_kind = 'alert' and subject_id = ${alertIds[0] ?? ''}`
    expect(audited).toMatchObject([
      { action: 'alert.acknowledged', changes: { state: { before: 'raised', after: 'acknowledged' } } },
    ])
    await room.look()
    expect(await room.list()).toMatchObject([{ state: 'acknowledged', acknowledgedBy: 'the support' }])
    await room.set('terminal-lost', { isOn: false })
    await room.look()
    expect((await acknowledgeAlerts(support, { alertIds })).results).toMatchObject([{ outcome: 'cleared' }])
  })
})

describe('a look', () => {
  it('by a server that has lost its lease changes nothing', async () => {
    await room.have(1)
    room.pass(20)
    await expect(room.look(7)).rejects.toMatchObject({ cause: { code: 'PSM03' } })
    expect(await room.list()).toEqual([])
  })
})
