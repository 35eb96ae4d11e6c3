import type { RolloutReason, RolloutState, SubjectKind, WaveCounts } from './lists'

/**
 * The life of a rollout.
 *
 *   state     may become          by
 *   running   paused              an operator
 *             halted              a threshold, or a rule that is not what it was
 *             finished            the last wave
 *             stopped             an operator
 *   paused    running, stopped    an operator
 *   halted    running, stopped    an operator
 *   finished  -                   (its failed targets may be retried all the same)
 *   stopped   -
 *
 * Waves open in their order, and one is open at a time; what was offered in an earlier one goes on. What counts in a wave
 * are its targets but those that left it and those that were excused. A wave is passed when the succeeded are so large a
 * share of what counts as its success threshold says; a wave in which nothing counts is passed by itself.
 *
 * A running rollout halts as soon as in any wave that has been opened the failed are so large a share of what counts as
 * its error threshold says, and one at least. Halting goes before passing. It halts too where every target of the open
 * wave has ended and the success threshold was missed: time would not change that. And it halts where its rule was
 * changed, disabled or is over: what its targets would get, or not get, is not what they were chosen for.
 *
 * Who resumes a halted rollout has seen its failures and wants to go on in spite of them: they are excused, which takes
 * them out of what counts on both sides of each share. So it halts again by further failures alone. Resuming a paused one
 * excuses nothing. An excused target that succeeds, or is tried again, counts again.
 */
export interface RolloutFacts {
  state: RolloutState
  /** The open one. */
  wave: number
  /** The rule or set that it brings. */
  kind: SubjectKind
  subject: 'as_it_was' | 'changed' | 'disabled' | 'over'
}

export interface WaveFacts {
  successPercent: number
  errorPercent: number
  counts: WaveCounts
}

export type Step = { do: 'open'; wave: number } | { do: 'halt'; reason: RolloutReason } | { do: 'finish' }

/**
 * What a rollout does by itself now; null: nothing. One step at a time: after an opening it is asked again.
 * @param waves all of them, in their order
 */
export function decideRollout(rollout: RolloutFacts, waves: readonly WaveFacts[]): Step | null {
  if (rollout.state !== 'running') return null
  if (rollout.subject !== 'as_it_was')
    return { do: 'halt', reason: { code: haltCode(rollout.kind, rollout.subject), values: {} } }
  const reason = haltReason(rollout.wave, waves)
  if (reason !== undefined) return { do: 'halt', reason }
  const open = waves[rollout.wave]
  if (open === undefined || !isPassed(open)) return null
  return rollout.wave + 1 < waves.length ? { do: 'open', wave: rollout.wave + 1 } : { do: 'finish' }
}

/** A set can only be changed: it has no switch and no end. */
function haltCode(kind: SubjectKind, subject: 'changed' | 'disabled' | 'over'): RolloutReason['code'] {
  return kind === 'set' ? 'set_changed' : `rule_${subject}`
}

function haltReason(openWave: number, waves: readonly WaveFacts[]): RolloutReason | undefined {
  for (const [wave, { counts, errorPercent }] of waves.slice(0, openWave + 1).entries()) {
    const of = counted(counts)
    if (counts.failed > 0 && counts.failed * 100 >= errorPercent * of)
      return { code: 'error_threshold', values: { wave, failed: counts.failed, of, percent: errorPercent } }
  }
  const open = waves[openWave]
  if (open === undefined || isPassed(open) || open.counts.waiting + open.counts.active > 0) return undefined
  const { succeeded } = open.counts
  const values = { wave: openWave, succeeded, of: counted(open.counts), percent: open.successPercent }
  return { code: 'success_out_of_reach', values }
}

function isPassed({ counts, successPercent }: WaveFacts): boolean {
  return counts.succeeded * 100 >= successPercent * counted(counts)
}

/** The targets of a wave that its shares are taken of. */
export function counted({ waiting, active, succeeded, failed }: WaveCounts): number {
  return waiting + active + succeeded + failed
}

/** Cut to whole percent, so that a share never seems to have reached what it has not. */
export function sharePercent(part: number, counts: WaveCounts): number {
  const of = counted(counts)
  return of === 0 ? 100 : Math.floor((part * 100) / of)
}

const STEERED = {
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused', 'halted'], to: 'running' },
  stop: { from: ['running', 'paused', 'halted'], to: 'stopped' },
} as const satisfies Record<string, { from: readonly RolloutState[]; to: RolloutState }>
export type Steering = keyof typeof STEERED

/** What an operator makes of it; undefined: not from this state. */
export function steer(state: RolloutState, steering: Steering): RolloutState | undefined {
  const { from, to } = STEERED[steering]
  return (from as readonly RolloutState[]).includes(state) ? to : undefined
}

/** How the targets of a wave are chosen: a group (the first wave), a share, a number, or, of the last, the rest. */
export interface WaveSize {
  groupId?: string | null | undefined
  percent?: number | null | undefined
  count?: number | null | undefined
}

/**
 * How many targets each wave takes: a share is one of all that are not in the pilot group, and of one terminal at least.
 * Undefined: they take more than there are.
 */
export function waveSizes(
  waves: readonly WaveSize[],
  { pilot, others }: { pilot: number; others: number },
): number[] | undefined {
  const shares = waves.slice(0, -1).map(({ groupId, percent, count }) => {
    if (groupId != null) return pilot
    return count ?? Math.ceil((others * (percent ?? 0)) / 100)
  })
  const isPiloted = waves[0]?.groupId != null
  const percents = waves.reduce((sum, { percent }) => sum + (percent ?? 0), 0)
  const counts = waves.reduce((sum, { count }) => sum + (count ?? 0), 0)
  if (percents > 100 || counts + Math.floor((others * percents) / 100) > others) return undefined
  // Shares that were rounded up may be one too many each: the last of them take less.
  let left = others
  const sizes = shares.map((share, position) => {
    if (isPiloted && position === 0) return share
    const size = Math.min(share, left)
    left -= size
    return size
  })
  return [...sizes, left]
}
