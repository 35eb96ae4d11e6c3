import { describe, expect, it } from 'vitest'
import { Turnstile } from '../../src/core/turnstile'

describe('the turnstile', () => {
  it('lets four in at once, keeps sixty waiting in order, and sends the rest away', async () => {
    const turnstile = new Turnstile({ atOnce: 4, waiting: 60, busy: () => new Error('busy') })
    const entered: number[] = []
    const leave: (() => void)[] = []
    const passing = Array.from({ length: 64 }, (_none, index) =>
      turnstile.pass(async () => {
        entered.push(index)
        await new Promise<void>((resolve) => leave.push(resolve))
      }),
    )
    await expect(turnstile.pass(async () => {})).rejects.toThrow('busy')
    expect(entered).toEqual([0, 1, 2, 3])
    leave.shift()?.()
    await passing[0]
    await Promise.resolve()
    expect(entered).toEqual([0, 1, 2, 3, 4])
    while (entered.length < 64) {
      leave.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    for (const go of leave) go()
    await Promise.all(passing)
    expect(entered).toEqual(Array.from({ length: 64 }, (_none, index) => index))
    await expect(turnstile.pass(async () => 'in')).resolves.toBe('in')
  })

  it('frees the place of what fails', async () => {
    const turnstile = new Turnstile({ atOnce: 4, waiting: 60, busy: () => new Error('busy') })
    for (let round = 0; round < 10; round++)
      await expect(turnstile.pass(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    await expect(turnstile.pass(async () => 'in')).resolves.toBe('in')
  })
})
