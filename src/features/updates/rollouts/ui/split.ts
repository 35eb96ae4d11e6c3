import { api } from '../../../../app/api'
import { createQuestion } from '../../../../app/question'
import type { Inputs } from '../../../../client'
import { refusalOf } from '../../../../ui/form/refusal'
import { type RolloutDraft, subjectOf, triedWaves } from './rollout-form'

type PreviewInput = Inputs['rollouts']['preview']

const QUIET_MS = 300

/** How the terminals would be divided, asked anew whenever what is brought or the waves change. */
export function createSplit(draft: Pick<RolloutDraft, 'kind' | 'subject' | 'waves'>) {
  const question = createQuestion({
    wanted: (): PreviewInput | undefined => {
      const waves = triedWaves(draft.waves)
      if (draft.subject === null || waves === undefined) return undefined
      // What does not size a wave asks for nothing anew.
      const sizes = waves.map(({ successPercent: _, errorPercent: __, ...size }) => size)
      return { ...subjectOf(draft.kind, draft.subject.value), waves: sizes }
    },
    quietMs: QUIET_MS,
    ask: (input) => api.rollouts.preview.query(input),
  })
  const { error } = question
  return { ...question, refusal: () => (error() === null ? undefined : refusalOf(error())) }
}
export type Split = ReturnType<typeof createSplit>
