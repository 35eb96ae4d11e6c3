import { keepPreviousData } from '@tanstack/solid-query'
import { createMemo } from 'solid-js'
import type { QueryOptions } from './api'
import { useQuery } from './query'
import { createSettled } from './settled'

/**
 * A question about what is being typed: asked once that has been left alone, and anew whenever it is another one. The answer before
 * stays until the next one is there.
 */
export function createQuestion<Input, Answer>(options: {
  /** Plain values, which tell it apart as JSON; undefined while there is nothing to ask. */
  wanted(): Input | undefined
  quietMs: number
  ask(input: Input): QueryOptions<Answer>
  /** The answer is agreed to as it stands: nothing changes it under the eyes of whoever reads it. */
  isKept?: boolean
}): Question<Input, Answer> {
  const now = createMemo(() => textOf(options.wanted()))
  const asked = createSettled(now, options.quietMs, (next) => next === undefined)
  const input = createMemo<Input | undefined>(() => {
    const text = asked()
    return text === undefined ? undefined : (JSON.parse(text) as Input)
  })
  const query = useQuery(() => {
    const complete = input()
    return {
      ...(complete === undefined ? NOTHING : options.ask(complete)),
      enabled: complete !== undefined,
      placeholderData: keepPreviousData,
      refetchOnWindowFocus: !options.isKept,
    }
  })
  return {
    input,
    isAnswered: () => !query.isPlaceholderData && now() === asked(),
    report: () => (input() === undefined || query.isError ? undefined : (query.data as Answer | undefined)),
    error: () => (input() === undefined ? null : query.error),
    isWaiting: () => input() !== undefined && (query.isFetching || now() !== asked()),
    refetch: () => query.refetch(),
  }
}

export interface Question<Input, Answer> {
  /** What is asked, or was. */
  input(): Input | undefined
  /** False while the report is another question's, or another one is about to be asked. */
  isAnswered(): boolean
  report(): Answer | undefined
  error(): Error | null
  isWaiting(): boolean
  refetch(): Promise<unknown>
}

const textOf = (input: unknown): string | undefined =>
  input === undefined ? undefined : JSON.stringify(input)

const NOTHING: QueryOptions<unknown> = {
  queryKey: ['nothing'],
  queryFn: () => Promise.reject(new Error('nothing is asked')),
}
