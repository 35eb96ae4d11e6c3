import { keepPreviousData } from '@tanstack/solid-query'
import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import type { Inputs } from '../../../../client'
import { refusalOf } from '../../../../ui/form/refusal'
import { type RolloutDraft, subjectOf, triedWaves } from './rollout-form'

type PreviewInput = Inputs['rollouts']['preview']

/** While somebody types nothing is asked. */
const QUIET_MS = 300

/** How the terminals would be divided, asked anew whenever what is brought or the waves change. */
export function createSplit(draft: Pick<RolloutDraft, 'kind' | 'subject' | 'waves'>) {
  const wanted = createMemo<string | undefined>(() => {
    const waves = triedWaves(draft.waves)
    if (draft.subject === null || waves === undefined) return undefined
    // What does not size a wave asks for nothing anew.
    const sizes = waves.map(({ successPercent: _, errorPercent: __, ...size }) => size)
    const input: PreviewInput = { ...subjectOf(draft.kind, draft.subject.value), waves: sizes }
    return JSON.stringify(input)
  })
  const [asked, setAsked] = createSignal(wanted())
  createEffect(
    on(wanted, (text) => {
      const timer = setTimeout(() => setAsked(text), text === undefined ? 0 : QUIET_MS)
      onCleanup(() => clearTimeout(timer))
    }),
  )
  const input = createMemo<PreviewInput | undefined>(() => {
    const text = asked()
    return text === undefined ? undefined : (JSON.parse(text) as PreviewInput)
  })
  const query = useQuery(() => ({
    ...api.rollouts.preview.query(input() ?? { ruleId: '', waves: [] }),
    enabled: input() !== undefined,
    placeholderData: keepPreviousData,
  }))
  const error = () => (input() === undefined ? null : query.error)
  return {
    /** Undefined too where what was answered is not of what is typed now. */
    report: () => (input() === undefined || query.isError ? undefined : query.data),
    error,
    refusal: () => (error() === null ? undefined : refusalOf(error())),
    isWaiting: () => input() !== undefined && (query.isFetching || wanted() !== asked()),
    refetch: () => void query.refetch(),
  }
}
export type Split = ReturnType<typeof createSplit>
