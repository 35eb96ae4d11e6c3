import { describe, expect, it } from 'vitest'
import { inspectApk } from '../../../../src/features/apps/apk'
import { makeApk } from '../../../../src/tools/apk-maker/apk'
import { newSigner } from '../../../../src/tools/apk-maker/signing'
import { rangesOf } from '../../../support/apk-parts'

const good = makeApk({}, newSigner('maker'))

/** A source that gives nothing before it is let go. */
function held() {
  let go = () => {}
  const gone = new Promise<void>((resolve) => {
    go = resolve
  })
  const { sizeBytes, read } = rangesOf(good)
  const begun = { is: false }
  const source = {
    sizeBytes,
    read: async (start: number, lengthBytes: number) => {
      begun.is = true
      await gone
      return read(start, lengthBytes)
    },
  }
  return { source, begun, go }
}

describe('looking into APKs', () => {
  it('is done for two at once; a slow one holds up nobody but itself', async () => {
    const [slow, third, fourth] = [held(), held(), held()]
    const slowly = inspectApk(slow.source)
    expect(await inspectApk(rangesOf(good))).toMatchObject({ versionCode: 41 })
    const [two, three] = [inspectApk(third.source), inspectApk(fourth.source)]
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([slow, third, fourth].map(({ begun }) => begun.is)).toEqual([true, true, false])
    third.go()
    await two
    fourth.go()
    await three
    slow.go()
    expect(await slowly).toMatchObject({ versionCode: 41 })
  })

  it('sends away who would wait behind many', async () => {
    const one = held()
    const others = Array.from({ length: 22 }, () => inspectApk(one.source))
    await expect(inspectApk(one.source)).rejects.toMatchObject({ code: 'apk_inspection_busy' })
    one.go()
    expect(await Promise.all(others)).toHaveLength(22)
  })

  it('is not begun for whoever has left meanwhile', async () => {
    const reason = new Error('the operator has left')
    await expect(inspectApk(rangesOf(good), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
