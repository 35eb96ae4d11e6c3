import { describe, expect, it } from 'vitest'
import { APK_REFUSALS, SIGNATURE_STATES } from '../../src/features/apps/apk/lists'
import { APP_WARNINGS } from '../../src/features/apps/catalog/lists'
import { en } from '../../src/i18n/en'

describe('what an APK comes to', () => {
  it('has words for every reason, warning and state of a signature, and for no other', () => {
    const { refusal, warning, mark, signature } = en.applications
    expect(Object.keys(refusal)).toEqual([...APK_REFUSALS])
    expect(Object.keys(warning)).toEqual([...APP_WARNINGS])
    expect(Object.keys(mark)).toEqual([...APP_WARNINGS])
    expect(Object.keys(signature.states)).toEqual([...SIGNATURE_STATES])
  })
})
