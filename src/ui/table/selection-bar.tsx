import { type JSX, Show } from 'solid-js'
import { useI18n } from '../../i18n'
import { Button } from '../button'
import type { Selection } from './selection'

/** What can be done with the ticked rows; sticks to the window while there are any. */
export function SelectionBar(props: { selection: Selection; children: JSX.Element }) {
  const { t, tn } = useI18n()
  return (
    <Show when={props.selection.ids().length > 0}>
      <section
        aria-label={t('ui.actions')}
        class="sticky bottom-4 z-20 mx-auto mt-4 flex w-fit max-w-full flex-wrap items-center gap-2 rounded-xl border border-line bg-surface px-3 py-2 shadow-lg"
      >
        <span class="px-1 text-sm font-medium" aria-live="polite">
          {tn('ui.table.selected', props.selection.ids().length)}
        </span>
        {props.children}
        <Button look="quiet" size="small" onClick={() => props.selection.clear()}>
          {t('ui.table.clearSelection')}
        </Button>
      </section>
    </Show>
  )
}
