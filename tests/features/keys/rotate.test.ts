import { randomBytes } from 'node:crypto'
import { chownSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createKeyEncryption, rotateWrappingKey } from '../../../src/features/keys'
import { depositKeys } from '../../../src/features/keys/deposits/deposit'
import { openKeyFile } from '../../../src/features/keys/objects'
import { keyFiles } from '../../../src/features/keys/tables'
import { registerTerminal } from '../../../src/features/terminals'
import { useTestDatabase } from '../../support/postgres'
import { integrator, job, makeCtx, makeServices } from '../../support/services'

const database = useTestDatabase()
let services: Services
let shell: Ctx

beforeEach(async () => {
  for (const table of ['key_prints', 'key_loads', 'key_files', 'key_objects'])
    await database.sql`delete from ${database.sql(table)}`
  services = await makeServices(database)
  shell = makeCtx(services, job())
})

/** The same database and folder, as another process has them. */
const elsewhere = (): Services => ({
  ...services,
  keyEncryption: createKeyEncryption(services.settings),
})

const keysInFile = () =>
  readFileSync(path.join(services.settings.storage.directory, 'secrets', 'key-wrapping-keys'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(':', 1)[0] ?? '')

/** Deposits, and remembers what. */
async function deposited(kept: Map<string, Buffer>, many: number, by: Services = services): Promise<void> {
  const system = makeCtx(by, integrator('keys:deposit'))
  for (let count = 0; count < many; count++) {
    const { serial } = await registerTerminal(shell, { serial: `ROT-${newId()}`, platform: 'other' })
    const bytes = randomBytes(80)
    const { deposit } = await depositKeys(system, { serial, sequence: 1, bytes })
    kept.set(deposit.fileId, bytes)
  }
}

async function openAll(kept: ReadonlyMap<string, Buffer>, by: Services = services): Promise<void> {
  for (const row of await by.db.select().from(keyFiles))
    expect(await openKeyFile(by, row)).toEqual(kept.get(row.id))
}

describe('a rotation of the wrapping key', () => {
  it('puts every data key under a new one and the old one away, beside servers that run on', async () => {
    const kept = new Map<string, Buffer>()
    await deposited(kept, 5)
    const server = elsewhere()
    await openAll(kept, server)
    const [old] = keysInFile()
    const told: number[] = []
    const result = await rotateWrappingKey(shell, (count) => told.push(count))
    expect(result).toEqual({
      wrappingKey: keysInFile()[0],
      rewrapped: 5,
      dropped: [old],
      unreadable: [],
    })
    expect(keysInFile()).toHaveLength(1)
    expect(told).toEqual([5])
    await openAll(kept, server)
    await deposited(kept, 1, server)
    const rows = await database.sql`select distinct wrapping_key from key_files`
    expect(rows).toEqual([{ wrapping_key: result.wrappingKey }])
    const [entry] =
      await database.sql`select subject_id from audit_entries where action = 'key.wrapping_rotated'`
    expect(entry).toEqual({ subject_id: result.wrappingKey })
  })

  it('loses nothing that is deposited or opened in the middle of it', async () => {
    const kept = new Map<string, Buffer>()
    await deposited(kept, 10)
    const [one, other] = [elsewhere(), elsewhere()]
    let isOver = false
    const writing = (async () => {
      while (!isOver) await deposited(kept, 1, one)
    })()
    const reading = (async () => {
      while (!isOver)
        for (const row of await other.db.select().from(keyFiles)) {
          // What was read a moment ago may have been wrapped anew meanwhile.
          const expected = kept.get(row.id)
          const bytes = await openKeyFile(other, row)
          if (expected !== undefined) expect(bytes).toEqual(expected)
        }
    })()
    for (let round = 0; round < 4; round++) await rotateWrappingKey(shell)
    isOver = true
    await Promise.all([writing, reading])
    expect(kept.size).toBeGreaterThan(10)
    await openAll(kept)
    const [{ count } = { count: 0 }] = await database.sql`select count(*)::int from key_files`
    expect(count).toBe(kept.size)
  })

  it('goes on where one before ended in the middle, and two at once come to one end', async () => {
    const kept = new Map<string, Buffer>()
    await deposited(kept, 6)
    const broken = new Error('the line went dead')
    await expect(
      rotateWrappingKey(shell, () => {
        throw broken
      }),
    ).rejects.toThrow(broken)
    expect(keysInFile()).toHaveLength(2)
    await openAll(kept)
    await Promise.all([rotateWrappingKey(shell), rotateWrappingKey(makeCtx(elsewhere(), job()))])
    expect(keysInFile()).toHaveLength(1)
    await openAll(kept, elsewhere())
  })

  it('is held up by nothing that cannot be opened, whose key stays', async () => {
    const kept = new Map<string, Buffer>()
    await deposited(kept, 4)
    const [old] = keysInFile()
    const [damaged = ''] = kept.keys()
    await database.sql`update key_files set wrapped_key = set_byte(wrapped_key, 40, get_byte(wrapped_key, 40) # 1)
      where id = ${damaged}`
    const result = await rotateWrappingKey(shell)
    expect(result).toMatchObject({ rewrapped: 3, dropped: [], unreadable: [damaged] })
    expect(keysInFile()).toEqual([result.wrappingKey, old])
    await database.sql`update key_files set wrapped_key = set_byte(wrapped_key, 40, get_byte(wrapped_key, 40) # 1)
      where id = ${damaged}`
    expect((await rotateWrappingKey(shell)).unreadable).toEqual([])
    expect(keysInFile()).toHaveLength(1)
    await openAll(kept)
  })

  it('that ends in the middle time after time leaves a file of keys that can still be read', async () => {
    const kept = new Map<string, Buffer>()
    const killed = () => {
      throw new Error('killed')
    }
    for (let count = 0; count < 40; count++) {
      await deposited(kept, 1)
      await rotateWrappingKey(shell, killed).catch(({ message }: Error) => expect(message).toBe('killed'))
    }
    await openAll(kept, elsewhere())
    await rotateWrappingKey(shell)
    expect(keysInFile()).toHaveLength(1)
    await openAll(kept, elsewhere())
  })

  it.runIf(process.getuid?.() === 0)('by root leaves the file to the user who runs the server', async () => {
    await services.keyEncryption.activeId()
    const file = path.join(services.settings.storage.directory, 'secrets', 'key-wrapping-keys')
    chownSync(file, 4321, 4321)
    await rotateWrappingKey(shell)
    const { uid, gid, mode } = statSync(file)
    expect([uid, gid, mode & 0o777]).toEqual([4321, 4321, 0o600])
  })

  it('passes over what somebody holds and comes back to it', async () => {
    const kept = new Map<string, Buffer>()
    await deposited(kept, 3)
    const [held] = kept.keys()
    await database.sql.begin(async (sql) => {
      await sql`select from key_files where id = ${held ?? ''} for update`
      const rotating = rotateWrappingKey(shell)
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(keysInFile()).toHaveLength(2)
      void rotating
    })
    await expect.poll(() => keysInFile().length).toBe(1)
    await openAll(kept)
  })

  it('with keys from the settings brings all under the first one and touches no file', async () => {
    const [one, two] = ['one', 'two'].map((id) => `${id}:${randomBytes(32).toString('base64')}`)
    const before = await makeServices(database, { env: { KEY_WRAPPING_KEYS: `${one}` } })
    const kept = new Map<string, Buffer>()
    await deposited(kept, 2, before)
    const after = {
      ...(await makeServices(database, { env: { KEY_WRAPPING_KEYS: `${two},${one}` } })),
      blobs: before.blobs,
    }
    expect(await rotateWrappingKey(makeCtx(after, job()))).toEqual({
      wrappingKey: 'two',
      rewrapped: 2,
      dropped: [],
      unreadable: [],
    })
    await openAll(kept, after)
  })
})
