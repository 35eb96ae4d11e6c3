import { keepPreviousData } from '@tanstack/solid-query'
import { createEffect, createMemo, createSignal, on } from 'solid-js'
import type { QueryOptions } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { afterQuiet } from '../../../../ui/after-quiet'

/** While somebody types nothing is asked. */
const QUIET_MS = 400

/**
 * What a change of many terminals would do, asked anew whenever it is another one; undefined while it is not complete.
 * @param wanted plain values, which tell it apart as JSON
 */
export function createPreview<Input, Report>(
  wanted: () => Input | undefined,
  ask: (input: Input) => QueryOptions<Report>,
): Preview<Input, Report> {
  const now = createMemo<string | undefined>(() => {
    const input = wanted()
    return input === undefined ? undefined : JSON.stringify(input)
  })
  const [asked, setAsked] = createSignal(now())
  const quiet = afterQuiet(QUIET_MS)
  createEffect(
    on(
      now,
      (text) => {
        if (text === undefined) {
          quiet.stop()
          setAsked(undefined)
        } else quiet.wait(() => setAsked(text))
      },
      { defer: true },
    ),
  )
  const input = createMemo<Input | undefined>(() => {
    const text = asked()
    return text === undefined ? undefined : (JSON.parse(text) as Input)
  })
  const query = useQuery(() => {
    const complete = input()
    return {
      ...(complete === undefined ? NOTHING : ask(complete)),
      enabled: complete !== undefined,
      placeholderData: keepPreviousData,
      // A preview is agreed to as it stands: nothing changes it under the eyes of whoever reads it.
      refetchOnWindowFocus: false,
    }
  })
  return {
    input: () => (query.isPlaceholderData || now() !== asked() ? undefined : input()),
    report: () => (asked() === undefined || query.isError ? undefined : (query.data as Report | undefined)),
    error: () => (asked() === undefined ? null : query.error),
    isWaiting: () => asked() !== undefined && (query.isFetching || now() !== asked()),
    refetch: () => query.refetch(),
  }
}

export interface Preview<Input, Report> {
  /** What the report is of; undefined while it is another question's. */
  input(): Input | undefined
  report(): Report | undefined
  error(): Error | null
  isWaiting(): boolean
  refetch(): Promise<unknown>
}

const NOTHING: QueryOptions<unknown> = {
  queryKey: ['nothing'],
  queryFn: () => Promise.reject(new Error('nothing is asked')),
}
