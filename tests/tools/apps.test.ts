import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { issueEnrollmentCode, registerTerminal } from '../../src/features/terminals'
import type { OfferedApps } from '../../src/tools/simulator/apps/installer'
import { V2 } from '../../src/tools/simulator/apps/signer'
import { type Answer, ConnectionLost, type Send, TerminalClient } from '../../src/tools/simulator/client'
import { playFleet } from '../../src/tools/simulator/fleet'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { NO_TROUBLES, type Troubles } from '../../src/tools/simulator/troubles'
import { apkSignedBy } from '../support/apk-end'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let client: TraceableClient
let me: Ctx

/** Remembers what was asked of the server. */
class TraceableClient extends TerminalClient {
  readonly sent: Send[] = []

  override send(message: Send): Promise<Answer> {
    this.sent.push(message)
    return super.send(message)
  }
}

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  client = new TraceableClient(open.url)
  me = makeCtx(services, operator())
})
afterAll(async () => {
  client.close()
  await open.close()
})

let serials = 0
interface Played {
  id: string
  terminal: FakeTerminal
}

async function newTerminal(
  more: { platform?: 'feitian-f20' | 'ingenico-t3'; roomBytes?: number } = {},
): Promise<Played> {
  const { platform = 'feitian-f20', ...installed } = more
  const serial = `APP-${++serials}`
  const { id } = await registerTerminal(me, { serial, platform })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [serial] })
  const terminal = new FakeTerminal(client, { serial, platform, token: undefined, ...installed })
  await terminal.enroll(enrollmentCode)
  await terminal.checkIn()
  return { id, terminal }
}

type App = OfferedApps['install'][number]

async function newApp(name: string, versionCode: number, content: number | Buffer = 1_000): Promise<App> {
  const middle = typeof content === 'number' ? randomBytes(content) : content
  const bytes = apkSignedBy(new Map([[V2, `signer of ${name}`]]), middle)
  const { key, sha256 } = await services.blobs.putContent(Readable.from([bytes]), { maxBytes: bytes.length })
  await keepFile({ key, sha256, sizeBytes: bytes.length })
  const facts = { versionCode, versionName: `${versionCode / 10}`, sha256, size: bytes.length }
  return { package: `com.example.${name}`, ...facts, url: `/terminal/v1/files/${sha256}` }
}

/** Any file the server knows will do: terminals ask by its SHA-256. */
async function keepFile({ key, sha256, sizeBytes }: { key: string; sha256: string; sizeBytes: number }) {
  const packageId = newId()
  await database.sql`
    insert into packages (id, platform, component, version, kind, file_count, size_bytes, created_by, created_at)
    values (${packageId}, 'feitian-f20', 'system', ${packageId}, 'android-ota', 1, ${sizeBytes}, 'test', now())`
  await database.sql`
    insert into package_files (package_id, position, name, target, sha256, size_bytes, blob_key)
    values (${packageId}, 0, 'app.apk', '', ${sha256}, ${sizeBytes}, ${key})`
}

/** Puts an action on offer, as the plan of a set does. */
async function offer({ id }: Played, what: Partial<OfferedApps>): Promise<OfferedApps> {
  const body = { install: [], remove: [], when: {}, ...what }
  const actionId = newId()
  await database.sql`
    insert into terminal_actions (id, terminal_id, kind, subject_id, body, offered_at, state_at)
    values (${actionId}, ${id}, 'apps', ${newId()}, ${JSON.stringify(body)}::text::jsonb, now(), now())`
  return { id: actionId, kind: 'apps', ...body }
}

const perform = ({ terminal }: Played, action: OfferedApps, troubles: Partial<Troubles> = {}) =>
  terminal.perform(action, { ...NO_TROUBLES, ...troubles })

/** What the server heard of an action. */
async function heard({ id }: OfferedApps) {
  const [row] = await database.sql`
    select state, progress_percent as "progressPercent", reason, vendor_code as "vendorCode", items
    from terminal_actions where id = ${id}`
  return row
}

/** What the server knows the terminal to have, beside what came with it. */
async function reported({ id, terminal }: Played): Promise<{ package: string; versionCode: number }[]> {
  await terminal.checkIn()
  const [row] = await database.sql`select status from terminal_status where terminal_id = ${id}`
  const fresh = new Set(
    new FakeTerminal(client, { ...terminal.memory, apps: undefined }).persona
      .status()
      .apps?.map((app) => app.package),
  )
  return row?.status.apps.filter((app: { package: string }) => !fresh.has(app.package))
}

const names = (apps: readonly { package: string }[]) => apps.map((app) => app.package)
const files = () => client.sent.filter(({ path }) => path.startsWith('/terminal/v1/files/'))

describe('a simulated Android terminal', () => {
  it('removes, installs, and reports both, then has what it was told', async () => {
    const played = await newTerminal()
    const [game, chat, mail] = [await newApp('game', 7), await newApp('chat', 1), await newApp('mail', 41)]
    await perform(played, await offer(played, { install: [game] }))
    const action = await offer(played, { install: [chat, mail], remove: [game.package] })
    expect(await perform(played, action)).toBe(true)
    expect(await heard(action)).toMatchObject({
      state: 'installed',
      progressPercent: 100,
      items: [chat, mail, game].map((app) => ({ package: app.package, state: 'installed' })),
    })
    const signerSha256 = createHash('sha256').update('signer of mail').digest('hex')
    const [first, second, ...others] = await reported(played)
    expect([first?.package, others]).toEqual([chat.package, []])
    expect(second).toEqual({ package: mail.package, versionCode: 41, versionName: '4.1', signerSha256 })
  })

  it('removes before it installs, one after the other, each on the disk before the next', async () => {
    const played = await newTerminal()
    const [old, one, two] = [await newApp('old', 1), await newApp('one', 1), await newApp('two', 1)]
    await perform(played, await offer(played, { install: [old] }))
    const had: string[][] = []
    const kept = async () => {
      had.push(names(played.terminal.memory.apps ?? []).filter((name) => /\.(old|one|two)$/.test(name)))
    }
    await played.terminal.perform(
      await offer(played, { install: [one, two], remove: [old.package] }),
      NO_TROUBLES,
      kept,
    )
    expect(had).toEqual([[], [one.package], [one.package, two.package]])
  })

  it('goes on where the network was lost, with the bytes that had come', async () => {
    const played = await newTerminal()
    const action = await offer(played, { install: [await newApp('large', 1, 6_000_000)] })
    client.sent.length = 0
    const lost = perform(played, action, { networkLossRate: 1 })
    await expect(lost).rejects.toBeInstanceOf(ConnectionLost)
    expect(await perform(played, action)).toBe(true)
    const [broken, next] = files().map(({ headers }) => headers?.Range)
    expect(broken).toBe('bytes=0-4194303')
    expect(next).toMatch(/^bytes=[1-9]\d*-/)
    expect(await heard(action)).toMatchObject({ state: 'installed' })
    const signerSha256 = createHash('sha256').update('signer of large').digest('hex')
    expect(await reported(played)).toMatchObject([{ package: 'com.example.large', signerSha256 }])
  })

  it('tells how far it is, over all that it fetches', async () => {
    const played = await newTerminal()
    const sizes = [4 * 1024 * 1024, 4 * 1024 * 1024]
    const install = await Promise.all(sizes.map((size, n) => newApp(`half${n}`, 1, size)))
    client.sent.length = 0
    await perform(played, await offer(played, { install }))
    const told = client.sent.flatMap(({ json }) => {
      const { state, progressPercent } = (json as { state?: string; progressPercent?: number }) ?? {}
      return state === undefined ? [] : [[state, progressPercent]]
    })
    expect(told).toEqual([
      ['downloading', 49],
      ['downloading', 50],
      ['downloading', 99],
      ['downloading', 100],
      ['downloaded', 100],
      ['downloaded', 100],
      ['installed', 100],
    ])
  })

  it('keeps what was done when the power fails between two, and does the rest', async () => {
    const played = await newTerminal()
    const install = [await newApp('first', 1), await newApp('second', 1)]
    const action = await offer(played, { install })
    // After each of the two files, and after the first of the two installations.
    for (const has of [[], [], ['com.example.first']]) {
      expect(await perform(played, action, { powerCutRate: 1 })).toBe(true)
      expect((await heard(action))?.state).not.toBe('installed')
      const { apps = [] } = played.terminal.memory
      expect(names(apps).filter((name) => /first|second/.test(name))).toEqual(has)
    }
    client.sent.length = 0
    const again = {
      id: played.id,
      terminal: new FakeTerminal(client, JSON.parse(JSON.stringify(played.terminal.memory))),
    }
    await perform(again, action)
    expect(files().map(({ path }) => path)).toEqual([install[1]?.url])
    expect(await heard(action)).toMatchObject({
      state: 'installed',
      items: [{ state: 'installed' }, { state: 'installed' }],
    })
    expect(names(await reported(again))).toEqual(names(install))
  })

  it('does nothing before it is time', async () => {
    const played = await newTerminal()
    const notBefore = new Date(Date.now() + 3_600_000).toISOString()
    const action = await offer(played, { install: [await newApp('later', 1)], when: { notBefore } })
    expect(await perform(played, action)).toBe(false)
    expect(await heard(action)).toMatchObject({ state: 'offered' })
    expect(await reported(played)).toEqual([])
  })

  it('comes again for a file that it is not given now', async () => {
    const played = await newTerminal()
    const action = await offer(played, { install: [await newApp('gone', 1)] })
    await database.sql`update terminal_actions set state = 'withdrawn' where id = ${action.id}`
    expect(await perform(played, action)).toBe(false)
    expect(await heard(action)).toMatchObject({ state: 'withdrawn', items: null })
  })

  it('installs nothing whose bytes are others than were promised', async () => {
    const played = await newTerminal()
    const [good, other] = [await newApp('good', 1), await newApp('other', 1)]
    const action = await offer(played, { install: [{ ...good, url: other.url }, other] })
    await perform(played, action)
    expect(await heard(action)).toMatchObject({
      state: 'failed',
      reason: 'hash_mismatch',
      items: [{ state: 'failed', reason: 'hash_mismatch' }, { state: 'installed' }],
    })
    expect(names(await reported(played))).toEqual([other.package])
  })

  it('refuses on a platform without applications', async () => {
    const played = await newTerminal({ platform: 'ingenico-t3' })
    const action = await offer(played, { install: [await newApp('apk', 1)] })
    await perform(played, action)
    expect(await heard(action)).toMatchObject({ state: 'rejected', reason: 'not_supported' })
  })

  it('installs what fits, and says of the rest that there is no room', async () => {
    const played = await newTerminal({ roomBytes: 30_000 })
    const [small, large] = [await newApp('small', 1, 5_000), await newApp('large', 1, 40_000)]
    const action = await offer(played, { install: [large, small] })
    await perform(played, action)
    const why = { reason: 'out_of_space', vendorCode: 'INSTALL_FAILED_INSUFFICIENT_STORAGE' }
    expect(await heard(action)).toMatchObject({
      state: 'failed',
      ...why,
      items: [
        { package: large.package, state: 'failed', ...why },
        { package: small.package, state: 'installed' },
      ],
    })
    expect(names(await reported(played))).toEqual([small.package])
  })

  it('makes room first where it has none for the files', async () => {
    const played = await newTerminal({ roomBytes: 30_000 })
    const before = await newApp('before', 1, 14_000)
    await perform(played, await offer(played, { install: [before] }))
    const install = [await newApp('small', 1, 5_000), await newApp('wide', 1, 12_000)]
    const action = await offer(played, { install, remove: [before.package] })
    await perform(played, action)
    expect(await heard(action)).toMatchObject({ state: 'installed' })
    expect(names(await reported(played))).toEqual(names(install))
  })

  it('says of an application that came with the system that it stays', async () => {
    const played = await newTerminal()
    const action = await offer(played, { remove: ['com.android.settings', 'com.example.never'] })
    await perform(played, action)
    expect(await heard(action)).toMatchObject({
      state: 'failed',
      items: [
        { package: 'com.android.settings', state: 'failed', reason: 'not_supported' },
        { package: 'com.example.never', state: 'installed' },
      ],
    })
  })

  it('takes no newer version of another signer', async () => {
    const played = await newTerminal()
    const mine = await newApp('mine', 1)
    await perform(played, await offer(played, { install: [mine] }))
    const others = { ...(await newApp('others', 2)), package: mine.package }
    const action = await offer(played, { install: [others] })
    await perform(played, action)
    const why = { reason: 'signature_refused', vendorCode: 'INSTALL_FAILED_UPDATE_INCOMPATIBLE' }
    expect(await heard(action)).toMatchObject({ state: 'failed', ...why })
    expect(await reported(played)).toMatchObject([{ package: mine.package, versionCode: 1 }])
    const anew = await offer(played, { install: [others], remove: [mine.package] })
    await perform(played, anew)
    expect(await heard(anew)).toMatchObject({ state: 'installed', items: [{ package: mine.package }] })
    expect(await reported(played)).toMatchObject([{ package: mine.package, versionCode: 2 }])
  })

  it.each([
    ['fails', { failRate: 1 }, 'failed'],
    ['finds another signer', { wrongSignatureRate: 1 }, 'failed'],
    ['lies', { lieRate: 1 }, 'installed'],
    ['is silent', { silentRate: 1 }, 'offered'],
  ] as const)('%s on demand, and the same when it is told again', async (_, troubles, state) => {
    const played = await newTerminal()
    const action = await offer(played, { install: [await newApp('demand', 1)], remove: ['com.example.gone'] })
    await perform(played, action, troubles)
    const first = await heard(action)
    expect(first?.state).toBe(state)
    await perform(played, action, troubles)
    expect(await heard(action)).toEqual(first)
    if (state !== 'failed') expect(await reported(played)).toEqual([])
  })
})

describe('a fleet of Android terminals', () => {
  it('is changed by its cashiers, which the next check-in tells', async () => {
    const { id, terminal } = await newTerminal()
    const stop = new AbortController()
    const { counts, done } = playFleet([terminal], {
      speed: 1e9,
      breakRate: 0,
      offlineRate: 0,
      slipRate: 0,
      logRate: 0,
      driftRate: 1e9,
      keyRate: 0,
      troubles: NO_TROUBLES,
      signal: stop.signal,
      enrollmentCode: () => undefined,
      async remembered() {
        if (counts().drifts >= 3) stop.abort()
      },
    })
    await done
    expect(names(await reported({ id, terminal })).every((name) => name.startsWith('com.example.'))).toBe(
      true,
    )
    const [row] = await database.sql`
      select count(*)::int as changes from status_history where terminal_id = ${id} and changes ? 'apps'`
    expect(row?.changes).toBeGreaterThanOrEqual(2)
  })
})
