import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { newId } from '../../src/core/ids'
import { TerminalDirectory } from '../../src/terminal/directory'
import { Plans } from '../../src/terminal/plans'

it('plans are computed batch by batch, so that what one offers the next one counts', async () => {
  const directory = new TerminalDirectory()
  const slots = Array.from({ length: 10 }, (_, at) =>
    directory.put({
      terminalId: newId(),
      state: 'active',
      intervalSeconds: 60,
      tokenHash: Buffer.alloc(32, at + 1),
      clientHashDigest: null,
      statusDigest: null,
    }),
  )
  let [atOnce, most, batches] = [0, 0, 0]
  const plans = new Plans({
    directory,
    maxBatch: 3,
    maxKept: 100,
    async compute(ids) {
      batches++
      most = Math.max(most, ++atOnce)
      await turn()
      atOnce--
      return new Map(ids.map((id) => [id, { actions: [], recheckAt: null }]))
    },
  })
  const early = slots.slice(0, 2).map((slot) => plans.compute(slot))
  await turn()
  await Promise.all([...early, ...slots.slice(2).map((slot) => plans.compute(slot))])
  expect([most, batches]).toEqual([1, 4])
  await plans.compute(slots[0] as number)
  expect(batches, 'and goes on after it had nothing to do').toBe(5)
})
