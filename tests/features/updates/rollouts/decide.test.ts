import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  counted,
  decideRollout,
  type RolloutFacts,
  sharePercent,
  steer,
  type WaveFacts,
  waveSizes,
} from '../../../../src/features/updates/rollouts/decide'
import {
  NO_TARGETS,
  ROLLOUT_STATES,
  type TargetState,
  type WaveCounts,
} from '../../../../src/features/updates/rollouts/lists'

const rollout = (more: Partial<RolloutFacts> = {}): RolloutFacts => ({
  state: 'running',
  wave: 0,
  kind: 'rule',
  subject: 'as_it_was',
  ...more,
})
const wave = (counts: Partial<WaveCounts>, more: Partial<WaveFacts> = {}): WaveFacts => ({
  successPercent: 80,
  errorPercent: 20,
  counts: { ...NO_TARGETS, ...counts },
  ...more,
})
const later = wave({ waiting: 10 })

describe('a wave', () => {
  it.each<[string, Partial<WaveCounts>, unknown]>([
    ['goes on below its success threshold', { succeeded: 7, waiting: 3 }, null],
    ['is passed at its success threshold', { succeeded: 8, waiting: 2 }, { do: 'open', wave: 1 }],
    ['counts nobody who left', { succeeded: 4, waiting: 1, left: 95 }, { do: 'open', wave: 1 }],
    ['counts no failure that was excused', { succeeded: 4, waiting: 1, excused: 5 }, { do: 'open', wave: 1 }],
    ['is passed by itself when it is empty', { left: 3 }, { do: 'open', wave: 1 }],
    ['goes on below its error threshold', { failed: 1, waiting: 9 }, null],
  ])('%s', (_what, counts, step) => {
    expect(decideRollout(rollout(), [wave(counts), later])).toEqual(step)
  })

  it('halts the rollout at its error threshold', () => {
    const waves = [wave({ failed: 2, waiting: 8 }), later]
    expect(decideRollout(rollout(), waves)).toEqual({
      do: 'halt',
      reason: { code: 'error_threshold', values: { wave: 0, failed: 2, of: 10, percent: 20 } },
    })
  })

  it('halts it even where the success threshold is reached at the same moment', () => {
    expect(decideRollout(rollout(), [wave({ failed: 2, succeeded: 8 }), later])?.do).toBe('halt')
  })

  it('halts it though it was passed before', () => {
    const waves = [wave({ failed: 2, succeeded: 8 }), later]
    expect(decideRollout(rollout({ wave: 1 }), waves)).toMatchObject({ reason: { values: { wave: 0 } } })
  })

  it('halts it by one failure at least, however small the threshold', () => {
    const careful = { errorPercent: 0.001 }
    expect(decideRollout(rollout(), [wave({ waiting: 5 }, careful)])).toBeNull()
    expect(decideRollout(rollout(), [wave({ waiting: 5, failed: 1 }, careful)])?.do).toBe('halt')
  })

  it('halts it where all have ended and too few succeeded', () => {
    const waves = [wave({ succeeded: 7, failed: 3 }, { errorPercent: 50 }), later]
    expect(decideRollout(rollout(), waves)).toEqual({
      do: 'halt',
      reason: { code: 'success_out_of_reach', values: { wave: 0, succeeded: 7, of: 10, percent: 80 } },
    })
  })

  it('does not concern the rollout before it is open', () => {
    expect(decideRollout(rollout(), [wave({ waiting: 5 }), wave({ failed: 5 })])).toBeNull()
  })
})

describe('a rollout', () => {
  it('is finished when its last wave is passed', () => {
    expect(decideRollout(rollout({ wave: 1 }), [wave({}), wave({ succeeded: 5 })])).toEqual({ do: 'finish' })
  })

  it.each(['changed', 'disabled', 'over'] as const)(
    'halts when its rule is %s, whatever its waves',
    (subject) => {
      expect(decideRollout(rollout({ subject }), [wave({ left: 3 }), later])).toEqual({
        do: 'halt',
        reason: { code: `rule_${subject}`, values: {} },
      })
    },
  )

  it('halts when its set is changed', () => {
    const facts = rollout({ kind: 'set', subject: 'changed' })
    expect(decideRollout(facts, [wave({ left: 3 }), later])).toEqual({
      do: 'halt',
      reason: { code: 'set_changed', values: {} },
    })
  })

  it.each(ROLLOUT_STATES.filter((state) => state !== 'running'))(
    'that is %s does nothing by itself',
    (state) => {
      expect(decideRollout(rollout({ state, subject: 'changed' }), [wave({ failed: 5 }), later])).toBeNull()
    },
  )

  it('is steered as its table says', () => {
    const table = ROLLOUT_STATES.map((state) =>
      (['pause', 'resume', 'stop'] as const).map((steering) => steer(state, steering) ?? '-').join(' '),
    )
    expect(table).toEqual(['paused - stopped', '- running stopped', '- running stopped', '- - -', '- - -'])
  })
})

describe('a share', () => {
  it('never seems to have reached what it has not', () => {
    expect(sharePercent(949, { ...NO_TARGETS, succeeded: 949, waiting: 51 })).toBe(94)
  })
})

describe('the sizes of waves', () => {
  const of = (pilot: number, others: number) => ({ pilot, others })
  it.each([
    [
      'a pilot group, shares of the others, and the rest',
      [{ groupId: 'g' }, { percent: 10 }, {}],
      of(3, 27),
      [3, 3, 24],
    ],
    ['one terminal at least', [{ percent: 1 }, {}], of(0, 30), [1, 29]],
    ['numbers', [{ count: 5 }, { count: 10 }, {}], of(0, 30), [5, 10, 15]],
    ['everything in one', [{}], of(0, 30), [30]],
    ['an empty rest', [{ count: 30 }, {}], of(0, 30), [30, 0]],
    [
      'shares that would be one too many when rounded',
      [{ percent: 50 }, { percent: 50 }, {}],
      of(0, 3),
      [2, 1, 0],
    ],
  ])('%s', (_what, waves, found, sizes) => {
    expect(waveSizes(waves, found)).toEqual(sizes)
  })

  it.each([
    [[{ percent: 60 }, { percent: 50 }, {}]],
    [[{ count: 31 }, {}]],
    [[{ percent: 50 }, { count: 16 }, {}]],
  ])('that take more than there are do not add up: %j', (waves) => {
    expect(waveSizes(waves, of(0, 30))).toBeUndefined()
  })

  it('always take every terminal, once', () => {
    const size = fc.oneof(
      fc.record({ percent: fc.double({ min: 0.01, max: 100, noNaN: true }) }),
      fc.record({ count: fc.integer({ min: 1, max: 500 }) }),
    )
    const check = (sizes: object[], pilot: number, others: number) => {
      const waves = pilot > 0 ? [{ groupId: 'g' }, ...sizes, {}] : [...sizes, {}]
      const found = waveSizes(waves, of(pilot, others))
      if (found === undefined) return
      expect(found).toHaveLength(waves.length)
      expect(found.every((one) => Number.isInteger(one) && one >= 0)).toBe(true)
      expect(found.reduce((sum, one) => sum + one, 0)).toBe(pilot + others)
    }
    fc.assert(fc.property(fc.array(size, { maxLength: 6 }), fc.nat(50), fc.nat(1000), check))
  })
})

/** A rollout played on paper: targets change as terminals and operators please, and steps are taken as they come. */
interface Play {
  state: RolloutFacts['state']
  wave: number
  opened: number[]
  targets: { wave: number; state: TargetState; isExcused: boolean }[]
}
type Event =
  | { is: 'target'; at: number; state: TargetState }
  | { is: 'operator'; does: 'pause' | 'resume' | 'stop' }

const thresholds = fc.record({
  successPercent: fc.integer({ min: 1, max: 100 }),
  errorPercent: fc.integer({ min: 1, max: 100 }),
})
const setups = fc.record({
  waves: fc.array(thresholds, { minLength: 1, maxLength: 4 }),
  places: fc.array(fc.nat(3), { minLength: 1, maxLength: 30 }),
  events: fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc.record({
          is: fc.constant('target' as const),
          at: fc.nat(29),
          state: fc.constantFrom<TargetState>(
            'active',
            'succeeded',
            'succeeded',
            'failed',
            'left',
            'waiting',
          ),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          is: fc.constant('operator' as const),
          does: fc.constantFrom('pause' as const, 'resume' as const, 'resume' as const, 'stop' as const),
        }),
      },
    ),
    { maxLength: 120 },
  ),
})
type Setup = typeof setups extends fc.Arbitrary<infer T> ? T : never

function countsOf(play: Play, position: number): WaveCounts {
  const counts: Record<string, number> = { ...NO_TARGETS }
  for (const { wave, state, isExcused } of play.targets) {
    const key = state === 'failed' && isExcused ? 'excused' : state
    if (wave === position) counts[key] = (counts[key] ?? 0) + 1
  }
  return counts as WaveCounts
}

const facts = (play: Play, { waves }: Setup): WaveFacts[] =>
  waves.map((one, position) => ({ ...one, counts: countsOf(play, position) }))

function begin({ waves, places }: Setup): Play {
  const targets = places.map((place) => ({
    wave: Math.min(place, waves.length - 1),
    state: 'waiting' as TargetState,
    isExcused: false,
  }))
  return { state: 'running', wave: 0, opened: [0], targets }
}

/** Takes all steps that follow, and looks at each. */
function settle(play: Play, setup: Setup): void {
  for (let steps = 0; ; steps++) {
    expect(steps, 'it comes to rest').toBeLessThanOrEqual(setup.waves.length)
    const waves = facts(play, setup)
    const input = rollout({ state: play.state, wave: play.wave })
    const step = decideRollout(input, waves)
    expect(decideRollout(input, waves), 'the same again').toEqual(step)
    const isOverLimit = waves
      .slice(0, play.wave + 1)
      .some(
        ({ counts, errorPercent }) =>
          counts.failed > 0 && counts.failed * 100 >= errorPercent * counted(counts),
      )
    if (play.state === 'running' && isOverLimit) expect(step?.do).toBe('halt')
    if (step === null) return
    if (step.do === 'halt') {
      if (step.reason.code === 'error_threshold') expect(isOverLimit).toBe(true)
      play.state = 'halted'
    } else if (step.do === 'finish') {
      expect(play.wave).toBe(setup.waves.length - 1)
      play.state = 'finished'
    } else {
      expect(step.wave).toBe(play.wave + 1)
      play.wave = step.wave
      play.opened.push(step.wave)
    }
  }
}

function happen(play: Play, event: Event): void {
  if (event.is === 'operator') {
    const next = steer(play.state, event.does)
    if (next === undefined) return
    if (play.state === 'halted' && event.does === 'resume')
      for (const target of play.targets) target.isExcused ||= target.state === 'failed'
    play.state = next
    return
  }
  const target = play.targets[event.at % play.targets.length]
  if (target === undefined || target.wave > play.wave || target.state === 'succeeded') return
  target.isExcused &&= event.state === 'failed'
  target.state = event.state
}

describe('whatever happens to a rollout', () => {
  it('what is finished or stopped stays so, waves open one after another, and it halts by thresholds alone', () => {
    const check = (setup: Setup) => {
      const play = begin(setup)
      settle(play, setup)
      for (const event of setup.events) {
        const before = play.state
        happen(play, event)
        settle(play, setup)
        if (before === 'finished' || before === 'stopped') expect(play.state).toBe(before)
        expect(play.opened).toEqual(play.opened.map((_, position) => position))
        expect(play.opened.at(-1)).toBe(play.wave)
      }
    }
    fc.assert(fc.property(setups, check), { numRuns: 1000 })
  })

  it('it ends once every target has, by finishing or by an operator who resumes what has halted', () => {
    const check = (setup: Setup) => {
      const play = begin(setup)
      settle(play, setup)
      for (const event of setup.events.filter((one) => one.is === 'target')) {
        happen(play, event)
        settle(play, setup)
      }
      for (let round = 0; play.state !== 'finished'; round++) {
        expect(round).toBeLessThanOrEqual(setup.waves.length * 2 + 1)
        play.targets
          .filter(({ wave, state }) => wave <= play.wave && (state === 'waiting' || state === 'active'))
          .forEach((target, index) => {
            target.state = index % 3 === 0 ? 'failed' : 'succeeded'
          })
        settle(play, setup)
        if (play.state === 'halted') happen(play, { is: 'operator', does: 'resume' })
        settle(play, setup)
      }
    }
    fc.assert(fc.property(setups, check), { numRuns: 1000 })
  })

  it('a resumed one does not halt again by the failures that were known', () => {
    const check = (setup: Setup) => {
      const play = begin(setup)
      for (const event of setup.events) {
        const was = play.state
        happen(play, event)
        const isResumed = was === 'halted' && play.state === 'running'
        const step = decideRollout(rollout({ state: play.state, wave: play.wave }), facts(play, setup))
        if (isResumed) expect(step?.do).not.toBe('halt')
        settle(play, setup)
      }
    }
    fc.assert(fc.property(setups, check), { numRuns: 1000 })
  })
})
