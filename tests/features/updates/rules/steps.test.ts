import { describe, expect, it } from 'vitest'
import type { RuleFacts, TerminalFacts } from '../../../../src/features/updates/rules/facts'
import { modelMisfit, wayOf } from '../../../../src/features/updates/rules/steps'
import { packageOf, ruleOf, stepsOf, terminalOf } from './facts'

/** What is on offer, or why nothing is. */
function shown(rule: RuleFacts, terminal: TerminalFacts): unknown {
  const way = wayOf(rule, terminal)
  if (way.is === 'arrived') return 'arrived'
  if (way.is === 'stage')
    return way.packages.map(({ component, version, fromVersion }) => [component, version, fromVersion])
  return [way.is, way.reason.code, way.reason.values]
}

const [full, small] = [packageOf('system', '2.0'), packageOf('system', '2.0', { fromVersion: '1.5' })]

describe('packages that lead to one version', () => {
  const rule = ruleOf({ steps: stepsOf(small, full) })

  it('are alternatives: the small one where it fits, else the full one', () => {
    expect(shown(rule, terminalOf({ system: '1.5.0' }))).toEqual([['system', '2.0', '1.5']])
    expect(shown(rule, terminalOf({ system: '1.4' }))).toEqual([['system', '2.0', null]])
    expect(shown(rule, terminalOf({}))).toEqual([['system', '2.0', null]])
    expect(shown(rule, terminalOf({ system: '2.0.0' }))).toBe('arrived')
  })

  it('are so too where makers write the version in two ways', () => {
    const other = packageOf('system', 'v2.0.0')
    expect(shown(ruleOf({ steps: stepsOf(small, other) }), terminalOf({ system: '1.0' }))).toEqual([
      ['system', 'v2.0.0', null],
    ])
  })

  it('tell what is missing where none fits', () => {
    expect(shown(ruleOf({ steps: stepsOf(small) }), terminalOf({ system: '1.4' }))).toEqual([
      'closed',
      'base_missing',
      { component: 'system', version: '1.4', needs: '1.5' },
    ])
    expect(shown(ruleOf({ steps: stepsOf(small) }), terminalOf({}))).toEqual([
      'closed',
      'base_missing',
      { component: 'system', version: '', needs: '1.5' },
    ])
  })

  it('may be for different models', () => {
    const [forP5, forAll] = [packageOf('system', '2.0', { models: ['P5'] }), packageOf('system', '2.0')]
    const rule = ruleOf({ steps: stepsOf(forP5, forAll) })
    const of = (models: string[]) => wayOf(rule, terminalOf({ system: '1.0' }, { models }))
    expect(of(['P5', ''])).toEqual({ is: 'stage', packages: [forP5] })
    expect(of(['WPOS-3', ''])).toEqual({ is: 'stage', packages: [forAll] })
    expect(shown(ruleOf({ steps: stepsOf(forP5) }), terminalOf())).toEqual([
      'closed',
      'package_for_other_model',
      { component: 'system', version: '2.0', model: 'WPOS-3', needs: 'P5' },
    ])
  })
})

describe('a path of several versions', () => {
  const rule = ruleOf({
    steps: stepsOf(
      packageOf('system', '1.5'),
      { package: packageOf('system', '2.0'), fromMin: '1.5' },
      { package: packageOf('system', '3.0'), fromMin: '2.0' },
    ),
  })

  it('is gone from where the terminal is, one version at a time', () => {
    expect(shown(rule, terminalOf({ system: '1.0' }))).toEqual([['system', '1.5', null]])
    expect(shown(rule, terminalOf({ system: '1.5' }))).toEqual([['system', '2.0', null]])
    expect(shown(rule, terminalOf({ system: '1.7' }))).toEqual([['system', '2.0', null]])
    expect(shown(rule, terminalOf({ system: '2.0' }))).toEqual([['system', '3.0', null]])
    expect(shown(rule, terminalOf({ system: '3.0' }))).toBe('arrived')
  })

  it('ends where the terminal is beyond it', () => {
    expect(shown(rule, terminalOf({ system: '3.1' }))).toEqual([
      'beyond',
      'downgrade',
      { component: 'system', version: '3.1', target: '3.0' },
    ])
  })

  it('may lead down, step by step, where the rule may downgrade', () => {
    const [two, one] = [packageOf('system', '2.0'), packageOf('system', '1.0')]
    const down = ruleOf({ steps: stepsOf(two, one), conditions: { mayDowngrade: true } })
    expect(shown(down, terminalOf({ system: '3.0' }))).toEqual([['system', '2.0', null]])
    expect(shown(down, terminalOf({ system: '2.0' }))).toEqual([['system', '1.0', null]])
    expect(shown(down, terminalOf({ system: '1.5' }))).toEqual([['system', '1.0', null]])
    expect(shown(down, terminalOf({ system: '1.0' }))).toBe('arrived')
    expect(shown({ ...down, conditions: {} }, terminalOf({ system: '3.0' }))).toMatchObject([
      'beyond',
      'downgrade',
      {},
    ])
  })
})

describe('steps of several components', () => {
  const [system, boot, app] = [packageOf('system', '2.0'), packageOf('boot', '5'), packageOf('app', '7')]

  it('are offered together, in their order', () => {
    const rule = ruleOf({ steps: stepsOf(boot, system, app) })
    expect(shown(rule, terminalOf({ system: '1.0', boot: '4', app: '7' }))).toEqual([
      ['boot', '5', null],
      ['system', '2.0', null],
    ])
  })

  it('wait for the earlier ones where they say so', () => {
    const rule = ruleOf({ steps: stepsOf(boot, { package: system, waitsForEarlier: true }, app) })
    expect(shown(rule, terminalOf({ system: '1.0', boot: '4', app: '6' }))).toEqual([['boot', '5', null]])
    expect(shown(rule, terminalOf({ system: '1.0', boot: '5', app: '6' }))).toEqual([
      ['system', '2.0', null],
      ['app', '7', null],
    ])
  })

  it('keep their order: none goes before one that does not fit', () => {
    const needy = { package: boot, fromMin: '4' }
    const rule = ruleOf({ steps: stepsOf(system, needy, app) })
    expect(shown(rule, terminalOf({ system: '1.0', boot: '3', app: '6' }))).toEqual([['system', '2.0', null]])
    expect(shown(rule, terminalOf({ system: '2.0', boot: '3', app: '6' }))).toEqual([
      'closed',
      'from_version_too_low',
      { component: 'boot', version: '3', needs: '4' },
    ])
  })

  it('are one whole: beyond one of them nothing is taken', () => {
    const rule = ruleOf({ steps: stepsOf(boot, system) })
    expect(shown(rule, terminalOf({ system: '2.1', boot: '4' }))).toMatchObject(['beyond', 'downgrade', {}])
  })

  it('may be bounded from above', () => {
    const rule = ruleOf({ steps: stepsOf({ package: system, fromMax: '1.5' }) })
    expect(shown(rule, terminalOf({ system: '1.5.0' }))).toEqual([['system', '2.0', null]])
    expect(shown(rule, terminalOf({ system: '1.6' }))).toEqual([
      'closed',
      'from_version_too_high',
      { component: 'system', version: '1.6', needs: '1.5' },
    ])
  })
})

describe('a model', () => {
  it.each([
    [['WPOS-3', 'wpos 3'], ['WPOS3'], true],
    [['', 'WPOS-3'], ['WPOS-3', 'P5'], true],
    [['', ''], ['WPOS-3'], false],
    [['WPOS-3', 'P5'], ['WPOS-3'], false],
    [['', ''], [], true],
  ])('%s is one of %s: %s', (models, wanted, fits) => {
    expect(modelMisfit(wanted, terminalOf({}, { models })) === undefined).toBe(fits)
  })
})
