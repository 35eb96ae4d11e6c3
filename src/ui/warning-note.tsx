import CircleAlert from 'lucide-solid/icons/circle-alert'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { For, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { classes } from './classes'

const DETAILS_SHOWN = 8

/** What is doubtful, what may come of it, and what it is about; one of a list. */
export function WarningNote(props: { text: string; isGrave?: boolean; details?: readonly string[] }) {
  const { t } = useI18n()
  const details = () => props.details ?? []
  const more = () => details().length - DETAILS_SHOWN
  return (
    <li
      class={classes(
        'flex gap-3 rounded-lg px-3.5 py-3 text-sm',
        props.isGrave ? 'bg-danger-soft' : 'bg-warn-soft',
      )}
    >
      <Show
        when={props.isGrave}
        fallback={<TriangleAlert class="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />}
      >
        <CircleAlert class="mt-0.5 size-4 shrink-0 text-danger" aria-hidden="true" />
      </Show>
      <div class="min-w-0">
        <p class="text-pretty">{props.text}</p>
        <Show when={details().length > 0}>
          <p class="digits mt-1 flex flex-wrap gap-x-3 gap-y-0.5 font-medium">
            <For each={details().slice(0, DETAILS_SHOWN)}>
              {(detail) => <span class="break-all">{detail}</span>}
            </For>
            <Show when={more() > 0}>
              <span class="font-normal text-muted">{t('ui.andMore', { count: more() })}</span>
            </Show>
          </p>
        </Show>
      </div>
    </li>
  )
}
