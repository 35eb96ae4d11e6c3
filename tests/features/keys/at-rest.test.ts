import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkKey } from '../../../src/blobs/keys'
import { readSettings } from '../../../src/config'
import type { Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createKeyEncryption } from '../../../src/features/keys'
import { type Binding, openKeyFile, sealKeyFile, wrapForRow } from '../../../src/features/keys/objects'
import { readWrappingKeys, writeWrappingKeys } from '../../../src/features/keys/wrapping-keys'
import { useTestDatabase } from '../../support/postgres'
import { makeServices } from '../../support/services'

const database = useTestDatabase()
let services: Services

beforeAll(async () => {
  services = await makeServices(database)
})

const secretsOf = (one: Services) => path.join(one.settings.storage.directory, 'secrets')
const wrappingKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`

/** A sealed file as its row would have it. */
async function sealed(bytes: Buffer, more: Partial<Binding> = {}) {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const file = { id: newId(), terminalId: newId(), sha256, ...more }
  const { blobKey, dataKey } = await sealKeyFile(services, file, bytes)
  const { wrappingKey, wrapped } = await wrapForRow(services, file, dataKey)
  return { ...file, sizeBytes: bytes.length, blobKey, wrappingKey, wrappedKey: wrapped }
}

describe('the bytes of a key file', () => {
  it('come back as they were deposited, from an object that has none of them', async () => {
    const bytes = randomBytes(3000)
    const file = await sealed(bytes)
    expect(await openKeyFile(services, file)).toEqual(bytes)
    const stored = readFileSync(path.join(services.settings.storage.directory, 'blobs', file.blobKey))
    expect(stored.includes(bytes.subarray(0, 16))).toBe(false)
    const [row] = await database.sql`select ended_at from key_objects where blob_key = ${file.blobKey}`
    expect(row).toEqual({ ended_at: null })
  })

  it('have a key of their own: the same bytes twice are two ciphertexts', async () => {
    const bytes = randomBytes(64)
    const [one, other] = [await sealed(bytes), await sealed(bytes)]
    expect(one.wrappedKey).not.toEqual(other.wrappedKey)
    await expect(openKeyFile(services, { ...one, wrappedKey: other.wrappedKey })).rejects.toMatchObject({
      code: 'wrapped_key_unreadable',
    })
  })

  it.each(['id', 'terminalId', 'sha256'] as const)('cannot be opened under another %s', async (field) => {
    const file = await sealed(randomBytes(64))
    const other = field === 'sha256' ? 'a'.repeat(64) : newId()
    await expect(openKeyFile(services, { ...file, [field]: other })).rejects.toMatchObject({
      code: 'wrapped_key_unreadable',
    })
  })

  it('are refused where the object was exchanged, cut or lost', async () => {
    const [one, other] = [await sealed(randomBytes(64)), await sealed(randomBytes(64))]
    const refused = { code: 'key_file_unreadable', kind: 'unavailable' }
    await expect(openKeyFile(services, { ...one, blobKey: other.blobKey })).rejects.toMatchObject(refused)
    await services.blobs.delete(checkKey(one.blobKey))
    await expect(openKeyFile(services, one)).rejects.toMatchObject(refused)
  })

  it('are gone with their data key', async () => {
    const file = await sealed(randomBytes(64))
    const purged = { ...file, blobKey: null, wrappingKey: null, wrappedKey: null }
    await expect(openKeyFile(services, purged)).rejects.toMatchObject({ code: 'key_file_purged' })
  })

  it('leave a row for the sweep where they could not be stored', async () => {
    const fresh = await database.sql<{ blob_key: string }[]>`select blob_key from key_objects`
    const full = { ...services.blobs, put: () => Promise.reject(new Error('full')) }
    const file = { id: newId(), terminalId: newId(), sha256: 'f'.repeat(64) }
    await expect(sealKeyFile({ ...services, blobs: full }, file, randomBytes(10))).rejects.toThrow('full')
    const rows = await database.sql<{ blob_key: string }[]>`select blob_key from key_objects`
    expect(rows.length).toBe(fresh.length + 1)
  })
})

describe('wrapping keys', () => {
  it('are made once, for the server alone to read, by however many servers start at once', async () => {
    const fresh = await makeServices(database)
    const encryptions = Array.from({ length: 8 }, () => createKeyEncryption(fresh.settings))
    const ids = await Promise.all(encryptions.map((one) => one.activeId()))
    expect(new Set(ids).size).toBe(1)
    expect(readdirSync(secretsOf(fresh))).toEqual(['key-wrapping-keys'])
    expect(statSync(path.join(secretsOf(fresh), 'key-wrapping-keys')).mode & 0o777).toBe(0o600)
  })

  it('are read again by a running server when another process adds one', async () => {
    const fresh = await makeServices(database)
    const elsewhere = createKeyEncryption(fresh.settings)
    const old = await fresh.keyEncryption.wrap(randomBytes(32), 'one')
    const added = { id: 'added', key: randomBytes(32) }
    await writeWrappingKeys(fresh.settings, [added, ...(await readWrappingKeys(fresh.settings))])
    const dataKey = randomBytes(32)
    const wrapped = await elsewhere.wrap(dataKey, 'two')
    expect(wrapped.wrappingKey).toBe('added')
    expect(await fresh.keyEncryption.unwrap(wrapped, 'two')).toEqual(dataKey)
    expect((await fresh.keyEncryption.unwrap(old, 'one')).length).toBe(32)
    await expect(fresh.keyEncryption.unwrap(wrapped, 'one')).rejects.toMatchObject({
      code: 'wrapped_key_unreadable',
    })
  })

  it('come from the settings where they are given there, the first for what is new', async () => {
    const [one, two] = [wrappingKey('one'), wrappingKey('two')]
    const before = await makeServices(database, { env: { KEY_WRAPPING_KEYS: one } })
    const after = await makeServices(database, { env: { KEY_WRAPPING_KEYS: `${two}, ${one}` } })
    const dataKey = randomBytes(32)
    const old = await before.keyEncryption.wrap(dataKey, 'x')
    expect(await after.keyEncryption.activeId()).toBe('two')
    expect(await after.keyEncryption.unwrap(old, 'x')).toEqual(dataKey)
    expect(readdirSync(after.settings.storage.directory)).not.toContain('secrets')
    const next = await after.keyEncryption.wrap(dataKey, 'x')
    await expect(before.keyEncryption.unwrap(next, 'x')).rejects.toMatchObject({
      code: 'wrapping_key_unknown',
      details: { values: { wrappingKey: 'two' } },
    })
  })

  it.each(['nothing', 'one:tooshort', `${wrappingKey('a')},a:${randomBytes(32).toString('base64')}`, ','])(
    'are refused at the start where they cannot be read: %s',
    (written) => {
      expect(() => readSettings({ KEY_WRAPPING_KEYS: written })).toThrow(
        /^Settings: KEY_WRAPPING_KEYS: must be id:base64 of 32 bytes, several parted by commas \(for example 2026:<base64>,2025:<base64>\)$/,
      )
    },
  )
})
