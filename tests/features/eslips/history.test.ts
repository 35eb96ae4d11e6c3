import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ctx, SEES_ALL, type Services, type Visibility } from '../../../src/core/context'
import { findArchiveFile } from '../../../src/features/eslips/archive/files'
import { getSlip } from '../../../src/features/eslips/export/details'
import { pullSlips } from '../../../src/features/eslips/export/pull'
import { noteHandout } from '../../../src/features/eslips/handouts'
import { searchSlips } from '../../../src/features/eslips/search'
import { createApiKey } from '../../../src/features/operators'
import { createMerchant } from '../../../src/features/terminals/service/places'
import { openFaces } from '../../support/faces'
import { useTestDatabase } from '../../support/postgres'
import { integrator, makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'
import { archive, dayAgo, fillDay } from './archived'
import { enrolledTerminal, sale } from './slips'

const database = useTestDatabase()
const OLD_DAY = dayAgo(90)
const clock = { at: new Date(), now: () => clock.at }
let services: Services
let open: OpenDoor
let me: Ctx
let tea: { id: string }
let url: string
const ids: Record<string, string> = {}
const uids = { own: '', foreign: '', refund: '', old: '', older: '' }

beforeAll(async () => {
  services = await makeServices(database, { clock })
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
  tea = await createMerchant(me, { name: 'Чайная лавка' })
  const shop = await enrolledTerminal(me, open, 'HISTORY-1', { merchantId: tea.id })
  const other = await enrolledTerminal(me, open, 'HISTORY-2')
  // Between two of the one lies one of the other: a range of numbers would hold it too.
  for (const [terminal, name, more] of [
    [shop, 'own', {}],
    [other, 'foreign', {}],
    [shop, 'refund', { type: 'refund' }],
  ] as const) {
    const slip = sale(more)
    await terminal.handOver(slip)
    uids[name] = slip.slipUid
  }
  const [first, second] = await fillDay(database, OLD_DAY, 2, () => ({ rrn: 'OLD' }))
  uids.old = first ?? ''
  uids.older = second ?? ''
  await archive(database, makeCtx(services, { kind: 'job', name: 'test' }), OLD_DAY)
  for (const { id, slipUid } of (await searchSlips(me, { limit: 100 })).items) ids[slipUid] = id
  url = (await openFaces(services)).url
})
afterAll(() => open.close())

/** What the history says of who was given it, and how. */
async function handoutsOf(uid: string) {
  const { history } = await getSlip(me, { slipId: ids[uid] ?? '' })
  return history
    .filter(({ kind }) => kind !== 'received' && kind !== 'archived')
    .map(({ kind, by, format }) => [kind, format, by].filter((one) => one !== null).join(' '))
}

const named = (name: string, visibility: Visibility = SEES_ALL) =>
  makeCtx(services, { ...integrator('eslips:read'), name, visibility } as Ctx['actor'])

async function pullAll(ctx: Ctx, filter: Record<string, unknown> = {}) {
  let after: string | undefined
  for (;;) {
    const page = await pullSlips(ctx, { limit: 100, ...filter, ...(after === undefined ? {} : { after }) })
    after = page.nextCursor
    if (!page.hasMore) return
  }
}

describe('the history of a slip', () => {
  it('names a program with limits at the slips it was given, and at no other', async () => {
    await pullAll(named('tea only', { kind: 'limited', groupIds: [], merchantIds: [tea.id] }))
    expect(await handoutsOf(uids.own)).toContain('pulled tea only')
    expect(await handoutsOf(uids.refund)).toContain('pulled tea only')
    expect(await handoutsOf(uids.foreign)).toEqual([])
    expect(await handoutsOf(uids.old)).toEqual([])
  })

  it('tells a caller with limits what it was given itself, and nothing of others', async () => {
    const limits = { kind: 'limited', groupIds: [], merchantIds: [tea.id] } as const
    const [mine, theirs] = [named('Limited A', limits), named('Limited B', limits)]
    await pullAll(mine)
    await pullAll(theirs)
    const { history } = await getSlip(mine, { slipId: ids[uids.own] ?? '' })
    const names = history.filter(({ kind }) => kind === 'pulled').map(({ by }) => by)
    expect(new Set(names)).toEqual(new Set(['Limited A']))
    expect(await handoutsOf(uids.own)).toEqual(
      expect.arrayContaining(['pulled Limited A', 'pulled Limited B']),
    )
  })

  it('stays true where a terminal changes its group afterwards', async () => {
    const [group] = await database.sql<{ id: string }[]>`
      insert into terminal_groups (id, name) values (gen_random_uuid(), 'north') returning id`
    const groupId = group?.id ?? ''
    const [terminal] = await database.sql<
      { id: string }[]
    >`select id from terminals where serial = 'HISTORY-2'`
    const north = named('north', { kind: 'limited', groupIds: [groupId], merchantIds: [] })
    await pullAll(north)
    await database.sql`
      insert into terminal_group_members (terminal_id, group_id) values (${terminal?.id ?? ''}, ${groupId})`
    expect(await handoutsOf(uids.foreign)).toEqual([])
    await pullAll(north)
    await database.sql`delete from terminal_group_members where group_id = ${groupId}`
    expect(await handoutsOf(uids.foreign)).toEqual(['pulled north'])
  })

  it('names who asked by a filter at what it let through', async () => {
    await pullAll(named('refunds'), { type: 'refund' })
    expect(await handoutsOf(uids.refund)).toContain('pulled refunds')
    expect(await handoutsOf(uids.own)).not.toContain('pulled refunds')
  })

  it('names who read it out of an archive, and when it was archived', async () => {
    await pullAll(named('reader of all'))
    for (const uid of [uids.old, uids.older, uids.own])
      expect(await handoutsOf(uid)).toContain('pulled reader of all')
    const { history } = await getSlip(me, { slipId: ids[uids.old] ?? '' })
    expect(history.map(({ kind }) => kind)).toContain('archived')
  })

  it('names a program that asks for this one slip, and no person who looks at it', async () => {
    await getSlip(named('asks for one'), { slipId: ids[uids.own] ?? '' })
    await getSlip(makeCtx(services, { ...operator(), name: 'a person' } as Ctx['actor']), {
      slipId: ids[uids.own] ?? '',
    })
    const said = await handoutsOf(uids.own)
    expect(said).toContain('pulled asks for one')
    expect(said.join()).not.toContain('a person')
  })

  it('has one entry for what one was given within a minute, and another for later', async () => {
    const often = named('often')
    const minute = Math.ceil(Date.now() / 60_000) * 60_000
    const at = (seconds: number) => new Date(minute + seconds * 1000)
    for (const seconds of [1, 59, 60]) {
      clock.at = at(seconds)
      await pullAll(often)
    }
    const { history } = await getSlip(me, { slipId: ids[uids.foreign] ?? '' })
    expect(history.filter(({ by }) => by === 'often').map((one) => one.at)).toEqual([
      at(60).toISOString(),
      at(59).toISOString(),
    ])
  })

  it('begins a new note where many scattered slips make one long', async () => {
    const ctx = named('scattered')
    const slips = (from: number) => Array.from({ length: 600 }, (_, at) => ({ seq: from + at * 2 }))
    for (const from of [1_000_001, 2_000_001, 3_000_001])
      await noteHandout(ctx, {
        kind: 'pulled',
        by: { id: (ctx.actor as { id: string }).id, name: 'scattered' },
        slips: slips(from),
      })
    const rows = await database.sql`
      select count::int from eslip_handouts where actor_name = 'scattered' order by began_at, count desc`
    expect(rows.map(({ count }) => count)).toEqual([1_200, 600])
  })
})

describe('a download', () => {
  const get = async (path: string, name: string) => {
    const admin = makeCtx(services, operator('admin'))
    const { key } = await createApiKey(admin, { name, scopes: ['eslips:read'] })
    const answer = await fetch(`${url}/api/v1/eslips/${path}`, {
      headers: { Authorization: `Bearer ${key}` },
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const audited = (name: string) => database.sql<{ action: string; changes: Record<string, unknown> }[]>`
    select action, changes from audit_entries where actor_name = ${name}`

  it.each(['txt', 'pdf'])(
    'of one receipt as %s is in its history, and in that of no other',
    async (format) => {
      const name = `saves ${format}`
      expect(await get(`${ids[uids.own]}/receipt.${format}`, name)).toBe(200)
      expect(await handoutsOf(uids.own)).toContain(`downloaded ${format} ${name}`)
      expect((await handoutsOf(uids.own)).filter((one) => one.includes(name))).toHaveLength(1)
      expect((await handoutsOf(uids.refund)).join()).not.toContain(name)
    },
  )

  it.each(['csv', 'zip'])('of many as %s is in the history of each, and in the audit log', async (format) => {
    const name = `saves ${format}`
    expect(await get(`export.${format}?type=sale&rrn=632700123456`, name)).toBe(200)
    for (const uid of [uids.own, uids.foreign])
      expect(await handoutsOf(uid)).toContain(`downloaded ${format} ${name}`)
    for (const uid of [uids.refund, uids.old]) expect((await handoutsOf(uid)).join()).not.toContain(name)
    const [entry] = await audited(name)
    expect(entry).toMatchObject({
      action: 'eslip_export.made',
      changes: { format: { after: format }, slips: { after: 2 }, type: { after: 'sale' } },
    })
  })

  it('reaches slips of an archive', async () => {
    await get('export.csv?rrn=OLD', 'saves old ones')
    expect(await handoutsOf(uids.old)).toContain('downloaded csv saves old ones')
    expect((await handoutsOf(uids.own)).join()).not.toContain('saves old ones')
  })

  it('by a card number leaves none in the audit log', async () => {
    await get('export.csv?rrn=4111111111111111', 'looks for a card')
    const [entry] = await audited('looks for a card')
    expect(JSON.stringify(entry)).not.toContain('4111111111111111')
    expect(entry?.changes).toMatchObject({ slips: { after: 0 } })
  })

  it('that is refused leaves no trace', async () => {
    expect(await get('export.csv?type=nothing', 'is refused')).toBe(400)
    expect(await audited('is refused')).toEqual([])
  })

  it('of the file of an archive is in the history of all its slips, and in the audit log', async () => {
    const person = makeCtx(services, { ...operator(), name: 'takes the file' } as Ctx['actor'])
    const file = await findArchiveFile(person, { number: 1 })
    expect(await buffer(await file.open())).toHaveLength(file.sizeBytes)
    for (const uid of [uids.old, uids.older])
      expect(await handoutsOf(uid)).toContain('downloaded parquet takes the file')
    expect((await handoutsOf(uids.own)).join()).not.toContain('takes the file')
    const [entry] = await audited('takes the file')
    expect(entry).toMatchObject({ action: 'eslip_archive.downloaded', changes: { slips: { after: 2 } } })
  })
  it('of the file of an archive goes on where it broke off; what was sent is noted, and nothing else', async () => {
    const name = 'on a bad link'
    const { key } = await createApiKey(makeCtx(services, operator('admin')), {
      name,
      scopes: ['eslips:read'],
    })
    const ask = async (headers: Record<string, string> = {}) => {
      const answer = await fetch(`${url}/api/v1/eslips/archives/1/content`, {
        headers: { Authorization: `Bearer ${key}`, ...headers },
      })
      const { status, headers: told } = answer
      return { status, told, bytes: Buffer.from(await answer.arrayBuffer()) }
    }
    const whole = await ask()
    const [size, etag = ''] = [whole.bytes.length, whole.told.get('etag') ?? '']
    expect([whole.status, etag]).toEqual([200, `"${createHash('sha256').update(whole.bytes).digest('hex')}"`])
    expect([whole.told.get('accept-ranges'), whole.told.get('content-type')]).toEqual([
      ...['bytes', 'application/vnd.apache.parquet'],
    ])
    const rest = await ask({ Range: 'bytes=700-', 'If-Range': etag })
    expect([rest.status, rest.told.get('content-range')]).toEqual([206, `bytes 700-${size - 1}/${size}`])
    expect(rest.bytes.equals(whole.bytes.subarray(700))).toBe(true)
    expect((await ask({ Range: 'bytes=-8' })).bytes.equals(whole.bytes.subarray(-8))).toBe(true)
    const past = await ask({ Range: `bytes=${size}-` })
    expect([past.status, past.told.get('content-range')]).toEqual([416, `bytes */${size}`])
    expect((await ask({ 'If-None-Match': etag })).status).toBe(304)
    const other = await ask({ Range: 'bytes=700-', 'If-Range': '"another file"' })
    expect([other.status, other.bytes.length]).toEqual([200, size])
    expect((await audited(name)).map(({ changes }) => (changes.part as { after?: string })?.after)).toEqual([
      ...[undefined, `700-${size - 1}`, `${size - 8}-${size - 1}`, undefined],
    ])
    expect((await handoutsOf(uids.old)).filter((one) => one.endsWith(name))).toEqual([
      `downloaded parquet ${name}`,
    ])
  })
})
