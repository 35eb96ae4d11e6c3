import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/ids'
import { inTransaction } from '../../../src/core/verb'
import { lockLoad } from '../../../src/features/keys/moves'
import { keyFiles } from '../../../src/features/keys/tables'
import { type Answer, TerminalClient } from '../../../src/tools/simulator/client'
import { openTerminalDoor } from '../../support/terminal-door'
import { type Enrolled, KCVS, useKeyRoom } from './key-room'

const room = useKeyRoom()
const MOST = 5

const times = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n))
const waiting = async () =>
  (
    await room.database.sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
  ).length
const served = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 200)

describe('a hundred fetches at once by the right terminal and a hundred by others, of two servers', () => {
  it('are five answers at most, each whole, and nobody else gets a byte', async () => {
    const second = await openTerminalDoor(room.database, room.services)
    const one = await room.enrolled()
    const others = await Promise.all(times(10, () => room.enrolled()))
    const file = await room.deposit(one.terminalId, {
      bytes: Buffer.alloc(200_000, 'a key block of one terminal'),
    })
    const send = (of: Enrolled, n: number) =>
      (n % 2 === 0 ? room.open : second).client.send({
        method: 'GET',
        path: n % 3 === 0 ? '/terminal/v1/keys' : `/terminal/v1/keys/${file.id}`,
        token: of.terminal.token,
      })
    const [right, wrong] = await Promise.all([
      Promise.all(times(100, (n) => send(one, n))),
      Promise.all(times(100, (n) => send(others[n % 10] as Enrolled, n))),
    ])
    expect(served(right)).toHaveLength(MOST)
    for (const answer of right)
      if (answer.status === 200) expect(answer.body.equals(file.bytes)).toBe(true)
      else expect(answer.json()).toMatchObject({ status: 404, code: 'no_keys' })
    expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([404]))
    for (const { body } of wrong) expect(body.includes('a key block')).toBe(false)
    expect((await room.fileOf(file.id)).leaseFetches).toBe(MOST)
    const actions = await room.actions(one.terminalId)
    expect(actions.filter((action) => action === 'fetched')).toHaveLength(MOST)
    await room.comesTo(file.id, 'delivered')
    expect((await room.actions(one.terminalId)).filter((action) => action === 'delivered')).toHaveLength(1)
    for (const { terminalId } of others) expect(await room.actions(terminalId)).not.toContain('fetched')
    await second.close()
  })

  it('end with a revocation in the middle of them: none is counted after it', async () => {
    const one = await room.enrolled()
    const file = await room.deposit(one.terminalId)
    await Promise.all([
      ...times(30, () => one.terminal.send('GET', `/keys/${file.id}`)),
      room.end(one.terminalId, file.id, 'revoked'),
    ])
    const actions = await room.actions(one.terminalId)
    expect(actions.slice(actions.indexOf('revoked') + 1)).toEqual([])
    expect((await room.fileOf(file.id)).state).toBe('revoked')
  })
})

describe('a server that is killed between counting a fetch and sending', () => {
  it('has counted it: the next server sends the exact bytes four times more, and to nobody else', async () => {
    const one = await room.enrolled()
    const other = await room.enrolled()
    const file = await room.deposit(one.terminalId)
    const folder = path.resolve('node_modules/.cache/psm-tests')
    mkdirSync(folder, { recursive: true })
    const outfile = path.join(folder, `server-to-kill-${process.pid}.mjs`)
    const entry = fileURLToPath(new URL('server-to-kill.ts', import.meta.url))
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    })
    const { directory } = room.services.settings.storage
    const child = spawn(
      process.execPath,
      [outfile, JSON.stringify({ target: room.database.app, directory })],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const client = new TerminalClient((await lines.next()).value)
    const asked = client.send({
      method: 'GET',
      path: `/terminal/v1/keys/${file.id}`,
      token: one.terminal.token,
    })
    const lost = expect(asked).rejects.toThrow()
    expect((await lines.next()).value).toBe('reading')
    child.kill('SIGKILL')
    await Promise.all([lost, once(child, 'exit')])
    client.close()

    expect(await room.fileOf(file.id)).toMatchObject({ state: 'available', leaseFetches: 1 })
    expect((await other.terminal.send('GET', `/keys/${file.id}`)).status).toBe(404)
    const answers = await Promise.all(times(20, () => one.terminal.send('GET', `/keys/${file.id}`)))
    expect(served(answers)).toHaveLength(MOST - 1)
    for (const answer of served(answers)) expect(answer.body.equals(file.bytes)).toBe(true)
  })
})

describe('everything at once', () => {
  it('a plan that offers a file and a deposit of the next one do not wait for each other', async () => {
    const one = await room.enrolled()
    const { id, ...file } = await room.fileOf((await room.deposit(one.terminalId)).id)
    const told = await inTransaction(room.me(), async ({ db, clock }) => {
      await lockLoad(db, one.terminalId, clock.now())
      const planned = one.terminal.send('POST', '/check-in', { json: {} })
      // It waits for this transaction, wherever it stands.
      await expect.poll(waiting, { timeout: 10_000, interval: 20 }).toBe(1)
      const bytes = { blobKey: null, wrappingKey: null, wrappedKey: null, purgedAt: clock.now() }
      const next = { id: newId(), sequence: 2, state: 'revoked' as const, offerId: newId() }
      await db.insert(keyFiles).values({ ...file, ...next, ...bytes })
      return { planned }
    })
    expect((await told.planned).status).toBe(200)
    expect((await room.fileOf(id)).state).toBe('offered')
  })

  it('waits for one another and never for each other: no message is lost to a deadlock', async () => {
    const terminals = await Promise.all(times(6, () => room.enrolled()))
    const statuses = new Set<number>()
    const play = async (one: Enrolled) => {
      for (let sequence = 1; sequence <= 6; sequence++) {
        const deposited = room.deposit(one.terminalId, { sequence })
        const said = await Promise.all([
          one.terminal.send('POST', '/check-in', { json: {} }),
          one.terminal.send('GET', '/keys'),
          one.terminal.send('POST', '/check-in', {
            json: { status: { keys: KCVS, printer: `${sequence}` } },
          }),
          room.beat('settle-key-files'),
          deposited.then(({ id }) =>
            Promise.all([
              one.terminal.send('GET', `/keys/${id}`),
              one.terminal.send('POST', '/check-in', { json: {} }),
              one.terminal.send('POST', `/keys/${id}/result`, { json: { state: 'installed', kcvs: KCVS } }),
            ]),
          ),
        ])
        for (const answer of said.flat())
          if (answer && 'status' in answer) statuses.add(answer.status as number)
      }
    }
    await Promise.all(terminals.map(play))
    expect([...statuses].filter((status) => status >= 500)).toEqual([])
    for (const { terminalId } of terminals) {
      const rows = await room.database.sql`
        select sequence::int, state from key_files where terminal_id = ${terminalId} order by sequence`
      expect(rows.map(({ state }) => state)).toEqual(times(6, () => 'installed'))
    }
  })
})
