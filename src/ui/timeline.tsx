import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { Button } from './button'
import { classes } from './classes'
import { TimeAgo } from './time-ago'

export interface TimelineEntry {
  id: string
  at: string
  title: JSX.Element
  /** What is there to know about it. */
  details?: JSX.Element
  tone?: 'neutral' | 'good' | 'warn' | 'danger' | 'accent'
}

const DOTS = {
  neutral: 'bg-edge',
  good: 'bg-good',
  warn: 'bg-warn',
  danger: 'bg-danger',
  accent: 'bg-accent',
}

/** What happened, newest first, by days. */
export function Timeline(props: {
  entries: readonly TimelineEntry[]
  hasMore?: boolean
  isLoadingMore?: boolean
  onMore?(): void
}) {
  const { t, format } = useI18n()
  const startsDay = (index: number) => {
    const before = props.entries[index - 1]
    const entry = props.entries[index]
    return entry !== undefined && (before === undefined || format.date(before.at) !== format.date(entry.at))
  }
  return (
    <>
      <ol class="relative space-y-4 before:absolute before:inset-y-1 before:left-[5px] before:w-px before:bg-line">
        <For each={props.entries}>
          {(entry, index) => (
            <li class="relative pl-7">
              <Show when={startsDay(index())}>
                <p class="-ml-7 mb-3 w-fit bg-surface py-0.5 pr-2 text-xs font-medium text-muted">
                  {format.date(entry.at)}
                </p>
              </Show>
              <div class="relative">
                <span
                  aria-hidden="true"
                  class={classes(
                    'absolute top-1.5 -left-7 size-[11px] rounded-full border-2 border-surface',
                    DOTS[entry.tone ?? 'neutral'],
                  )}
                />
                <div class="flex flex-wrap items-baseline justify-between gap-x-4">
                  <div class="text-sm font-medium">{entry.title}</div>
                  <TimeAgo at={entry.at} class="text-xs text-muted" />
                </div>
                <Show when={entry.details}>
                  <div class="mt-1 text-sm text-muted">{entry.details}</div>
                </Show>
              </div>
            </li>
          )}
        </For>
      </ol>
      <Show when={props.hasMore}>
        <Button
          class="mt-5"
          size="small"
          isBusy={props.isLoadingMore ?? false}
          onClick={() => props.onMore?.()}
        >
          {t('ui.timeline.more')}
        </Button>
      </Show>
    </>
  )
}
