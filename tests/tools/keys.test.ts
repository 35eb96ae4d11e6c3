import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../src/core/context'
import { PLATFORM_IDS } from '../../src/core/platforms'
import { DEFAULT_KEY_POLICY } from '../../src/features/keys/block/policy'
import { readBundle } from '../../src/features/keys/bundle/read'
import { createApiKey } from '../../src/features/operators'
import { issueEnrollmentCode, registerTerminal } from '../../src/features/terminals'
import { ConnectionLost, type TerminalClient } from '../../src/tools/simulator/client'
import { makeKeyBundle, transportKeyOf } from '../../src/tools/simulator/keys/bundle'
import { KeySystem } from '../../src/tools/simulator/keys/key-system'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { NO_TROUBLES } from '../../src/tools/simulator/troubles'
import { openFaces } from '../support/faces'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'
import { type OpenDoor, openTerminalDoor } from '../support/terminal-door'

const database = useTestDatabase()
const PLATFORM = 'feitian-f20'
const kept = async () => {}
let services: Services
let open: OpenDoor
let rest: TerminalClient
let system: KeySystem
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database)
  open = await openTerminalDoor(database, services)
  rest = (await openFaces(services)).client
  me = makeCtx(services, job())
  const { key } = await createApiKey(me, { name: 'key system', scopes: ['keys:deposit'] })
  system = new KeySystem(rest, key, 'B1')
})
afterAll(() => open.close())

const enrolled = async (serial: string): Promise<FakeTerminal> => {
  await registerTerminal(me, { serial, platform: PLATFORM })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [serial] })
  const terminal = new FakeTerminal(open.client, { serial, platform: PLATFORM, token: undefined })
  await terminal.enroll(enrollmentCode)
  await terminal.checkIn()
  return terminal
}

async function deposit({ persona }: FakeTerminal): Promise<void> {
  expect((await system.deposit(persona)).status).toBe(201)
  await open.feed.catchUp()
}

async function load(terminal: FakeTerminal, troubles = {}): Promise<void> {
  const { actions } = await terminal.checkIn()
  for (const action of actions) await terminal.perform(action, { ...NO_TROUBLES, ...troubles }, kept)
}

const kcvsOf = async ({ persona: { serial } }: FakeTerminal) => {
  const [row] = await database.sql<{ slots: { slot: string; kcv: string }[] }[]>`
    select f.slots from key_files f join terminals t on t.id = f.terminal_id where t.serial = ${serial}
    order by f.sequence desc`
  return row?.slots.map(({ slot, kcv }) => ({ slot, kcv }))
}

const stateOf = async ({ persona: { serial } }: FakeTerminal) => {
  const [row] = await database.sql<{ state: string; reason: string | null }[]>`
    select f.state, f.reason from key_files f join terminals t on t.id = f.terminal_id where t.serial = ${serial}
    order by f.sequence desc`
  return row === undefined ? 'none' : [row.state, row.reason].filter((one) => one !== null).join(' ')
}

describe('files of the simulated key system', () => {
  it.each(PLATFORM_IDS)('break no rule and strain none: %s', (platform) => {
    const target = { serial: 'K1', platform }
    const { kcv, kcvAlgorithm: algorithm } = transportKeyOf(target)
    const read = readBundle(
      makeKeyBundle(target, 7),
      { serial: 'K1', sequence: 7, transportKcv: { kcv, algorithm } },
      { policy: { ...DEFAULT_KEY_POLICY, denyTestKeys: true }, now: new Date() },
    )
    expect(read).toMatchObject({ kind: 'bundle', warnings: [] })
  })

  it('are the same each time, and other ones for each terminal and sequence, key by key', () => {
    const blocksOf = (serial: string, sequence: number) =>
      makeKeyBundle({ serial, platform: PLATFORM }, sequence)
        .toString()
        .match(/"D0[^"]+/g) ?? []
    expect(blocksOf('K1', 1)).toEqual(blocksOf('K1', 1))
    const all = [...blocksOf('K1', 1), ...blocksOf('K1', 2), ...blocksOf('K2', 1)]
    expect(new Set(all.map((block) => block.slice(60))).size).toBe(12)
  })
})

describe('a simulated terminal', () => {
  it('loads what it is told of, and tells check values from then on, also after a power cut', async () => {
    const terminal = await enrolled('KEYS-1')
    await deposit(terminal)
    await load(terminal)
    expect(await stateOf(terminal)).toBe('installed')
    const again = new FakeTerminal(open.client, JSON.parse(JSON.stringify(terminal.memory)))
    expect(again.persona.status()).toMatchObject({
      transportKeyKcv: transportKeyOf(terminal.persona).kcv,
      keys: await kcvsOf(terminal),
    })
  })

  it('has another check value, which is found by its word', async () => {
    const terminal = await enrolled('KEYS-2')
    await deposit(terminal)
    await load(terminal, { kcvMismatchRate: 1 })
    expect(await stateOf(terminal)).toBe('failed kcv_mismatch')
    expect(terminal.persona.status().keys).not.toEqual(await kcvsOf(terminal))
  })

  it('fails with a reason, and says nothing at all', async () => {
    const failing = await enrolled('KEYS-3')
    await deposit(failing)
    await load(failing, { failRate: 1 })
    expect(await stateOf(failing)).toMatch(
      /^failed (install_error|battery_low|busy_with_payment|hash_mismatch)$/,
    )
    const silent = await enrolled('KEYS-4')
    await deposit(silent)
    await load(silent, { silentRate: 1 })
    await load(silent)
    expect(await stateOf(silent)).toBe('offered')
  })

  it('says that it has keys which it has not: nothing proves that', async () => {
    const terminal = await enrolled('KEYS-5')
    await deposit(terminal)
    await load(terminal, { lieRate: 1 })
    expect(await stateOf(terminal)).toBe('delivered')
    expect(terminal.persona.status().keys).toEqual([])
  })

  it('loses the connection behind the last byte: what it had loaded it tells later, else it fetches again', async () => {
    const ends = new Set<string>()
    for (let nth = 0; nth < 6; nth++) {
      const terminal = await enrolled(`LOST-${nth}`)
      await deposit(terminal)
      await expect(load(terminal, { lostAnswerRate: 1 })).rejects.toThrow(ConnectionLost)
      ends.add(terminal.persona.keys.untold === undefined ? 'forgot' : 'knows')
      const again = new FakeTerminal(open.client, JSON.parse(JSON.stringify(terminal.memory)))
      await load(again)
      await again.keys.tell()
      expect(again.persona.keys.untold).toBeUndefined()
      expect(await stateOf(again)).toBe('installed')
    }
    expect([...ends].sort()).toEqual(['forgot', 'knows'])
  })

  it('asks by itself: in vain where there is nothing, and gets what was made for that', async () => {
    const terminal = await enrolled('KEYS-6')
    await deposit(terminal)
    await load(terminal)
    terminal.keys.erase()
    expect(await terminal.keys.ask(NO_TROUBLES, kept)).toBe(false)
    await system.round([terminal.persona], new AbortController().signal)
    expect(await terminal.keys.ask(NO_TROUBLES, kept)).toBe(true)
    expect(await stateOf(terminal)).toBe('installed')
    expect(terminal.persona.status().keys).toEqual(await kcvsOf(terminal))
    expect(terminal.keys.counts).toEqual({ asked: 2, inVain: 1, installed: 2, failed: 0 })
  })

  it('loads nothing that is made for another terminal, or in a format it does not know', async () => {
    const terminal = await enrolled('KEYS-7')
    const { serial } = terminal.persona
    for (const [sequence, body, reason] of [
      [1, Buffer.from('of a maker of its own'), 'not_supported'],
      [2, makeKeyBundle({ serial, platform: 'other' }, 2), 'install_error'],
    ] as const) {
      const path = `/api/v1/keys/${serial}/${sequence}`
      const { key } = await createApiKey(me, { name: `other ${sequence}`, scopes: ['keys:deposit'] })
      expect((await rest.send({ method: 'PUT', path, token: key, body })).status).toBe(201)
      await open.feed.catchUp()
      await load(terminal)
      expect(await stateOf(terminal)).toBe(`failed ${reason}`)
    }
  })
})

describe('the simulated key system', () => {
  it('deposits the same bytes again where the answer got lost, and goes on behind them', async () => {
    const { persona } = await enrolled('KEYS-8')
    const made = await system.next(persona)
    await expect(system.deposit(persona, { cut: 'after-answer' })).rejects.toThrow(ConnectionLost)
    expect(await system.next(persona)).toBe(made)
    expect((await system.deposit(persona)).status).toBe(200)
    expect((await system.next(persona)).sequence).toBe(made.sequence + 1)
  })

  it('makes files for those that have none, once', async () => {
    const terminal = await enrolled('KEYS-9')
    const { signal } = new AbortController()
    for (let round = 0; round < 2; round++) await system.round([terminal.persona], signal)
    const [{ count } = { count: 0 }] = await database.sql<{ count: number }[]>`
      select count(*)::int from key_files f join terminals t on t.id = f.terminal_id where t.serial = 'KEYS-9'`
    expect(count).toBe(1)
  })

  it('says it when its API key is refused', async () => {
    const stranger = new KeySystem(rest, 'psk_unknown', 'B1')
    await expect(stranger.next({ serial: 'KEYS-10', platform: PLATFORM })).rejects.toThrow(
      /API key is refused/,
    )
  })
})
