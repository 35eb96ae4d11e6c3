import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterLease,
  failed,
  isToBeTold,
  judgeFetch,
  judgeResult,
  type KeyFile,
  type KeyLoad,
  type Outcome,
  type Said,
} from '../../../src/features/keys/decide'
import { DELIVERABLE, KEY_FILE_STATES, type KeyFileState } from '../../../src/features/keys/lists'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const START = Date.UTC(2026, 10, 27)
const ENDS: readonly KeyFileState[] = ['installed', 'expired', 'superseded', 'revoked']

const file = (more: Partial<KeyFile> = {}): KeyFile => ({
  state: 'available',
  reason: null,
  sequence: 1,
  notAfter: null,
  reoffers: 0,
  firstFetchedAt: now,
  leaseUntil: null,
  leaseFetches: 0,
  retryAt: null,
  confirmBy: null,
  ...more,
})
const load = (more: Partial<KeyLoad> = {}): KeyLoad => ({
  failures: 0,
  suspendedAt: null,
  installedSequence: null,
  ...more,
})
const at = (ms: number) => new Date(START + ms)
const now = at(0)
const installed = (proof: 'shown' | 'differing' | 'open' | 'nothing'): Said => ({ state: 'installed', proof })
const failure = (reason: string): Said => ({ state: 'failed', reason })

describe('whether a terminal may have the bytes', () => {
  it.each(KEY_FILE_STATES.map((state) => [state, DELIVERABLE.includes(state)] as const))(
    'of a file that is %s: %s',
    (state, may) => {
      expect(judgeFetch(file({ state }), load(), now).may).toBe(may)
      expect(isToBeTold(file({ state }), load(), now)).toBe(may)
    },
  )

  it.each([
    ['in its lease', { leaseUntil: at(1), leaseFetches: 4 }, true],
    ['at the end of its lease', { leaseUntil: now, leaseFetches: 1 }, false],
    ['after five fetches', { leaseUntil: at(1), leaseFetches: 5 }, false],
    ['in the moment it expires', { notAfter: now }, false],
    ['before it expires', { notAfter: at(1) }, true],
  ] as const)('%s', (_when, more, may) => {
    expect(judgeFetch(file(more), load(), now).may).toBe(may)
    expect(isToBeTold(file(more), load(), now)).toBe(may)
    expect(judgeFetch(file(more), load({ suspendedAt: now }), now).may, 'never while suspended').toBe(false)
  })
})

describe('what follows from the end of a lease', () => {
  it.each([
    ['nothing before', file({ leaseUntil: at(1) }), null],
    ['nothing without one', file(), null],
    ['nothing of a file that has ended', file({ state: 'revoked', leaseUntil: now }), null],
    ['a new offer', file({ leaseUntil: now, reoffers: 1 }), { state: 'available', reoffers: 2 }],
    ['a failure after two', file({ leaseUntil: now, reoffers: 2 }), { reason: 'not_installed_in_time' }],
    ['nothing while a proof is awaited', file({ leaseUntil: now, confirmBy: at(1) }), null],
    ['a failure where it did not come', file({ leaseUntil: null, confirmBy: now }), { reason: 'not_proved' }],
  ])('%s', (_what, one, outcome) => {
    const found = afterLease(one, load(), now)
    if (outcome === null) expect(found).toBeNull()
    else expect(found).toMatchObject(outcome)
  })
})

describe('what follows from a failure', () => {
  it.each([
    ['battery_low', 0, 0, HOUR_MS, null],
    ['battery_low', 2, 0, null, null],
    ['hash_mismatch', 0, 0, null, null],
    ['kcv_mismatch', 0, 0, null, 'kcv_mismatch'],
    ['network_lost', 0, 2, null, 'delivery_suspended'],
  ])('for %s after %i offers more and %i failures', (reason, reoffers, failures, retryMs, alarm) => {
    expect(failed(reason, file({ reoffers }), load({ failures }), now)).toMatchObject({
      ...{ state: 'failed', failures: failures + 1, suspends: failures === 2, alarm },
      retryAt: retryMs === null ? null : at(retryMs),
    })
  })
})

describe('what follows from the word of a terminal', () => {
  const lease = { leaseUntil: at(1), leaseFetches: 1 }
  it.each([
    ['delivered', lease, installed('shown'), 'move installed'],
    ['delivered', lease, installed('nothing'), 'move installed'],
    ['delivered', lease, installed('differing'), 'move failed'],
    ['delivered', lease, installed('open'), 'wait'],
    ['delivered', { ...lease, confirmBy: at(1) }, installed('open'), 'repeat'],
    ['available', {}, installed('shown'), 'move installed'],
    ['available', {}, failure('other'), 'late'],
    ['available', lease, failure('other'), 'move failed'],
    ['offered', {}, failure('other'), 'move failed'],
    ['failed', {}, failure('other'), 'repeat'],
    ['failed', {}, installed('shown'), 'move installed'],
    ['failed', {}, installed('open'), 'late'],
    ['failed', {}, installed('differing'), 'move failed'],
    ['failed', { reason: 'kcv_mismatch' }, installed('differing'), 'repeat'],
    ['installed', {}, installed('shown'), 'repeat'],
    ['installed', {}, installed('open'), 'repeat'],
    ['installed', {}, installed('differing'), 'late kcv_mismatch'],
    ['installed', {}, failure('other'), 'late'],
    ['revoked', {}, installed('shown'), 'late revoked_key_installed'],
    ['revoked', {}, failure('other'), 'late'],
    ['superseded', {}, installed('shown'), 'late'],
    ['expired', {}, installed('open'), 'late'],
  ] as const)('on a file that is %s %j: %j → %s', (state, more, said, told) => {
    const verdict = judgeResult(file({ state, ...more }), said, load(), now)
    const detail =
      verdict.do === 'move' ? verdict.outcome.state : verdict.do === 'late' ? verdict.alarm : null
    expect([verdict.do, detail].filter(Boolean).join(' ')).toBe(told)
  })
})

/** A walk: what may happen to the files of one terminal, in any order, as the slice does it. */
interface World {
  file: KeyFile
  load: KeyLoad
  nowMs: number
  /** Fetches of the present lease, and offers made without a person. */
  fetches: number
  offers: number
}

type Step =
  | { do: 'fetch' | 'tell' | 'beat' | 'revoke' | 'supersede' | 'allow' }
  | { do: 'wait'; ms: number }
  | { do: 'say'; said: Said }

const someStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ do: 'fetch' as const }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: 'tell' as const }, { do: 'beat' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: 'revoke' as const }, { do: 'supersede' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'allow' as const }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(MINUTE_MS, 5 * MINUTE_MS, 16 * MINUTE_MS, HOUR_MS, 25 * HOUR_MS)
      .map((ms) => ({ do: 'wait' as const, ms })),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        ...(['shown', 'differing', 'open', 'nothing'] as const).map(installed),
        ...['battery_low', 'network_lost', 'other'].map(failure),
      )
      .map((said) => ({ do: 'say' as const, said })),
  },
)

const NEW_OFFER = { leaseUntil: null, leaseFetches: 0, retryAt: null, confirmBy: null, reason: null }

function move(world: World, outcome: Outcome): void {
  expect(ENDS).not.toContain(world.file.state)
  const { file: before, load: known } = world
  if (outcome.state === 'installed') {
    world.file = { ...before, state: 'installed' }
    world.load = { ...known, failures: 0, installedSequence: before.sequence }
  } else if (outcome.state === 'available') {
    world.file = { ...before, ...NEW_OFFER, state: 'available', reoffers: outcome.reoffers }
    world.fetches = 0
    world.offers++
  } else {
    const { reason, retryAt, failures, suspends } = outcome
    world.file = { ...before, state: 'failed', reason, retryAt, confirmBy: null }
    world.load = { ...known, failures, suspendedAt: suspends ? new Date(world.nowMs) : known.suspendedAt }
  }
}

function take(world: World, step: Step): void {
  const time = new Date(world.nowMs)
  const { file: one, load: known } = world
  const isAlive = !ENDS.includes(one.state)
  if (step.do === 'wait') world.nowMs += step.ms
  if (step.do === 'tell' && isToBeTold(one, known, time) && one.state === 'available')
    world.file = { ...one, state: 'offered' }
  if (step.do === 'fetch') {
    const verdict = judgeFetch(one, known, time)
    if (!verdict.may) return
    expect(known.suspendedAt, 'suspended never sends').toBeNull()
    expect(DELIVERABLE).toContain(one.state)
    expect(verdict.leaseUntil > time).toBe(true)
    world.fetches++
    const leaseFetches = verdict.isNew ? 1 : one.leaseFetches + 1
    world.file = { ...one, state: 'delivered', leaseUntil: verdict.leaseUntil, leaseFetches }
  }
  if (step.do === 'beat') {
    const outcome = afterLease(one, known, time)
    if (outcome !== null) move(world, outcome)
    else if (one.state === 'failed' && one.retryAt !== null && one.retryAt <= time)
      move(world, { state: 'available', reoffers: one.reoffers + 1, failures: known.failures })
  }
  if (step.do === 'say') {
    const verdict = judgeResult(one, step.said, known, time)
    if (verdict.do === 'move') move(world, verdict.outcome)
    if (verdict.do === 'wait')
      world.file = { ...one, state: 'delivered', confirmBy: new Date(world.nowMs + 24 * HOUR_MS) }
  }
  if (isAlive && (step.do === 'revoke' || step.do === 'supersede'))
    world.file = { ...one, state: step.do === 'revoke' ? 'revoked' : 'superseded' }
  if (step.do === 'allow' && one.state === 'failed') {
    world.file = { ...one, ...NEW_OFFER, state: 'available', reoffers: 0 }
    world.load = { ...known, failures: 0, suspendedAt: null }
    Object.assign(world, { fetches: 0, offers: 0 })
  }
}

describe('whatever happens in whatever order', () => {
  it('a lease has five fetches, an offer two more without a person, an end stays, and a suspension holds', () => {
    const reached = new Set<KeyFileState>()
    fc.assert(
      fc.property(fc.array(someStep, { minLength: 1, maxLength: 60 }), (steps) => {
        const world: World = { file: file(), load: load(), nowMs: START, fetches: 0, offers: 0 }
        for (const step of steps) {
          const before = world.file
          take(world, step)
          reached.add(world.file.state)
          expect(world.fetches).toBeLessThanOrEqual(5)
          expect(world.offers).toBeLessThanOrEqual(2)
          expect(world.file.reoffers).toBeLessThanOrEqual(2)
          if (ENDS.includes(before.state)) expect(world.file).toBe(before)
          if (world.load.failures >= 3) expect(world.load.suspendedAt).not.toBeNull()
        }
      }),
      { numRuns: 5_000 },
    )
    expect([...reached].sort()).toEqual([
      'available',
      'delivered',
      'failed',
      'installed',
      'offered',
      'revoked',
      'superseded',
    ])
  })
})
