import { describe, expect, it } from 'vitest'
import { NO_TARGETS } from '../../../../src/features/updates/rollouts/lists'
import { type RolloutView, StartRolloutInput } from '../../../../src/features/updates/rollouts/schemas'
import { barOf, stageOf, totalOf } from '../../../../src/features/updates/rollouts/ui/numbers'
import { offeredFor } from '../../../../src/features/updates/rollouts/ui/offered'
import { atItsField } from '../../../../src/features/updates/rollouts/ui/refusals'
import {
  firstDraft,
  PRESETS,
  type Preset,
  RolloutForm,
  rolloutOf,
  triedWaves,
  type WaveDraft,
  wavesOfPreset,
  withAnotherWave,
  withoutWave,
} from '../../../../src/features/updates/rollouts/ui/rollout-form'
import { haltWords, targetReasonWords } from '../../../../src/features/updates/rollouts/ui/words'
import { wordsOf } from '../../../ui/words'

const ID = '0197d1d0-0000-7000-8000-000000000001'
const GROUP = '0197d1d0-0000-7000-8000-000000000002'
const RULE = { value: ID, label: 'Night' }
const draft = (values: object = {}) => ({ ...firstDraft(RULE, 'Night, today'), ...values })
const sentOf = (values: object = {}) => rolloutOf(RolloutForm.parse(draft(values)))
const wave = (values: Partial<WaveDraft> = {}): WaveDraft => ({
  ...{ by: 'percent', size: '10', group: null, success: '95', error: '10' },
  ...values,
})
const wrongIn = (values: object) =>
  RolloutForm.safeParse(draft(values)).error?.issues.map(({ path, message }) => [path.join('.'), message]) ??
  []

describe('the form of a rollout', () => {
  it('sends what it begins with: one percent, ten, the rest', () => {
    const thresholds = { successPercent: 95, errorPercent: 5 }
    expect(sentOf()).toEqual({
      ...{ ruleId: ID, name: 'Night, today', silentMinutes: 1440, maxRetries: 1, retryMinutes: 30 },
      waves: [{ ...thresholds, percent: 1 }, { ...thresholds, percent: 10 }, thresholds],
    })
  })

  it('brings a rule, or a set of applications', () => {
    expect(sentOf({ kind: 'set' })).toMatchObject({ setId: ID })
    expect(sentOf({ kind: 'set' })).not.toHaveProperty('ruleId')
    expect(StartRolloutInput.safeParse(sentOf({ kind: 'set' })).success).toBe(true)
  })

  it.each(Object.keys(PRESETS) as Preset[])('has in %s a preset that the server takes', (preset) => {
    const waves = wavesOfPreset(preset).map((one) => ({ ...one, group: { value: GROUP, label: 'Pilot' } }))
    expect(StartRolloutInput.safeParse(sentOf({ waves })).success).toBe(true)
  })

  it('lets the last wave take the rest, whatever it said before', () => {
    const waves = [wave({ by: 'count', size: '5' }), wave({ by: 'count', size: '7' })]
    expect(sentOf({ waves })?.waves).toEqual([
      { count: 5, successPercent: 95, errorPercent: 10 },
      { successPercent: 95, errorPercent: 10 },
    ])
  })

  it('takes numbers as people write them, and leaves to the server what is empty', () => {
    const waves = [wave({ size: '2,5', success: '99.5' }), wave()]
    const sent = sentOf({ waves, maxActive: ' 40 ', silent: '2', silentUnit: 'days', retryMinutes: '' })
    expect(sent).toMatchObject({ maxActive: 40, silentMinutes: 2880 })
    expect(sent?.waves[0]).toEqual({ percent: 2.5, successPercent: 99.5, errorPercent: 10 })
    expect(sent).not.toHaveProperty('retryMinutes')
    expect(sentOf()).not.toHaveProperty('maxActive')
  })

  it.each([
    [{ subject: null }, 'subject', 'ui.required'],
    [{ waves: [wave({ size: '0' }), wave()] }, 'waves.0.size', 'rollouts.new.percentWrong'],
    [{ waves: [wave({ size: '101' }), wave()] }, 'waves.0.size', 'rollouts.new.percentWrong'],
    [{ waves: [wave({ by: 'count', size: '1,5' }), wave()] }, 'waves.0.size', 'rollouts.new.countWrong'],
    [{ waves: [wave({ by: 'group' }), wave()] }, 'waves.0.group', 'rollouts.new.groupNeeded'],
    [{ waves: [wave({ success: '' })] }, 'waves.0.success', 'rollouts.new.percentWrong'],
    [{ waves: [wave({ error: '1e1' })] }, 'waves.0.error', 'rollouts.new.percentWrong'],
    [{ maxActive: '0' }, 'maxActive', 'rollouts.new.maxActiveWrong'],
    [{ silent: '0' }, 'silent', 'rollouts.new.silentWrong'],
    [{ silent: '31', silentUnit: 'days' }, 'silent', 'rollouts.new.silentWrong'],
    [{ retries: '11' }, 'retries', 'rollouts.new.retriesWrong'],
    [{ retryMinutes: '1441' }, 'retryMinutes', 'rollouts.new.retryWrong'],
  ])('says of %j where it is wrong', (values, path, message) => {
    expect(wrongIn(values)).toEqual([[path, message]])
  })

  it('adds waves before the last, each twice the one before, and is not previewed while one is wrong', () => {
    const more = withAnotherWave(withAnotherWave([wave({ size: '' })]))
    expect(more.map(({ size }) => size)).toEqual(['10', '20', ''])
    expect(withoutWave(more, 0).map(({ size }) => size)).toEqual(['20', ''])
    expect(triedWaves(more)).toHaveLength(3)
    expect(triedWaves([wave({ size: 'x' }), wave()])).toBeUndefined()
  })

  it('tells a refusal at the field that it is about, and others above', () => {
    const refused = (failure: string) => ({ data: { failure, values: { rollout: 'x' } } })
    expect(atItsField(refused('rollout_under_way'))).toMatchObject({
      issues: [{ path: 'subject', message: 'errors.rollout_under_way' }],
      values: { rollout: 'x' },
    })
    expect(atItsField(refused('waves_do_not_add_up'))).toMatchObject({ issues: [{ path: 'waves' }] })
    const other = refused('forbidden')
    expect(atItsField(other)).toBe(other)
  })
})

const WAVE: RolloutView['waves'][number] = {
  ...{ position: 0, groupId: null, groupName: null, percent: null, count: null },
  ...{ successPercent: 95, errorPercent: 10, succeededPercent: 50, failedPercent: 20 },
  counts: { ...NO_TARGETS, succeeded: 5, failed: 2, active: 1, waiting: 2 },
  ...{ openedAt: '2026-11-01T00:00:00.000Z', finishedAt: null },
}
const rollout = (state: RolloutView['state'], counts: Partial<typeof NO_TARGETS> = {}): RolloutView => ({
  ...{
    id: ID,
    ruleId: ID,
    setId: null,
    subjectName: 'r',
    name: 'n',
    state,
    wave: 0,
    reason: null,
    maxActive: null,
  },
  ...{ silentMinutes: 1, maxRetries: 0, retryMinutes: 1, revision: 1, createdBy: 'a' },
  ...{ createdAt: '2026-11-01T00:00:00.000Z', stateAt: '2026-11-01T00:00:00.000Z' },
  waves: [{ ...WAVE, counts: { ...NO_TARGETS, ...counts } }],
})

describe('the page of a rollout', () => {
  it('offers what its state takes, and a retry where something failed, excused or not', () => {
    expect(offeredFor(rollout('running'))).toEqual(['pause', 'stop'])
    expect(offeredFor(rollout('halted', { failed: 1 }))).toEqual(['resume', 'retry', 'stop'])
    expect(offeredFor(rollout('paused', { excused: 1 }))).toEqual(['resume', 'retry', 'stop'])
    expect(offeredFor(rollout('finished', { excused: 1 }))).toEqual(['retry'])
    expect(offeredFor(rollout('finished'))).toEqual([])
    expect(offeredFor(rollout('stopped', { failed: 1 }))).toEqual([])
  })

  it('draws the shares that decide, and parts what is left by the counts', () => {
    const bar = barOf(WAVE)
    expect(bar).toMatchObject({ succeeded: 50, failed: 20 })
    expect(bar.active).toBeCloseTo(10)
    expect(barOf({ ...WAVE, counts: NO_TARGETS }).active).toBe(0)
  })

  it('knows where a wave stands', () => {
    expect(stageOf(WAVE, 'running')).toBe('open')
    expect(stageOf(WAVE, 'halted')).toBe('stuck')
    expect(stageOf({ ...WAVE, finishedAt: WAVE.openedAt }, 'halted')).toBe('done')
    expect(stageOf({ ...WAVE, openedAt: null }, 'paused')).toBe('later')
    expect(stageOf({ ...WAVE, openedAt: null }, 'stopped')).toBe('never')
  })

  it('adds the counts of all waves', () => {
    expect(totalOf([WAVE, WAVE])).toEqual({ ...NO_TARGETS, succeeded: 10, failed: 4, active: 2, waiting: 4 })
  })

  it('counts waves from one where it says why it halted', () => {
    const values = { wave: 1, failed: 8, of: 30, percent: 20 }
    expect(haltWords({ code: 'error_threshold', values }, wordsOf('en'))).toBe(
      'Wave 2: 8 of 30 failed, the limit is 20%.',
    )
    expect(haltWords({ code: 'error_threshold', values }, wordsOf('ru'))).toBe(
      'Волна 2: ошибок 8 из 30, предел 20\u00a0%.',
    )
  })

  it('tells a result in the terminal’s words and a wait in those of the decision', () => {
    const words = wordsOf('en')
    const low = { reason: 'battery_low', hasTried: false } as const
    expect(targetReasonWords({ ...low, state: 'failed' }, words)).toBe('The battery is too low')
    expect(targetReasonWords({ ...low, state: 'waiting' }, words)).toBe('battery too low')
    expect(targetReasonWords({ ...low, state: 'waiting', hasTried: true }, words)).toBe(
      'The battery is too low',
    )
    expect(targetReasonWords({ state: 'failed', reason: 'silent', hasTried: false }, words)).toBe(
      'Was offered it and says nothing',
    )
    expect(targetReasonWords({ state: 'left', reason: 'of_tomorrow', hasTried: false }, words)).toBe(
      'of_tomorrow',
    )
  })
})
