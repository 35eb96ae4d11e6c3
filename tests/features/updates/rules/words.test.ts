import { describe, expect, it } from 'vitest'
import { OUTCOMES, REASONS, RULE_WARNINGS, STEP_FAULTS } from '../../../../src/features/updates/rules/lists'
import { en } from '../../../../src/i18n/en'
import { ru } from '../../../../src/i18n/ru'

const valuesIn = (text: string) => [...text.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name = '']) => name)

describe.each(Object.entries({ en: en.updates, ru: ru.updates }))(
  'what rules come to, in %s',
  (_locale, words) => {
    it('has words for each reason, with all of its values', () => {
      const said = Object.entries(words.reason).map(([code, text]) => [code, valuesIn(text).sort()])
      const known = Object.entries(REASONS).map(([code, values]) => [code, [...values].sort()])
      expect(Object.fromEntries(said)).toEqual(Object.fromEntries(known))
    })

    it('has words for each outcome, warning and fault', () => {
      expect(Object.keys(words.outcome)).toEqual([...OUTCOMES])
      expect(Object.keys(words.warning)).toEqual([...RULE_WARNINGS])
      expect(Object.keys(words.fault)).toEqual([...STEP_FAULTS])
    })
  },
)
