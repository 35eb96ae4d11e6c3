import { describe, expect, it } from 'vitest'
import { stageId } from '../../../../src/features/updates/rules/decide'
import { decideUpdates } from '../../../../src/features/updates/rules/decide-all'
import type { RuleFacts, StandingUpdate, TerminalFacts } from '../../../../src/features/updates/rules/facts'
import { NOW_MS, packageOf, ruleOf, standingOf, stepsOf, terminalOf } from './facts'

const decide = (
  rules: readonly RuleFacts[],
  terminal: TerminalFacts,
  standing: readonly StandingUpdate[] = [],
  isAssigned: (rule: RuleFacts) => boolean = () => true,
) =>
  decideUpdates(
    rules.map((rule) => ({ rule, isAssigned: isAssigned(rule), pace: undefined })),
    { terminal, standing, nowMs: NOW_MS },
  )

/** By the name of the rule. */
function shown(rules: readonly RuleFacts[], decisions: ReturnType<typeof decide>) {
  return Object.fromEntries(
    decisions.map(({ ruleId, outcome, reasons }) => [
      rules.find(({ id }) => id === ruleId)?.name ?? '',
      [outcome, reasons[0]?.code, reasons[0]?.values.rule],
    ]),
  )
}

const to = (
  name: string,
  priority: number,
  component: string,
  version: string,
  more: Partial<RuleFacts> = {},
) => ruleOf({ name, priority, steps: stepsOf(packageOf(component, version)), ...more })
const ownStage = ({ id, steps }: RuleFacts) =>
  stageId(
    id,
    steps.map((one) => one.package),
  )

describe('rules that want one component', () => {
  it('are ranked: the one of higher priority has it, even while it waits', () => {
    const rules = [
      to('low', 1, 'system', '2.0'),
      to('high', 5, 'system', '3.0', { conditions: { networkTypes: ['lte'] } }),
    ]
    expect(shown(rules, decide(rules, terminalOf()))).toEqual({
      high: ['waits', 'wrong_network', undefined],
      low: ['blocked', 'higher_priority', 'high'],
    })
  })

  it('are ranked also where they write its name in another way', () => {
    const rules = [to('low', 1, 'System', '2.0'), to('high', 5, 'system', '3.0')]
    expect(shown(rules, decide(rules, terminalOf()))).toEqual({
      high: ['offered', 'will_be_offered', undefined],
      low: ['blocked', 'higher_priority', 'high'],
    })
  })

  it('are not in the way where they do not concern the terminal, or have not begun', () => {
    const low = to('low', 1, 'system', '2.0')
    const later = to('later', 5, 'system', '3.0', { startsAtMs: NOW_MS + 1 })
    const free = { low: ['offered', 'will_be_offered', undefined] }
    expect(shown([low, later], decide([low, later], terminalOf()))).toMatchObject(free)
    const foreign = to('foreign', 5, 'system', '3.0')
    expect(
      shown(
        [low, foreign],
        decide([low, foreign], terminalOf(), [], (rule) => rule === low),
      ),
    ).toMatchObject(free)
  })

  it('claim nothing for others where they come to nothing themselves', () => {
    const rules = [
      to('first', 9, 'system', '3.0'),
      ruleOf({
        name: 'second',
        priority: 5,
        steps: stepsOf(packageOf('system', '2.0'), packageOf('boot', '5')),
      }),
      to('third', 1, 'boot', '6'),
    ]
    const decisions = decide(rules, terminalOf({ system: '3.0', boot: '4' }))
    // It is beyond what the second wants of it: that one is excluded. Without the version it would be outranked.
    expect(shown(rules, decisions)).toMatchObject({ third: ['offered', 'will_be_offered', undefined] })
    expect(shown(rules, decide(rules, terminalOf({ system: '1.0', boot: '4' })))).toMatchObject({
      second: ['blocked', 'higher_priority', 'first'],
      third: ['waits', 'other_update', undefined],
    })
  })

  it('agree where they want the same version', () => {
    const rules = [to('low', 1, 'system', '2.0.0'), to('high', 5, 'system', '2.0')]
    const high = rules[1] as RuleFacts
    const known = standingOf(ownStage(high), 'downloading')
    const decisions = decide(rules, terminalOf(), [known])
    expect(decisions.map(({ outcome, stage }) => [outcome, stage?.subjectId])).toEqual([
      ['underway', known.subjectId],
      ['underway', known.subjectId],
    ])
  })

  it('are done with it where it is so, whoever has a say in it', () => {
    const rules = [to('low', 1, 'system', '2.0'), to('high', 5, 'system', '3.0')]
    expect(shown(rules, decide(rules, terminalOf({ system: '2.0' })))).toEqual({
      high: ['offered', 'will_be_offered', undefined],
      low: ['done', 'up_to_date', undefined],
    })
  })

  it('have one order where their priorities are equal, whichever is asked first', () => {
    const rules = [to('one', 1, 'system', '2.0'), to('other', 1, 'system', '3.0')]
    const terminal = terminalOf()
    expect(decide(rules, terminal)).toEqual(decide([...rules].reverse(), terminal))
  })
})

describe('updates of several rules', () => {
  const rules = [to('system', 5, 'system', '2.0'), to('boot', 1, 'boot', '5')]
  const [system, boot] = rules as [RuleFacts, RuleFacts]
  const terminal = terminalOf({ system: '1.0', boot: '4' })

  it('are offered one at a time, the most urgent first', () => {
    expect(shown(rules, decide(rules, terminal))).toEqual({
      system: ['offered', 'will_be_offered', undefined],
      boot: ['waits', 'other_update', undefined],
    })
  })

  it('are not changed for a more urgent one once the terminal knows of it', () => {
    const known = standingOf(ownStage(boot), 'offered', { boot: '5' })
    expect(shown(rules, decide(rules, terminal, [known]))).toEqual({
      system: ['waits', 'other_update', undefined],
      boot: ['offered', 'waits_for_terminal', undefined],
    })
  })

  it('go on to the next component while the first waits for its proof', () => {
    const known = standingOf(ownStage(system), 'installed')
    expect(shown(rules, decide(rules, terminal, [known]))).toEqual({
      system: ['underway', 'waits_for_proof', undefined],
      boot: ['offered', 'will_be_offered', undefined],
    })
  })
})
