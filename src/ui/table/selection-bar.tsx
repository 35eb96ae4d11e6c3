import { type JSX, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '../../i18n'
import { Button } from '../button'
import type { Selection } from './selection'

/**
 * What can be done with the ticked rows; sticks to the window while there are any. It stands below the rows: Enter on a ticked box
 * leads here past all of them, and Escape back.
 */
export function SelectionBar(props: { selection: Selection; children: JSX.Element }) {
  const { t, tn } = useI18n()
  let bar: HTMLElement | undefined
  let origin: HTMLElement | undefined
  const enter = (event: KeyboardEvent) => {
    const { target } = event
    if (event.key !== 'Enter' || !(target instanceof HTMLInputElement) || target.type !== 'checkbox') return
    if (target.closest('table') === null) return
    // Else the very same key would press the button that gets the focus.
    event.preventDefault()
    origin = target
    bar?.querySelector<HTMLElement>('button, a')?.focus()
  }
  onMount(() => {
    document.addEventListener('keydown', enter)
    onCleanup(() => document.removeEventListener('keydown', enter))
  })
  return (
    <Show when={props.selection.ids().length > 0}>
      <section
        ref={(element) => {
          bar = element
        }}
        aria-label={t('ui.actions')}
        onKeyDown={(event) => event.key === 'Escape' && origin?.focus()}
        class="sticky bottom-4 z-20 mx-auto mt-4 flex w-fit max-w-full flex-wrap items-center gap-2 rounded-xl border border-line bg-surface px-3 py-2 shadow-lg"
      >
        <span class="px-1 text-sm font-medium" aria-live="polite">
          {tn('ui.table.selected', props.selection.ids().length)}
          <span class="sr-only">. {t('ui.table.selectionKeys')}</span>
        </span>
        {props.children}
        <Button look="quiet" size="small" onClick={() => props.selection.clear()}>
          {t('ui.table.clearSelection')}
        </Button>
      </section>
    </Show>
  )
}
