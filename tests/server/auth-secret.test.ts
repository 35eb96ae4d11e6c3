import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSettings } from '../../src/config'
import { authSecret } from '../../src/server/auth-secret'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'psm-secret-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const secretOf = (env: Record<string, string> = {}) =>
  authSecret(readSettings({ STORAGE_DIR: folder, ...env }))
const file = () => path.join(folder, 'secrets', 'auth-secret')

describe('the secret of sessions', () => {
  it('is made once, for the server’s user alone', async () => {
    const secret = await secretOf()
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(await secretOf()).toBe(secret)
    expect(readFileSync(file(), 'utf8').trim()).toBe(secret)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(statSync(path.dirname(file())).mode & 0o777).toBe(0o700)
  })

  it('is one, though many servers start at the same moment, and leaves nothing beside it', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => secretOf()))
    expect(new Set(secrets).size).toBe(1)
    expect(readdirSync(path.dirname(file()))).toEqual(['auth-secret'])
  })

  it('is the one of the settings where there is one, and then none is made', async () => {
    const given = 'x'.repeat(32)
    expect(await secretOf({ AUTH_SECRET: given })).toBe(given)
    expect(readdirSync(folder)).toEqual([])
    expect(() => readSettings({ AUTH_SECRET: 'short' })).toThrow(/AUTH_SECRET: must have at least 32/)
  })

  it('that is broken is refused, not replaced: it would end every second factor', async () => {
    await secretOf()
    writeFileSync(file(), 'cut')
    await expect(secretOf()).rejects.toMatchObject({ code: 'auth_secret_broken' })
  })
})
