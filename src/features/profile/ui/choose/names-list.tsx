import Download from 'lucide-solid/icons/download'
import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { classes } from '../../../../ui/classes'
import { saveText } from './save-text'

const SHOWN = 8

/** Names that a preview has something to say about: the first of them, and all of them as a file. */
export function NamesList(props: {
  title: string
  text?: string
  names: readonly string[]
  count: number
  tone?: 'warn' | 'danger'
  /** Of the file. Without: the names are not for a list. */
  fileName?: string
}) {
  const { t, tn } = useI18n()
  const more = () => props.count - Math.min(SHOWN, props.names.length)
  return (
    <li
      class={classes(
        'border-l-2 pl-3',
        props.tone === 'danger' ? 'border-danger' : props.tone === 'warn' ? 'border-warn' : 'border-line',
      )}
    >
      <p class="font-medium">{props.title}</p>
      <Show when={props.text}>
        <p class="text-pretty text-muted">{props.text}</p>
      </Show>
      <p class="digits mt-0.5 break-words text-muted">
        {props.names.slice(0, SHOWN).join(', ')}
        <Show when={more() > 0}> {tn('profile.report.andMore', more())}</Show>
      </p>
      <Show when={props.fileName}>
        {(fileName) => (
          <Button
            class="mt-1.5"
            size="small"
            icon={<Download class="size-4" aria-hidden="true" />}
            onClick={() => saveText(fileName(), `${props.names.join('\r\n')}\r\n`)}
          >
            {props.count > props.names.length
              ? tn('profile.report.downloadFirst', props.names.length)
              : t('profile.report.download')}
          </Button>
        )}
      </Show>
    </li>
  )
}
