import { describe, expect, it } from 'vitest'
import { GroupCommit } from '../../src/core/group-commit'

describe('commits that are shared', () => {
  it('answers each with its own result, after the commit that carried it', async () => {
    const batches: number[][] = []
    const group = new GroupCommit<number, string>({
      maxBatch: 10,
      maxInFlight: 2,
      maxQueued: 1_000,
      async commit(items) {
        batches.push([...items])
        await new Promise((resolve) => setTimeout(resolve, 1))
        return items.map((item) => `kept ${item}`)
      },
    })
    const results = await Promise.all(Array.from({ length: 95 }, (_, item) => group.submit(item)))
    expect(results).toEqual(Array.from({ length: 95 }, (_, item) => `kept ${item}`))
    expect(batches.length).toBeLessThan(20)
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(10)
    expect(group.pending).toBe(0)
  })

  it('lets a second batch leave beside the first only when it is full', async () => {
    const gates: (() => void)[] = []
    const batches: number[][] = []
    const group = new GroupCommit<number, number>({
      maxBatch: 3,
      maxInFlight: 2,
      maxQueued: 100,
      async commit(items) {
        batches.push([...items])
        await new Promise<void>((resolve) => gates.push(resolve))
        return items
      },
    })
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    const results = [group.submit(1)]
    await turn()
    results.push(group.submit(2), group.submit(3))
    await turn()
    expect(batches).toEqual([[1]])
    results.push(group.submit(4))
    await turn()
    expect(batches).toEqual([[1], [2, 3, 4]])
    for (const open of gates) open()
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4])
  })

  it('spoils no other item by a bad one', async () => {
    const group = new GroupCommit<number, number>({
      maxBatch: 10,
      maxInFlight: 1,
      maxQueued: 100,
      async commit(items) {
        if (items.includes(3)) throw new Error('three is bad')
        return items
      },
    })
    const results = await Promise.allSettled([1, 2, 3, 4].map((item) => group.submit(item)))
    expect(results.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  })

  it('refuses what cannot be promised, and says when to come again', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const group = new GroupCommit<number, number>({
      maxBatch: 1,
      maxInFlight: 1,
      maxQueued: 2,
      async commit(items) {
        await gate
        return items
      },
    })
    const first = group.submit(1)
    await new Promise((resolve) => setImmediate(resolve))
    const waiting = [group.submit(2), group.submit(3)]
    await expect(group.submit(4)).rejects.toMatchObject({
      code: 'server_busy',
      details: { retryAfterSeconds: 5 },
    })
    release()
    expect(await Promise.all([first, ...waiting])).toEqual([1, 2, 3])
    await group.drained()
  })
})
