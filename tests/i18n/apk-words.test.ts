import { expect, it } from 'vitest'
import { APK_REFUSALS } from '../../src/features/apps/apk/lists'
import { en } from '../../src/i18n/en'

it('says of every reason why an APK is refused what it means, and of no other', () => {
  expect(Object.keys(en.apk.refusal).sort()).toEqual([...APK_REFUSALS].sort())
})
