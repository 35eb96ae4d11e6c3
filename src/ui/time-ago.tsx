import { Show } from 'solid-js'
import { useI18n } from '../i18n'
import { classes } from './classes'
import { useNow } from './now'

/** How long ago, or how soon; the exact moment is in the tooltip. Nothing known shows as a dash. */
export function TimeAgo(props: { at: string | null | undefined; class?: string }) {
  const { t, format } = useI18n()
  const now = useNow()
  return (
    <Show when={props.at} fallback={<span class={props.class}>{t('ui.none')}</span>}>
      {(at) => (
        <time
          datetime={at()}
          title={format.dateTime(at())}
          class={classes('digits whitespace-nowrap', props.class)}
        >
          {format.ago(at(), now())}
        </time>
      )}
    </Show>
  )
}
