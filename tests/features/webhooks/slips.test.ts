import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../../src/core/context'
import { pullSlips } from '../../../src/features/eslips/export/pull'
import { createMerchant } from '../../../src/features/terminals/service/places'
import { createCourier } from '../../../src/features/webhooks/service/deliver'
import { dispatchEvents } from '../../../src/features/webhooks/service/dispatch'
import { createWebhookOf } from '../../../src/features/webhooks/service/endpoints'
import { eventSources } from '../../../src/features/webhooks/sources'
import { useTestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices, operator } from '../../support/services'
import { openTerminalDoor } from '../../support/terminal-door'
import { enrolledTerminal, sale } from '../eslips/slips'
import { openReceiver } from './receiver'

const database = useTestDatabase()
const never = new AbortController().signal
let services: Services
beforeAll(async () => {
  services = await makeServices(database, { env: { WEBHOOK_ALLOW_PRIVATE: 'true' } })
})

describe('new slips', () => {
  it('are told of by their names, within limits, with the place to read on from', async () => {
    const admin = makeCtx(services, operator('admin'))
    const open = await openTerminalDoor(database, services)
    const { id: merchantId } = await createMerchant(admin, { name: 'Чайная лавка' })
    const tea = await enrolledTerminal(admin, open, 'TEA-1', { merchantId })
    const other = await enrolledTerminal(admin, open, 'OTHER-1')
    await tea.handOver(sale())
    const all = await openReceiver()
    const limited = await openReceiver()
    const create = createWebhookOf(eventSources)
    const eventTypes = ['eslip.created' as const]
    await create(admin, { name: 'all', url: all.url, eventTypes })
    await create(admin, {
      name: 'tea',
      url: limited.url,
      eventTypes,
      visibility: { kind: 'limited', groupIds: [], merchantIds: [merchantId] },
    })
    const [first, second, third] = [sale(), sale(), sale()]
    await tea.handOver(first)
    await other.handOver(second, third)
    await dispatchEvents(makeCtx(services, job()), eventSources, never)
    const courier = createCourier(makeCtx(services, job()), never)
    await courier.begin()
    await courier.idle()
    const dataOf = ({ body }: { body: string }) => JSON.parse(body).data
    const uidsOf = (one: { body: string }) =>
      dataOf(one).eslips.map((slip: { slipUid: string }) => slip.slipUid)
    // Slips of one request have no order among themselves.
    expect(all.received.flatMap(uidsOf).sort()).toEqual(
      [first, second, third].map((one) => one.slipUid).sort(),
    )
    expect(limited.received.flatMap(uidsOf)).toEqual([first.slipUid])
    const { nextCursor, eslips } = dataOf(all.received[0] ?? { body: '{}' })
    expect(Object.keys(eslips[0]).sort()).toEqual(['id', 'seq', 'slipUid'])
    const later = sale()
    await other.handOver(later)
    const page = await pullSlips(admin, { after: nextCursor })
    expect(page.items.map(({ slipUid }) => slipUid)).toEqual([later.slipUid])
    await open.close()
  })
})
