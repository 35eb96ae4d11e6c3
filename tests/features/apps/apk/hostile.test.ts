import { describe, expect, it } from 'vitest'
import { isFailure } from '../../../../src/core/errors'
import { APK_REFUSALS } from '../../../../src/features/apps/apk/lists'
import { readApk } from '../../../../src/features/apps/apk/read-apk'
import { apkEntries } from '../../../../src/tools/apk-maker/apk'
import { makeZip } from '../../../../src/tools/apk-maker/zip'
import { apkMutants } from '../../../support/apk-mutants'
import { rangesOf } from '../../../support/apk-parts'

const mutants = apkMutants()

/** `why` of a refusal, or that it was read. Anything else that is thrown is a crash. */
async function outcomeOf(bytes: Buffer): Promise<string> {
  try {
    const facts = await readApk(rangesOf(bytes))
    expect(facts).toMatchObject({ packageName: 'com.example.loyalty', versionCode: 41, versionName: '4.1' })
    return 'read'
  } catch (error) {
    if (isFailure(error) && error.code === 'apk_refused') return String(error.details.values?.why)
    throw error
  }
}

describe('a hostile file', () => {
  it.each(mutants.map((one) => [one.name, one] as const))(
    'is refused by its reason: %s',
    async (_name, one) => {
      const outcome = await outcomeOf(one.bytes)
      if (one.why !== undefined) expect(outcome).toBe(one.why)
      else expect(['read', ...APK_REFUSALS]).toContain(outcome)
    },
  )

  it('is told by a name that can be shown, however long and strange it is', async () => {
    const name = `a\0\n${'x'.repeat(60_000)}`
    const bytes = makeZip([...apkEntries(), { path: name }])
    const detail = `a\ufffd\ufffd${'x'.repeat(197)}`
    await expect(readApk(rangesOf(bytes))).rejects.toMatchObject({
      details: { values: { why: 'bad_entry_name', detail } },
    })
  })

  it('is there in many kinds', () => {
    expect(mutants.filter(({ why }) => why !== undefined).length).toBeGreaterThan(50)
  })

  it('costs no more memory than it is long', async () => {
    const before = process.memoryUsage().rss
    for (const { bytes } of mutants) await outcomeOf(bytes)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })
})
