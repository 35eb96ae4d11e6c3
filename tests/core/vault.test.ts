import { describe, expect, it } from 'vitest'
import { createVault } from '../../src/core/vault'

const vault = createVault(async () => 'the secret of a server')

describe('the vault', () => {
  it('gives back what was sealed, also to another server with the same secret', async () => {
    const sealed = await vault.seal('whsec_тайна', 'one')
    const other = createVault(async () => 'the secret of a server')
    expect(await other.open(sealed, 'one')).toBe('whsec_тайна')
    expect(sealed.includes('whsec_')).toBe(false)
  })

  it('seals the same twice differently', async () => {
    expect((await vault.seal('x', 'one')).equals(await vault.seal('x', 'one'))).toBe(false)
  })

  it('opens nothing for another owner, under another secret, or that was changed or cut', async () => {
    const sealed = await vault.seal('secret', 'one')
    const refused = { code: 'sealed_unreadable' }
    await expect(vault.open(sealed, 'two')).rejects.toMatchObject(refused)
    await expect(createVault(async () => 'another').open(sealed, 'one')).rejects.toMatchObject(refused)
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      await expect(vault.open(changed, 'one'), `byte ${at}`).rejects.toMatchObject(refused)
    }
    for (const length of [0, 1, 12, 20, sealed.length - 1])
      await expect(vault.open(sealed.subarray(0, length), 'one')).rejects.toMatchObject(refused)
  })

  it('asks for the secret once, and only when it is used', async () => {
    let asked = 0
    const counting = createVault(async () => String(++asked))
    expect(asked).toBe(0)
    await Promise.all([counting.seal('a', 'x'), counting.seal('b', 'x')])
    expect(asked).toBe(1)
  })

  it('gives the same code for the same value and purpose alone, and another one under another secret', async () => {
    const one = createVault(async () => 'a secret of this server, long enough')
    const other = createVault(async () => 'a secret of another, long enough too')
    const value = Buffer.from('value')
    const code = await one.mac(value, 'a purpose')
    expect(code).toHaveLength(32)
    expect(await one.mac(value, 'a purpose')).toEqual(code)
    for (const differs of [
      await one.mac(value, 'another'),
      await one.mac(Buffer.from('other'), 'a purpose'),
      await other.mac(value, 'a purpose'),
    ])
      expect(differs).not.toEqual(code)
  })
})
