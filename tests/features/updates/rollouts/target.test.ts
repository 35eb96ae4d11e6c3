import { describe, expect, it } from 'vitest'
import { judgeTarget, type TargetFacts } from '../../../../src/features/updates/rollouts/target'
import type { Decision, StandingUpdate } from '../../../../src/features/updates/rules'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const minutesAgo = (minutes: number) => NOW - minutes * 60_000
const tries = { silentMinutes: 60, maxRetries: 2, retryMinutes: 30 }

const target = (more: Partial<TargetFacts> = {}): TargetFacts => ({
  state: 'waiting',
  reason: null,
  retries: 0,
  retryAtMs: null,
  isExcused: false,
  stateAtMs: minutesAgo(600),
  ...more,
})
const update = (state: StandingUpdate['state'], more: Partial<StandingUpdate> = {}): StandingUpdate => ({
  actionId: 'the action',
  subjectId: 'the stage',
  state,
  versions: new Map(),
  progressPercent: null,
  reason: null,
  offeredAtMs: minutesAgo(20),
  stateAtMs: minutesAgo(10),
  heardAtMs: minutesAgo(10),
  confirmByMs: null,
  ...more,
})
const decision = (
  outcome: Decision['outcome'],
  code: Decision['reasons'][number]['code'],
  values: Record<string, string | number> = {},
): Decision => ({
  ruleId: 'the rule',
  outcome,
  reasons: [{ code, values }],
  stage:
    outcome === 'offered' || outcome === 'underway'
      ? { subjectId: 'the stage', packages: [], when: {} }
      : null,
  leadsTo: [],
  recheckAtMs: null,
})
const failed = (own: StandingUpdate) =>
  decision('blocked', own.state === 'rejected' ? 'rejected_before' : 'failed_before', {
    reason: own.reason ?? 'other',
    at: new Date(own.stateAtMs).toISOString(),
  })

describe('a target', () => {
  it('has succeeded when its terminal reports what the rule asks for, silent or failed as it was', () => {
    for (const reason of ['silent', 'out_of_space'])
      expect(
        judgeTarget(
          target({ state: 'failed', reason, isExcused: true }),
          decision('done', 'up_to_date'),
          [],
          tries,
          NOW,
        ),
      ).toMatchObject({ state: 'succeeded', reason: null, isExcused: false })
  })

  it.each([
    ['excluded', 'wrong_model'],
    ['blocked', 'no_space'],
    ['blocked', 'base_missing'],
    ['blocked', 'higher_priority'],
  ] as const)('leaves where the rule is %s: %s, and comes back', (outcome, code) => {
    const left = judgeTarget(target({ state: 'active' }), decision(outcome, code), [], tries, NOW)
    expect(left).toMatchObject({ state: 'left', reason: code })
    const back = judgeTarget(target({ ...left }), decision('offered', 'will_be_offered'), [], tries, NOW)
    expect(back).toMatchObject({ state: 'waiting', reason: null })
  })

  it('waits and says for what', () => {
    expect(judgeTarget(target(), decision('waits', 'battery_low'), [], tries, NOW)).toMatchObject({
      state: 'waiting',
      reason: 'battery_low',
    })
  })

  it('is active as soon as its terminal knows of the update', () => {
    for (const state of ['offered', 'downloading', 'downloaded', 'installed'] as const)
      expect(
        judgeTarget(target(), decision('offered', 'waits_for_terminal'), [update(state)], tries, NOW),
      ).toMatchObject({ state: 'active', reason: null })
  })
})

describe('a failure', () => {
  const own = update('failed', { reason: 'out_of_space' })
  const active = target({ state: 'active', stateAtMs: minutesAgo(20) })

  it('is tried again after a wait that doubles each time, and counts when no try is left', () => {
    const waits = [0, 1, 2].map((retries) => {
      const next = judgeTarget({ ...active, retries }, failed(own), [own], tries, NOW)
      return [next.state, next.retries, next.retryAtMs === null ? null : (next.retryAtMs - NOW) / 60_000]
    })
    expect(waits).toEqual([
      ['waiting', 1, 30],
      ['waiting', 2, 60],
      ['failed', 2, null],
    ])
  })

  it('makes way where it is tried again, and keeps its reason while it waits', () => {
    const next = judgeTarget(active, failed(own), [own], tries, NOW)
    expect(next).toMatchObject({ retriedActionId: 'the action', reason: 'out_of_space' })
    const waiting = target({ ...next, stateAtMs: NOW })
    expect(judgeTarget(waiting, decision('waits', 'retry_later'), [], tries, NOW + 1)).toMatchObject({
      state: 'waiting',
      reason: 'out_of_space',
      retryAtMs: next.retryAtMs,
    })
  })

  it('never waits longer than a week', () => {
    const many = { ...tries, maxRetries: 10, retryMinutes: 1440 }
    const next = judgeTarget({ ...active, retries: 9 }, failed(own), [own], many, NOW)
    expect(next.retryAtMs).toBe(NOW + 7 * 86_400_000)
  })

  it('from before the target began to wait gets a new try and counts for nothing', () => {
    const old = update('rejected', { stateAtMs: minutesAgo(700) })
    expect(judgeTarget(target(), failed(old), [old], { ...tries, maxRetries: 0 }, NOW)).toMatchObject({
      state: 'waiting',
      retries: 0,
      retriedActionId: 'the action',
    })
  })

  it('that was excused stays so until it is no failure any more', () => {
    const none = { ...tries, maxRetries: 0 }
    const excused = target({ state: 'failed', reason: 'out_of_space', isExcused: true })
    expect(judgeTarget(excused, failed(own), [own], none, NOW)).toMatchObject({
      state: 'failed',
      isExcused: true,
    })
    const again = judgeTarget(
      excused,
      decision('offered', 'waits_for_terminal'),
      [update('offered')],
      none,
      NOW,
    )
    expect(again).toMatchObject({ state: 'active', isExcused: false })
  })
})

describe('silence', () => {
  const offered = decision('offered', 'waits_for_terminal')
  const active = target({ state: 'active', stateAtMs: minutesAgo(90) })

  it.each([
    ['offered', 60, 'failed'],
    ['downloading', 60, 'failed'],
    ['downloading', 59, 'active'],
    ['downloaded', 600, 'active'],
    ['installed', 600, 'active'],
  ] as const)(
    'of a terminal that is %s and was last heard %i minutes ago: %s',
    (state, minutes, expected) => {
      const own = update(state, { heardAtMs: minutesAgo(minutes) })
      const next = judgeTarget(active, offered, [own], tries, NOW)
      expect([next.state, next.reason]).toEqual([expected, expected === 'failed' ? 'silent' : null])
    },
  )

  it('begins when the target became active, not when the offer was made', () => {
    const own = update('offered', { offeredAtMs: minutesAgo(500), heardAtMs: minutesAgo(500) })
    expect(judgeTarget(target(), offered, [own], tries, NOW).state).toBe('active')
    const recent = target({ state: 'active', stateAtMs: minutesAgo(5) })
    expect(judgeTarget(recent, offered, [own], tries, NOW).state).toBe('active')
  })

  it('is over when the terminal is heard of again, and not before', () => {
    const silent = target({ state: 'failed', reason: 'silent', stateAtMs: minutesAgo(30) })
    const still = update('downloading', { heardAtMs: minutesAgo(90) })
    expect(judgeTarget(silent, offered, [still], tries, NOW)).toMatchObject({
      state: 'failed',
      reason: 'silent',
    })
    const back = update('downloading', { heardAtMs: minutesAgo(1) })
    expect(judgeTarget(silent, offered, [back], tries, NOW)).toMatchObject({ state: 'active', reason: null })
  })
})
