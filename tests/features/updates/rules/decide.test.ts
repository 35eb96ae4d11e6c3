import { describe, expect, it } from 'vitest'
import { decideUpdate, stageId } from '../../../../src/features/updates/rules/decide'
import type {
  Pace,
  RuleFacts,
  StandingUpdate,
  TerminalFacts,
} from '../../../../src/features/updates/rules/facts'
import { NOW_MS, packageOf, ruleOf, standingOf, stepsOf, terminalOf } from './facts'

const HOUR_MS = 3_600_000
const iso = (ms: number) => new Date(ms).toISOString()

interface Case {
  rule?: Partial<RuleFacts>
  terminal?: Partial<TerminalFacts>
  pace?: Partial<Pace>
  standing?: readonly StandingUpdate[]
  isAssigned?: boolean
}

const PACE: Pace = {
  ...{ name: 'a rollout', state: 'running', wave: 0, openWave: 0, succeededPercent: 82, neededPercent: 95 },
  ...{ retries: 1, maxRetries: 3, retryAtMs: null, active: 0, maxActive: null },
}

const decide = ({ rule, terminal, pace, standing = [], isAssigned = true }: Case) =>
  decideUpdate({
    rule: ruleOf(rule),
    terminal: terminalOf({ system: '1.0' }, terminal),
    isAssigned,
    pace: pace === undefined ? undefined : { ...PACE, ...pace },
    standing,
    nowMs: NOW_MS,
  })

const shown = (one: Case) => {
  const { outcome, reasons } = decide(one)
  return [outcome, ...reasons.map(({ code, values }) => ({ [code]: values }))]
}
const components = (versions: Record<string, string>) => new Map(Object.entries(versions))

describe('what a rule comes to for a terminal', () => {
  it.each<[string, Case, unknown[]]>([
    ['it will be offered', {}, ['offered', { will_be_offered: {} }]],
    [
      'it has all of it',
      { terminal: { components: components({ system: '2.0' }) } },
      ['done', { up_to_date: {} }],
    ],
    ['it is not assigned', { isAssigned: false }, ['excluded', { not_assigned: {} }]],
    [
      'several things exclude it at once',
      {
        rule: { isEnabled: false, models: ['P5'] },
        terminal: { state: 'suspended', platform: 'feitian-f20' },
      },
      [
        'excluded',
        { wrong_platform: { platform: 'feitian-f20', needs: 'wiseasy-wpos3' } },
        { wrong_model: { model: 'WPOS-3', needs: 'P5' } },
        { rule_disabled: {} },
        { terminal_not_active: { state: 'suspended' } },
      ],
    ],
    [
      'the rule is over',
      { rule: { endsAtMs: NOW_MS } },
      ['excluded', { rule_over: { endsAt: iso(NOW_MS) } }],
    ],
    [
      'it has a later version',
      { terminal: { components: components({ system: '2.1' }) } },
      ['excluded', { downgrade: { component: 'system', version: '2.1', target: '2.0' } }],
    ],
    ['nothing is known of it', { terminal: { hasStatus: false } }, ['blocked', { no_status: {} }]],
    [
      'the rule has not begun',
      { rule: { startsAtMs: NOW_MS + 1 } },
      ['waits', { not_started: { startsAt: iso(NOW_MS + 1) } }],
    ],
    [
      'its window is at night',
      { rule: { conditions: { window: { from: '22:00', to: '04:00' } } } },
      ['waits', { outside_window: { from: '22:00', to: '04:00', opensAt: '2026-11-25T19:00:00.000Z' } }],
    ],
    [
      'it is on another network',
      { rule: { conditions: { networkTypes: ['ethernet', 'lte'] } } },
      ['waits', { wrong_network: { network: 'wifi', needs: 'ethernet, lte' } }],
    ],
    [
      'its battery is low',
      { rule: { conditions: { minBatteryPercent: 30 } }, terminal: { batteryPercent: 14 } },
      ['waits', { battery_low: { percent: 14, needs: 30 } }],
    ],
    [
      'its battery is low, and it is being charged',
      { rule: { conditions: { minBatteryPercent: 30 } }, terminal: { batteryPercent: 14, isCharging: true } },
      ['offered', { will_be_offered: {} }],
    ],
    [
      'payments are not settled',
      { rule: { conditions: { onlyWhenSettled: true } }, terminal: { unsettled: 3 } },
      ['waits', { unsettled: { count: 3 } }],
    ],
    [
      'it has no room, which nothing else outweighs',
      {
        rule: { conditions: { minFreeBytes: 500, onlyWhenSettled: true } },
        terminal: { freeBytes: 1_499, unsettled: 1 },
      },
      ['blocked', { no_space: { freeBytes: 1_499, needsBytes: 1_500 } }, { unsettled: { count: 1 } }],
    ],
    [
      'its room is just enough',
      { rule: { conditions: { minFreeBytes: 500 } }, terminal: { freeBytes: 1_500 } },
      ['offered', { will_be_offered: {} }],
    ],
    [
      'its rollout is paused',
      { pace: { state: 'paused' } },
      ['waits', { rollout_paused: { rollout: 'a rollout' } }],
    ],
    [
      'its rollout is halted',
      { pace: { state: 'halted' } },
      ['waits', { rollout_halted: { rollout: 'a rollout' } }],
    ],
    [
      'its rollout was stopped',
      { pace: { state: 'stopped' } },
      ['blocked', { rollout_stopped: { rollout: 'a rollout' } }],
    ],
    [
      'its wave is not open',
      { pace: { wave: 2 } },
      ['waits', { wave_not_open: { wave: 3, open: 1, percent: 82, needs: 95 } }],
    ],
    [
      'its rollout is finished',
      { pace: { state: 'finished', wave: 2 } },
      ['offered', { will_be_offered: {} }],
    ],
    [
      'enough are at it',
      { pace: { active: 5, maxActive: 5 } },
      ['waits', { too_many_active: { active: 5, most: 5 } }],
    ],
    [
      'it is to try again later',
      { pace: { retryAtMs: NOW_MS + 1 } },
      ['waits', { retry_later: { at: iso(NOW_MS + 1), retry: 1, most: 3 } }],
    ],
  ])('%s', (_name, one, expected) => {
    expect(shown(one)).toEqual(expected)
  })

  it('is decided anew when time alone may change it, and never before now', () => {
    const window = { from: '22:00', to: '04:00' } as const
    const recheck = (one: Case) => decide(one).recheckAtMs
    expect(recheck({ rule: { startsAtMs: NOW_MS + HOUR_MS } })).toBe(NOW_MS + HOUR_MS)
    expect(recheck({ rule: { conditions: { window } } })).toBe(NOW_MS + 7 * HOUR_MS)
    expect(recheck({ rule: { endsAtMs: NOW_MS + 5 } })).toBe(NOW_MS + 5)
    expect(recheck({ rule: { conditions: { minBatteryPercent: 90 } } })).toBe(NOW_MS + 60_000)
    expect(recheck({ pace: { retryAtMs: NOW_MS + 7 } })).toBe(NOW_MS + 7)
    expect(recheck({ pace: { state: 'paused' } })).toBe(null)
  })

  it('tells the terminal what it has to see to itself', () => {
    const conditions = {
      window: { from: '14:00', to: '16:00' },
      minBatteryPercent: 30,
      onlyWhenSettled: true,
    }
    expect(decide({ rule: { conditions, endsAtMs: NOW_MS + HOUR_MS / 2 } }).stage?.when).toEqual({
      notBefore: '2026-11-25T11:00:00.000Z',
      notAfter: '2026-11-25T12:30:00.000Z',
      minBatteryPercent: 30,
      onlyWhenSettled: true,
    })
  })
})

describe('an update that stands', () => {
  const rule = ruleOf({ conditions: { minBatteryPercent: 30 } })
  const subjectId = stageId(
    rule.id,
    rule.steps.map((one) => one.package),
  )
  const low = { batteryPercent: 14 }
  const standing = (state: StandingUpdate['state'], more: Partial<StandingUpdate> = {}) => [
    standingOf(subjectId, state, { system: '2.0' }, more),
  ]

  it('is left to the terminal once it knows of it', () => {
    expect(shown({ rule, terminal: low, standing: standing('offered') })).toEqual([
      'offered',
      { waits_for_terminal: { offeredAt: iso(NOW_MS - 60_000) } },
    ])
    expect(
      shown({ rule, terminal: low, standing: standing('downloading', { progressPercent: 41 }) }),
    ).toEqual(['underway', { downloading: { percent: 41 } }])
    expect(shown({ rule, standing: standing('installed') })).toEqual([
      'underway',
      { waits_for_proof: { until: iso(NOW_MS + HOUR_MS) } },
    ])
  })

  it('is not pressed on a terminal that failed at it or refused it', () => {
    expect(shown({ rule, standing: standing('failed', { reason: 'hash_mismatch' }) })).toEqual([
      'blocked',
      { failed_before: { reason: 'hash_mismatch', at: iso(NOW_MS - 30_000) } },
    ])
    expect(shown({ rule, standing: standing('rejected') })).toMatchObject([
      'blocked',
      { rejected_before: {} },
    ])
    expect(decide({ rule, standing: standing('failed'), pace: { retryAtMs: NOW_MS + 9 } })).toMatchObject({
      outcome: 'waits',
      recheckAtMs: NOW_MS + 9,
    })
  })

  it('goes on while its rollout is paused, where it is begun also when that halts, and ends when it is stopped', () => {
    const subjectIn = (
      state: 'offered' | 'downloading',
      pace: 'paused' | 'halted' | 'outdated' | 'stopped',
    ) => decide({ rule, standing: standing(state), pace: { state: pace } }).stage?.subjectId
    expect([subjectIn('offered', 'paused'), subjectIn('downloading', 'paused')]).toEqual([
      subjectId,
      subjectId,
    ])
    for (const pace of ['halted', 'outdated'] as const) {
      expect(subjectIn('offered', pace), 'nobody has begun it').toBe(undefined)
      expect(subjectIn('downloading', pace)).toBe(subjectId)
    }
    for (const state of ['offered', 'downloading'] as const)
      expect(subjectIn(state, 'stopped')).toBe(undefined)
    expect(decide({ rule, standing: standing('installed'), pace: { state: 'stopped' } }).outcome).toBe(
      'underway',
    )
  })

  it('is taken back when its window ends, and what may be under installation an hour later', () => {
    const night = ruleOf({
      id: rule.id,
      steps: rule.steps,
      conditions: { window: { from: '10:00', to: '15:00' } },
    })
    const at = (state: StandingUpdate['state'], nowMs: number) =>
      decideUpdate({
        ...{ rule: night, terminal: terminalOf(), isAssigned: true, pace: undefined, nowMs },
        standing: [standingOf(subjectId, state, { system: '2.0' }, { stateAtMs: NOW_MS - 60_000 })],
      })
    // 15:00 in Moscow is 12:00 in UTC.
    expect(at('downloading', NOW_MS - 1)).toMatchObject({ outcome: 'underway', recheckAtMs: NOW_MS })
    expect(at('downloading', NOW_MS), 'and it is said what for').toMatchObject({
      ...{ outcome: 'waits', stage: null },
      leadsTo: [{ component: 'system', version: '2.0' }],
    })
    expect(at('downloaded', NOW_MS)).toMatchObject({
      outcome: 'underway',
      recheckAtMs: NOW_MS + HOUR_MS - 60_000,
    })
    expect(at('downloaded', NOW_MS + HOUR_MS - 60_000)).toMatchObject({ outcome: 'waits', stage: null })
  })

  it('of two components is one update still when the first of them is reported', () => {
    const both = ruleOf({ steps: stepsOf(packageOf('boot', '5'), packageOf('system', '2.0')) })
    const known = standingOf(
      stageId(
        both.id,
        both.steps.map((one) => one.package),
      ),
      'downloaded',
      { boot: '5', system: '2.0' },
    )
    const terminal = { components: components({ boot: '5', system: '1.0' }) }
    expect(decide({ rule: both, terminal, standing: [known] })).toMatchObject({
      outcome: 'underway',
      stage: { subjectId: known.subjectId },
    })
    expect(decide({ rule: both, terminal, standing: [{ ...known, state: 'failed' }] }).outcome).toBe(
      'offered',
    )
  })

  it('of another rule keeps its component until it is proved', () => {
    const other = standingOf('another stage', 'installed', { system: '1.5' })
    expect(shown({ rule, standing: [other] })).toEqual(['waits', { other_update: { component: 'system' } }])
  })

  it('may be the base of the next one, whose proof is waited for', () => {
    const next = ruleOf({ steps: stepsOf(packageOf('system', '3.0', { fromVersion: '2.0' })) })
    expect(shown({ rule: next, standing: standing('installed') })).toEqual([
      'waits',
      { waits_for_proof: { until: iso(NOW_MS + HOUR_MS) } },
    ])
    expect(
      shown({ rule: next, standing: standing('installed', { versions: components({ boot: '2' }) }) }),
    ).toMatchObject(['blocked', { base_missing: {} }])
  })
})

describe('the name of a stage', () => {
  it('is the same for the same packages of a rule, and else another', () => {
    const [one, other] = [{ id: 'a' }, { id: 'b' }]
    expect(stageId('r', [one, other])).toBe(stageId('r', [one, other]))
    expect(
      new Set([
        stageId('r', [one]),
        stageId('q', [one]),
        stageId('r', [other]),
        stageId('r', [other, one]),
        stageId('r', [one, other]),
      ]).size,
    ).toBe(5)
  })
})
