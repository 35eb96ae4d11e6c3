import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { type Entry, toneOf } from './words'

/** How a request was answered: the status, the code of a refusal, and whether the answer left as a whole. Its words stand beside it. */
export function ResultBadge(props: { entry: Pick<Entry, 'status' | 'code' | 'isBrokenOff'> }) {
  const { t } = useI18n()
  return (
    <span class="inline-flex flex-wrap items-center gap-1.5">
      <Badge tone={toneOf(props.entry.status)}>
        <span class="digits">{props.entry.status}</span>
        <Show when={props.entry.code}>{(code) => <span class="font-mono">{code()}</span>}</Show>
      </Badge>
      <Show when={props.entry.isBrokenOff}>
        <span title={t('posLog.brokenOffText')}>
          <Badge tone="warn">{t('posLog.brokenOff')}</Badge>
        </span>
      </Show>
    </span>
  )
}
