import type { Ctx } from '../../src/core/context'
import { searchNumbers } from '../../src/features/licenses/service/numbers'
import { previewBulk } from '../../src/features/monitoring/status/bulk'
import { exportStatus } from '../../src/features/monitoring/status/export'
import { listStatusFacets } from '../../src/features/monitoring/status/facets'
import { getFleetOverview, takeSnapshot } from '../../src/features/monitoring/status/overview'
import { listStatus } from '../../src/features/monitoring/status/queries'
import { groupId, merchantId, terminalId } from './fleet'

export interface Question {
  name: string
  /** Answers how many rows there were. */
  ask(): Promise<number>
  /** One page of a list, or something about the whole fleet. */
  kind?: 'list' | 'fleet'
  /** Asked twice only. */
  isLong?: boolean
}

type ListInput = Parameters<typeof listStatus>[1]

/** The same driver reading 50 rows in the plainest way there is. */
export function referenceOf(ctx: Ctx): Question {
  const ids = Array.from({ length: 50 }, (_, n) => terminalId(n * 997))
  return {
    name: '50 rows by primary key',
    ask: async () => (await ctx.sql`select * from terminals where id in ${ctx.sql(ids)}`).length,
  }
}

/** Everything the operators' pages ask of the whole fleet: common values, rare ones, none. */
export function questionsOf(ctx: Ctx, terminals: number): Question[] {
  const list = (name: string, input: ListInput): Question => ({
    ...{ name, kind: 'list' },
    ask: async () => (await listStatus(ctx, input)).items.length,
  })
  const middle = `WP${String(Math.floor(terminals * 0.9)).padStart(8, '0')}`
  return [
    list('first page', {}),
    list('descending', { direction: 'desc' }),
    list('by last seen, longest silent first', { sort: 'lastSeen' }),
    list('by last seen, newest first', { sort: 'lastSeen', direction: 'desc' }),
    deepPage(ctx, 'serial', middle),
    deepPage(ctx, 'lastSeen', new Date(ctx.clock.now().getTime() - 100_000).toISOString()),
    list('search: a whole S/N', { search: middle }),
    list('search: 2 letters of most S/N', { search: 'WP' }),
    list('search: 3 letters of most S/N', { search: 'WP0' }),
    list('search: a part of an S/N', { search: '54321' }),
    list('search: a MID', { search: 'M0000777' }),
    list('search: nothing like it', { search: 'nowhere' }),
    list('platform, common', { platform: 'wiseasy-wpos3' }),
    list('platform, 1 in 1,000', { platform: 'other' }),
    list('model, common', { model: 'WPOS-3' }),
    list('model, 3 terminals', { model: 'PROTO-1' }),
    list('model, nobody', { model: 'NONE' }),
    list('version, common', { appName: 'psPos', appVersion: '3.15.3' }),
    list('version, 3 terminals', { appName: 'psPos', appVersion: '0.9.0' }),
    list('version without name', { appVersion: '3.14.2' }),
    list('group, 1 in 10', { groupId: groupId(0) }),
    list('group, 3 terminals', { groupId: groupId(200) }),
    list('merchant', { merchantId: merchantId(5) }),
    list('state, nearly all', { state: 'active' }),
    list('state, 3 terminals', { state: 'revoked' }),
    list('online', { connectivity: 'online' }),
    list('late, 1 in 100, far down', { connectivity: 'late' }),
    list('lost, 2 in 100, far down', { connectivity: 'lost' }),
    list('never seen, 2 in 100', { connectivity: 'never' }),
    list('silent for 25 days', { silentForHours: 600 }),
    list('silent for 40 days, nobody', { silentForHours: 960 }),
    list('mismatches, 1 in 2,000', { hasMismatch: true }),
    list('two common ones, never together', { platform: 'feitian-f20', model: 'WPOS-3' }),
    list('three common ones', { platform: 'wiseasy-wpos3', state: 'active', appVersion: '3.15.3' }),
    list('last seen + model, far down', { sort: 'lastSeen', model: 'F20' }),
    list('last seen + lost', { sort: 'lastSeen', direction: 'desc', connectivity: 'lost' }),
    { name: 'facets', kind: 'fleet', ask: async () => (await listStatusFacets(ctx, {})).models.length },
    {
      name: 'fleet snapshot, once a minute',
      kind: 'fleet',
      ask: async () => (await takeSnapshot(ctx)).terminals,
    },
    { name: 'overview', kind: 'fleet', ask: async () => (await getFleetOverview(ctx, {})).terminals },
    {
      name: 'export of a tenth of the fleet as CSV',
      kind: 'fleet',
      ask: () => exportGroup(ctx),
      isLong: true,
    },
    {
      name: 'preview of a bulk change of one in 50',
      kind: 'fleet',
      ask: async () => {
        const target = { filter: { connectivity: 'lost' as const } }
        return (await previewBulk(ctx, { target, change: { kind: 'suspend' } })).willChange
      },
    },
    ...(['none', 'waiting', 'expiring', 'any'] as const).map((holds) => ({
      name: `licences: ${holds}${holds === 'any' ? '' : ', 3 terminals'}`,
      ask: async () => (await searchNumbers(ctx, { holds })).items.length,
    })),
  ]
}

/** A page in the middle, begun by a cursor as the list gives it. */
function deepPage(ctx: Ctx, sort: 'serial' | 'lastSeen', at: string): Question {
  const cursor = Buffer.from(JSON.stringify([sort, 'asc', at, terminalId(0)])).toString('base64url')
  return {
    kind: 'list',
    name: `a page in the middle, by ${sort === 'serial' ? 'S/N' : 'last seen'}`,
    ask: async () => (await listStatus(ctx, { sort, cursor })).items.length,
  }
}

async function exportGroup(ctx: Ctx): Promise<number> {
  const { source, csv } = await exportStatus(ctx, { groupId: groupId(0) })
  let lines = 0
  for await (const chunk of source.pipe(csv)) for (const byte of chunk as Buffer) if (byte === 10) lines++
  return lines - 1
}
