import { expect, it } from 'vitest'
import { SIGNATURE_STATES } from '../../src/features/apps/apk/lists'
import { APP_WARNINGS } from '../../src/features/apps/catalog/lists'
import { en } from '../../src/i18n/en'

it('says of every warning about a version, and every state of a signature, what it means, and of no other', () => {
  const { warning, mark, signature } = en.applications
  expect(Object.keys(warning)).toEqual([...APP_WARNINGS])
  expect(Object.keys(mark)).toEqual([...APP_WARNINGS])
  expect(Object.keys(signature.states)).toEqual([...SIGNATURE_STATES])
})
