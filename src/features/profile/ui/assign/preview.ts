import { keepPreviousData } from '@tanstack/solid-query'
import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import type { Inputs } from '../../../../client'
import type { AssignmentReport } from '../../schemas'

export type AssignmentInput = Inputs['profile']['previewAssignment']

/** While somebody types nothing is asked. */
const QUIET_MS = 400

/** What an assignment would change, asked anew whenever it is another one; undefined while it is not complete. */
export function createPreview(wanted: () => AssignmentInput | undefined) {
  const now = createMemo<string | undefined>(() => {
    const input = wanted()
    return input === undefined ? undefined : JSON.stringify(input)
  })
  const [asked, setAsked] = createSignal(now())
  createEffect(
    on(
      now,
      (text) => {
        const timer = setTimeout(() => setAsked(text), text === undefined ? 0 : QUIET_MS)
        onCleanup(() => clearTimeout(timer))
      },
      { defer: true },
    ),
  )
  const input = createMemo<AssignmentInput | undefined>(() => {
    const text = asked()
    return text === undefined ? undefined : (JSON.parse(text) as AssignmentInput)
  })
  const query = useQuery(() => ({
    ...api.profile.previewAssignment.query(input() ?? NOTHING),
    enabled: asked() !== undefined,
    placeholderData: keepPreviousData,
    // A preview is agreed to as it stands: nothing changes it under the eyes of whoever reads it.
    refetchOnWindowFocus: false,
  }))
  return {
    /** What the report is of; undefined while it is another question's. */
    input: () => (query.isPlaceholderData || now() !== asked() ? undefined : input()),
    report: (): AssignmentReport | undefined =>
      asked() === undefined || query.isError ? undefined : query.data,
    error: () => (asked() === undefined ? null : query.error),
    isWaiting: () => asked() !== undefined && (query.isFetching || now() !== asked()),
    refetch: () => query.refetch(),
  }
}
export type Preview = ReturnType<typeof createPreview>

const NOTHING: AssignmentInput = { ruleId: '', what: 'assign', choice: { by: 'terminals', terminalIds: [] } }
