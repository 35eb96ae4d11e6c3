import { createSignal, For, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { classes } from './classes'

const WORDS_AFTER_MS = 300

/** Grey bars in place of what is being loaded, with words once it takes longer than a blink. */
export function Skeleton(props: { lines?: number; class?: string }) {
  const { t } = useI18n()
  const [isSlow, setSlow] = createSignal(false)
  onMount(() => {
    const timer = setTimeout(() => setSlow(true), WORDS_AFTER_MS)
    onCleanup(() => clearTimeout(timer))
  })
  return (
    <div class={classes('space-y-3', props.class)} role="status" aria-busy="true">
      <For each={Array.from({ length: props.lines ?? 3 })}>
        {(_, index) => (
          <div
            class={classes(
              'h-4 animate-pulse rounded bg-raised',
              index() % 3 === 1 && 'w-4/5',
              index() % 3 === 2 && 'w-2/3',
            )}
          />
        )}
      </For>
      <Show when={isSlow()}>
        <p class="text-sm text-muted">{t('ui.loading')}</p>
      </Show>
    </div>
  )
}
