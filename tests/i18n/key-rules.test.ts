import { describe, expect, it } from 'vitest'
import { KEY_RULES } from '../../src/features/keys/block/lists'
import { USAGES } from '../../src/features/keys/block/usages'
import { KEY_ALARMS, KEY_FAILURES } from '../../src/features/keys/lists'
import { en } from '../../src/i18n/en'

describe('what is said of keys', () => {
  it('has words for every rule, and for no other', () => {
    expect(Object.keys(en.keys.rule)).toEqual(KEY_RULES.map(({ number }) => String(number)))
  })

  it('has words for every usage that a terminal may be given', () => {
    const given = Object.entries(USAGES).filter(([, rule]) => ['taken', 'unusual'].includes(rule.inTerminal))
    expect(Object.keys(en.keys.usage).sort()).toEqual(given.map(([usage]) => usage).sort())
  })

  it('has words for every mode that a key of those may have', () => {
    const given = Object.values(USAGES).filter(({ inTerminal }) => ['taken', 'unusual'].includes(inTerminal))
    const modes = new Set(given.map((rule) => rule.modes).join(''))
    expect(Object.keys(en.keys.mode)).toEqual(expect.arrayContaining([...modes]))
  })

  it('has words for every failure and alarm', () => {
    expect(Object.keys(en.keys.failure).sort()).toEqual([...KEY_FAILURES].sort())
    expect(Object.keys(en.keys.alarm).sort()).toEqual([...KEY_ALARMS].sort())
    expect(Object.keys(en.keys.alarmMeaning).sort()).toEqual([...KEY_ALARMS].sort())
  })
})
