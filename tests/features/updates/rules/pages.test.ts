import { describe, expect, it } from 'vitest'
import { WEEKDAYS } from '../../../../src/features/updates/rules/lists'
import { RuleFields, type RuleView } from '../../../../src/features/updates/rules/schemas'
import { fromLocal, toLocal } from '../../../../src/features/updates/rules/ui/moments'
import { draftOf, RuleForm, ruleOf, triedRule } from '../../../../src/features/updates/rules/ui/rule-form'
import { windowWords } from '../../../../src/features/updates/rules/ui/window-words'
import { wordsOf } from '../../../ui/words'

const ID = '0197d1d0-0000-7000-8000-000000000001'
const STEP: RuleView['steps'][number] = {
  ...{ position: 0, packageId: ID, component: 'system', version: '2.9.0', models: [], fromVersion: null },
  ...{ sizeBytes: 1, fromMin: '2.0', fromMax: null, waitsForEarlier: false },
}
const RULE: RuleView = {
  ...{ id: ID, name: 'Night', platform: 'wiseasy-wpos3', models: ['WPOS-3'], isEnabled: true, priority: -5 },
  conditions: {
    window: { days: ['fri', 'sat'], from: '22:00', to: '04:00' },
    networkTypes: ['wifi', 'lte'],
    minBatteryPercent: 30,
    minFreeBytes: 1_500_000,
    onlyWhenSettled: true,
    mayDowngrade: true,
  },
  ...{ startsAt: '2026-11-23T10:15:30.000Z', endsAt: '2026-12-31T20:59:00.000Z', notes: 'n', revision: 3 },
  steps: [STEP, { ...STEP, position: 1, fromMin: null, fromMax: '3.1', waitsForEarlier: true }],
  ...{
    warnings: [],
    assignedTerminals: 0,
    isWithinLimits: true,
    createdBy: 'a',
    createdAt: '2026-11-01T00:00:00.000Z',
  },
  ...{ updatedBy: 'a', updatedAt: '2026-11-01T00:00:00.000Z' },
}
const sentOf = (rule: RuleView, values: object = {}) =>
  ruleOf(RuleForm.parse({ ...draftOf(rule), ...values }))
const wrongIn = (values: object) =>
  RuleForm.safeParse({ ...draftOf(RULE), ...values }).error?.issues.map(({ path, message }) => [
    path.join('.'),
    message,
  ]) ?? []

describe('the form of a rule', () => {
  it('sends a rule that nobody touched as it is saved', () => {
    const { name, platform, models, isEnabled, priority, conditions, startsAt, endsAt, notes } = RULE
    expect(sentOf(RULE)).toEqual({
      ...{ name, platform, models, isEnabled, priority, conditions, startsAt, endsAt, notes },
      steps: [
        { packageId: ID, fromMin: '2.0', fromMax: null, waitsForEarlier: false },
        { packageId: ID, fromMin: null, fromMax: '3.1', waitsForEarlier: true },
      ],
    })
    expect(sentOf({ ...RULE, conditions: {} })?.conditions).toEqual({})
    expect(RuleFields.safeParse(sentOf(RULE)).success).toBe(true)
  })

  it('asks for nothing where nothing is entered', () => {
    const nothing = { hasWindow: false, networkTypes: [], battery: '', space: ' ', onlyWhenSettled: false }
    const more = { mayDowngrade: false, startsAt: '', endsAt: '', priority: '' }
    const sent = sentOf(RULE, { ...nothing, ...more })
    expect(sent).toMatchObject({ conditions: {}, startsAt: null, endsAt: null, priority: 0 })
    expect(Object.keys(sent?.conditions ?? {})).toEqual([])
  })

  it('lets the first step wait for none', () => {
    const [first] = draftOf(RULE).steps
    expect(sentOf(RULE, { steps: [{ ...first, waitsForEarlier: true }] })?.steps[0]?.waitsForEarlier).toBe(
      false,
    )
  })

  it.each([
    [{ platform: '' }, 'platform', 'ui.required'],
    [{ platform: 'nokia' }, 'platform', 'ui.required'],
    [{ steps: [] }, 'steps', 'rules.form.needsSteps'],
    [{ days: [] }, 'days', 'rules.form.needsDays'],
    [{ from: '' }, 'from', 'rules.form.time'],
    [{ to: '24:00' }, 'to', 'rules.form.time'],
    [{ battery: '0' }, 'battery', 'rules.form.batteryWrong'],
    [{ battery: '101' }, 'battery', 'rules.form.batteryWrong'],
    [{ battery: '3e1' }, 'battery', 'rules.form.batteryWrong'],
    [{ space: '-1' }, 'space', 'rules.form.spaceWrong'],
    [{ priority: '1001' }, 'priority', 'rules.form.priorityWrong'],
    [{ priority: '1.5' }, 'priority', 'rules.form.priorityWrong'],
    [{ startsAt: '2026-13-45T00:00' }, 'startsAt', 'rules.form.momentWrong'],
    [{ startsAt: '2026-12-31T23:59', endsAt: '2026-12-31T23:59' }, 'endsAt', 'rules.form.endsBefore'],
  ])('says of %j where it is wrong', (values, path, message) => {
    expect(wrongIn(values)).toEqual([[path, message]])
  })

  it('takes numbers as people write them', () => {
    expect(sentOf(RULE, { space: '1,5', priority: '−7' })).toMatchObject({
      conditions: { minFreeBytes: 1_572_864 },
      priority: -7,
    })
  })

  it('is tried without a name, and asked for nothing anew by another name or note', () => {
    const draft = { ...draftOf(RULE), name: '' }
    expect(triedRule(draft)).toEqual(triedRule({ ...draft, name: 'x', notes: 'y' }))
    expect(triedRule({ ...draft, steps: [] })).toBeUndefined()
  })
})

describe('moments in the browser’s own field', () => {
  it('come back as the same moment', () => {
    for (const at of ['2026-11-23T10:15:00.000Z', '2026-03-29T01:30:30.000Z', '2026-07-01T23:59:00.000Z'])
      expect(fromLocal(toLocal(at))?.toISOString()).toBe(at)
    expect(toLocal(null)).toBe('')
    expect(fromLocal('')).toBeUndefined()
  })
})

describe('a window in words', () => {
  const words = wordsOf('en')
  const said = (days?: (typeof WEEKDAYS)[number][]) =>
    windowWords({ ...(days && { days }), from: '22:00', to: '04:00' }, words)

  it('draws days together that follow one another', () => {
    expect(said()).toBe('Every day 22:00–04:00')
    expect(said([...WEEKDAYS])).toBe('Every day 22:00–04:00')
    expect(said(['mon', 'tue', 'wed', 'sat', 'sun'])).toBe('Mon–Wed, Sat, Sun 22:00–04:00')
    expect(said(['fri', 'mon'])).toBe('Mon, Fri 22:00–04:00')
    expect(windowWords(undefined, words)).toBe('Any time')
  })
})
