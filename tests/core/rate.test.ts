import { describe, expect, it } from 'vitest'
import { CallerLimiter } from '../../src/core/rate'

describe('a caller’s minute', () => {
  it('may be used at once, and then as fast as it fills', () => {
    const limiter = new CallerLimiter()
    for (let left = 5; left >= 0; left--)
      expect(limiter.take('a', 6, 1, 0)).toMatchObject({ isGranted: true, remaining: left })
    expect(limiter.take('a', 6, 1, 0)).toEqual({ isGranted: false, remaining: 0, resetSeconds: 10 })
    expect(limiter.take('a', 6, 1, 9_000)).toMatchObject({ isGranted: false, resetSeconds: 1 })
    expect(limiter.take('a', 6, 1, 10_000)).toEqual({ isGranted: true, remaining: 0, resetSeconds: 60 })
  })

  it('is nobody else’s', () => {
    const limiter = new CallerLimiter()
    expect(limiter.take('a', 1, 1, 0).isGranted).toBe(true)
    expect(limiter.take('a', 1, 1, 0).isGranted).toBe(false)
    expect(limiter.take('b', 1, 1, 0).isGranted).toBe(true)
  })

  it('pays for a batch as for its calls', () => {
    const limiter = new CallerLimiter()
    expect(limiter.take('a', 10, 4, 0)).toMatchObject({ isGranted: true, remaining: 6 })
    expect(limiter.take('a', 10, 7, 0)).toMatchObject({ isGranted: false, remaining: 6, resetSeconds: 6 })
    expect(limiter.take('b', 10, 10, 0)).toMatchObject({ isGranted: true, remaining: 0 })
  })

  it('stays full where the clock goes back', () => {
    const limiter = new CallerLimiter()
    limiter.take('a', 10, 10, 60_000)
    expect(limiter.take('a', 10, 1, 0).isGranted).toBe(false)
  })

  it('is forgotten first of whom was silent for longest', () => {
    const limiter = new CallerLimiter(2)
    for (const caller of ['a', 'b', 'a', 'c']) limiter.take(caller, 2, 1, 0)
    expect(limiter.take('a', 2, 1, 0).isGranted).toBe(false)
    expect(limiter.take('b', 2, 1, 0)).toMatchObject({ isGranted: true, remaining: 1 })
  })
})
