import { keepPreviousData } from '@tanstack/solid-query'
import { createEffect, createMemo, on } from 'solid-js'
import { api } from '../../../../../app/api'
import { useQuery } from '../../../../../app/query'
import { createSettled } from '../../../../../app/settled'
import type { Outputs } from '../../../../../client'
import { packagePlatform } from '../words'
import type { UploadWork } from './work'

export type Report = Outputs['packages']['inspect']
export type Suggested = Pick<Report['suggested'], 'component' | 'version' | 'fromVersion'>

export interface Inspection {
  /** Undefined until all files have arrived. */
  report(): Report | undefined
  isLooking(): boolean
  error(): unknown
  retry(): void
  /** The folder a file will have: the operator's, else as its name tells. */
  targetOf(file: { uploadId?: string | undefined; target?: string | undefined }): string
  /** The operator's order is not the one a terminal expects. */
  isOutOfOrder(): boolean
  arrange(): void
}

const QUIET_MS = 400

/**
 * What the server says of the files as soon as all have arrived, and again whenever the form says something else of them.
 * `onSuggested` is told once for each set of files.
 */
export function createInspection(
  work: UploadWork,
  given: () => { platform: string; component: string; version: string; models: readonly string[] },
  options: { isPaused(): boolean; onSuggested(suggested: Suggested): void },
): Inspection {
  const input = createMemo(() => {
    const { component, version, models } = given()
    const platform = packagePlatform(given().platform)
    if (platform === undefined || !work.isComplete()) return undefined
    return {
      platform,
      component: component.trim() || undefined,
      version: version.trim() || undefined,
      models: [...models],
      files: work.files.map(({ uploadId = '', target }) => ({ uploadId, target })),
    }
  })
  const asked = createSettled(input, QUIET_MS, (_, before) => before === undefined)
  const query = useQuery(() => ({
    ...api.packages.inspect.query(asked() as NonNullable<ReturnType<typeof input>>),
    enabled: asked() !== undefined && !options.isPaused(),
    placeholderData: keepPreviousData,
  }))
  const report = () => (input() === undefined ? undefined : query.data)
  const suggestedIds = () => report()?.suggested.files.map(({ uploadId }) => uploadId) ?? []
  const isOutOfOrder = createMemo(() => {
    const ids = suggestedIds()
    return (
      ids.length === work.files.length && work.files.some(({ uploadId }, place) => uploadId !== ids[place])
    )
  })
  let suggestedFor = ''
  createEffect(
    on(
      () => (query.isPlaceholderData ? undefined : report()),
      (found) => {
        if (found === undefined) return
        if (!work.isOrderOwn && isOutOfOrder()) work.arrange(suggestedIds())
        const files = suggestedIds().toSorted().join()
        if (files === suggestedFor) return
        suggestedFor = files
        options.onSuggested(found.suggested)
      },
    ),
  )
  return {
    report,
    isLooking: () =>
      input() !== undefined && !options.isPaused() && (query.isFetching || query.isPlaceholderData),
    error: () => (input() === undefined || !query.isError ? undefined : query.error),
    retry: () => void query.refetch(),
    targetOf: ({ uploadId, target }) =>
      target ?? report()?.suggested.files.find((one) => one.uploadId === uploadId)?.target ?? '',
    isOutOfOrder,
    arrange: () => work.arrange(suggestedIds()),
  }
}
