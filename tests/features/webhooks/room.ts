import type { Ctx } from '../../../src/core/context'
import { createCourier } from '../../../src/features/webhooks/service/deliver'
import { dispatchEvents } from '../../../src/features/webhooks/service/dispatch'
import { createWebhookOf, getWebhook } from '../../../src/features/webhooks/service/endpoints'
import type { EventItem, EventSource } from '../../../src/features/webhooks/sources'
import type { TestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices, operator } from '../../support/services'

const never = new AbortController().signal

/** Events as a slice would have them: those of an odd number belong to the merchant that limits name. */
export function openSource() {
  const events: (EventItem & { slipUid: string })[] = []
  const source: EventSource = {
    type: 'eslip.created',
    collection: 'eslips',
    newest: async () => ({ seq: events.at(-1)?.seq ?? 0, archive: 0, row: 0 }),
    async read(_ctx, { after, limit, visibility }) {
      const looked = events.filter(({ seq }) => seq > after.seq).slice(0, limit)
      return {
        items: looked.filter(({ seq }) => visibility.kind === 'all' || seq % 2 === 1),
        place: { ...after, seq: looked.at(-1)?.seq ?? after.seq },
      }
    },
  }
  return {
    source,
    happen(count: number, slipUid = 'u') {
      for (let made = 0; made < count; made++) {
        const seq = events.length + 1
        events.push({ id: `e${seq}`, slipUid: `${slipUid}${seq}`, seq })
      }
    },
  }
}

/** Endpoints, events and a clock that a test sets, on a database of its own. */
export async function openRoom(database: TestDatabase, env: Record<string, string> = {}) {
  const clock = { at: new Date('2026-11-26T10:00:00Z'), now: () => clock.at }
  const services = await makeServices(database, {
    clock,
    env: { WEBHOOK_ALLOW_PRIVATE: 'true', ...env },
  })
  const { source, happen } = openSource()
  const admin = makeCtx(services, operator('admin'))
  const server: Ctx = makeCtx(services, job())
  const room = {
    admin,
    server,
    source,
    happen,
    pass(ms: number) {
      clock.at = new Date(clock.at.getTime() + ms)
    },
    create: (url: string, more: Partial<Parameters<ReturnType<typeof createWebhookOf>>[1]> = {}) =>
      createWebhookOf([source])(admin, { name: 'Books', url, eventTypes: ['eslip.created'], ...more }),
    dispatch: () => dispatchEvents(server, [source], never),
    /** One look of one server: everything due is sent and settled. */
    async deliver({ signal = never, timeoutMs = 5_000 } = {}) {
      const courier = createCourier(server, [source], signal, timeoutMs)
      await courier.begin()
      await courier.idle()
      return courier.counts
    },
    view: (webhookId: string) => getWebhook(admin, { webhookId }),
  }
  return room
}
