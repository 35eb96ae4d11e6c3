import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/ids'
import { ALERT_KINDS, ALERT_SEVERITIES } from '../../../src/features/alerts/lists'
import { MAIL_WORDS } from '../../../src/features/alerts/mail/words'
import { createCourier } from '../../../src/features/webhooks/service/deliver'
import { dispatchEvents } from '../../../src/features/webhooks/service/dispatch'
import { createWebhookOf } from '../../../src/features/webhooks/service/endpoints'
import { eventSources } from '../../../src/features/webhooks/sources'
import { en } from '../../../src/i18n/en'
import { ru } from '../../../src/i18n/ru'
import { useTestDatabase } from '../../support/postgres'
import { openReceiver, type Received } from '../webhooks/receiver'
import { openRoom } from './room'

const database = useTestDatabase()
const never = new AbortController().signal

describe('webhooks of alerts', () => {
  it('tell of what was raised and what cleared, within limits, and of the server only to who sees all', async () => {
    const room = await openRoom(database, { WEBHOOK_ALLOW_PRIVATE: 'true' })
    const groupId = newId()
    await database.sql`insert into terminal_groups (id, name) values (${groupId}, 'North')`
    const all = await openReceiver()
    const limited = await openReceiver()
    const create = createWebhookOf(eventSources)
    const eventTypes = ['alert.raised' as const, 'alert.cleared' as const]
    await create(room.admin, { name: 'all', url: all.url, eventTypes })
    const { id } = await create(room.admin, {
      name: 'north',
      url: limited.url,
      eventTypes,
      visibility: { kind: 'limited', groupIds: [groupId], merchantIds: [] },
    })
    const deliver = async () => {
      await dispatchEvents(room.server, eventSources, never)
      const courier = createCourier(room.server, eventSources, never)
      await courier.begin()
      await courier.idle()
    }
    const north = await room.have(1, { groupId, prefix: 'NORTH' })
    const south = await room.have(1, { prefix: 'SOUTH' })
    room.pass(20)
    await room.look()
    const alerts = await room.list()
    const idOf = (label: string) => alerts.find(({ subject }) => subject.label.startsWith(label))?.id
    await deliver()
    const told = ({ received }: { received: Received[] }) =>
      received.flatMap(({ body }) => {
        const { type, data } = JSON.parse(body)
        return data.alerts.map((one: Record<string, unknown>) => [type, one.event, one.id])
      })
    expect(told(limited)).toEqual([['alert.raised', 'raised', idOf('NORTH')]])
    expect(told(all)).toHaveLength(2)
    expect(JSON.parse(all.received[0]?.body ?? '').data.alerts[0]).toEqual({
      id: expect.any(String),
      seq: expect.any(Number),
      event: 'raised',
      kind: 'terminal-lost',
      severity: 'warning',
    })
    await room.heard([...north, ...south])
    await room.look()
    room.pass(10)
    await room.heard([...north, ...south])
    await room.look()
    await database.sql`update webhook_endpoints set state = 'disabled', disabled_by = 'gone', disabled_at = ${room.clock.at} where id = ${id}`
    await room.look()
    await database.sql`update webhook_endpoints set state = 'enabled', disabled_by = null, disabled_at = null where id = ${id}`
    await deliver()
    expect(told(limited).slice(1)).toEqual([['alert.cleared', 'cleared', idOf('NORTH')]])
    const [off] = await room.list({ kind: 'webhook-off' })
    expect(told(all).slice(2)).toEqual(
      expect.arrayContaining([
        ['alert.cleared', 'cleared', idOf('NORTH')],
        ['alert.cleared', 'cleared', idOf('SOUTH')],
        ['alert.raised', 'raised', off?.id],
      ]),
    )
    expect(told(all)).toHaveLength(5)
  })
})

describe('mails', () => {
  it.each([
    ['en', en],
    ['ru', ru],
  ] as const)('call things as the pages do: %s', (language, { alerts }) => {
    for (const kind of ALERT_KINDS) expect(MAIL_WORDS[language].kind[kind]).toBe(alerts.kind[kind])
    for (const one of ALERT_SEVERITIES) expect(MAIL_WORDS[language].severity[one]).toBe(alerts.severity[one])
  })
})
