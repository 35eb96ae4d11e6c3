import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpen, judgeResult, type KnownAction, reconcile } from '../../../src/features/actions/decide'
import { ACTION_STATES } from '../../../src/features/actions/lists'

const now = new Date('2026-11-24T12:00:00Z')
const later = new Date('2026-11-25T12:00:00Z')
const action = (
  subjectId: string,
  state: KnownAction['state'],
  confirmBy: Date | null = null,
): KnownAction => ({
  id: `action of ${subjectId}`,
  kind: 'license',
  subjectId,
  state,
  body: { licId: subjectId },
  confirmBy,
})
const wish = (subjectId: string) => ({ subjectId, body: { licId: subjectId } })

describe('what a terminal reports of an action', () => {
  it.each([
    ['offered', 'downloading', 'advance'],
    ['downloading', 'downloading', 'repeat'],
    ['downloaded', 'downloading', 'conflict'],
    ['downloaded', 'installed', 'advance'],
    ['installed', 'failed', 'conflict'],
    ['failed', 'installed', 'conflict'],
    ['confirmed', 'installed', 'repeat'],
    ['confirmed', 'failed', 'conflict'],
    ['withdrawn', 'installed', 'late'],
    ['withdrawn', 'downloading', 'late'],
  ] as const)('in %s, %s is judged: %s', (current, reported, verdict) => {
    expect(judgeResult(current, reported)).toBe(verdict)
  })

  it('never moves back, by whatever way the reports come', () => {
    const reports = fc.array(fc.constantFrom('downloading', 'downloaded', 'installed', 'failed', 'rejected'))
    fc.assert(
      fc.property(reports, (sent) => {
        let state: KnownAction['state'] = 'offered'
        const rank = ['offered', 'downloading', 'downloaded', 'installed', 'failed', 'rejected']
        for (const one of sent) {
          if (judgeResult(state, one as 'installed') !== 'advance') continue
          expect(Math.min(rank.indexOf(one), 3)).toBeGreaterThan(Math.min(rank.indexOf(state), 3))
          state = one as KnownAction['state']
        }
      }),
    )
  })
})

describe('bringing actions in line with the plan', () => {
  it('offers the first wish', () => {
    expect(
      reconcile('license', [], { wishes: [wish('a'), wish('b')], provenSubjectIds: [] }, now).steps,
    ).toEqual([{ do: 'offer', kind: 'license', wish: wish('a') }])
  })

  it('keeps offering what is offered, under the same id', () => {
    const offered = action('a', 'downloading')
    const outcome = reconcile('license', [offered], { wishes: [wish('a')], provenSubjectIds: [] }, now)
    expect(outcome).toEqual({ steps: [], offered, recheckAt: null })
  })

  it('withdraws what is wished no more and offers what is', () => {
    const outcome = reconcile(
      'license',
      [action('a', 'offered')],
      { wishes: [wish('b')], provenSubjectIds: [] },
      now,
    )
    expect(outcome.steps).toEqual([
      { do: 'withdraw', actionId: 'action of a' },
      { do: 'offer', kind: 'license', wish: wish('b') },
    ])
  })

  it('confirms by what the terminal shows, not by what it says', () => {
    const outcome = reconcile(
      'license',
      [action('a', 'offered')],
      { wishes: [], provenSubjectIds: ['a'] },
      now,
    )
    expect(outcome.steps).toEqual([{ do: 'confirm', actionId: 'action of a' }])
  })

  it('waits for the proof of what is installed, and meanwhile offers the next wish', () => {
    const outcome = reconcile(
      'license',
      [action('a', 'installed', later)],
      { wishes: [wish('a'), wish('b')], provenSubjectIds: [] },
      now,
    )
    expect(outcome.steps).toEqual([{ do: 'offer', kind: 'license', wish: wish('b') }])
    expect(outcome.recheckAt).toEqual(later)
  })

  it('fails what was not proved in time, and does not press it on the terminal again', () => {
    const outcome = reconcile(
      'license',
      [action('a', 'installed', now)],
      { wishes: [wish('a')], provenSubjectIds: [] },
      now,
    )
    expect(outcome.steps).toEqual([{ do: 'fail', actionId: 'action of a' }])
    expect(outcome.offered).toBeNull()
  })

  it('does not offer again what failed or was refused', () => {
    for (const state of ['failed', 'rejected'] as const)
      expect(
        reconcile('license', [action('a', state)], { wishes: [wish('a')], provenSubjectIds: [] }, now).steps,
      ).toEqual([])
  })

  it('never has two actions on offer, and settles after one round', () => {
    const subject = fc.constantFrom('a', 'b', 'c', 'd')
    const known = fc.uniqueArray(
      fc.record({ subject, state: fc.constantFrom(...ACTION_STATES), isOverdue: fc.boolean() }),
      { selector: (one) => one.subject },
    )
    fc.assert(
      fc.property(known, fc.uniqueArray(subject), fc.uniqueArray(subject), (rows, wished, proven) => {
        let isTaken = false
        const actions = rows.flatMap((row) => {
          if (row.state === 'confirmed' || row.state === 'withdrawn') return []
          if (isOpen(row.state) && isTaken) return []
          isTaken ||= isOpen(row.state)
          return [
            action(row.subject, row.state, row.state === 'installed' ? (row.isOverdue ? now : later) : null),
          ]
        })
        const plan = { wishes: wished.map(wish), provenSubjectIds: proven }
        const first = reconcile('license', actions, plan, now)
        expect(
          first.steps.filter((step) => step.do === 'offer').length + (first.offered === null ? 0 : 1),
        ).toBeLessThan(2)
        const after = actions.flatMap((one): KnownAction[] => {
          const step = first.steps.find(
            (candidate) => 'actionId' in candidate && candidate.actionId === one.id,
          )
          if (step === undefined) return [one]
          return step.do === 'fail' ? [{ ...one, state: 'failed' }] : []
        })
        for (const step of first.steps)
          if (step.do === 'offer') after.push(action(step.wish.subjectId, 'offered'))
        expect(reconcile('license', after, plan, now).steps).toEqual([])
      }),
    )
  })
})
