import { Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { useNow } from '../../../ui/now'
import { expiryOf } from './expiry'
import { dayOf } from './words'

/** The end of a licence, and a word where it has come or comes soon. */
export function Validity(props: { until: string | null; soonDays?: number; isEnded?: boolean }) {
  const i18n = useI18n()
  const now = useNow()
  const expiry = () => expiryOf(props.until, now(), props.soonDays)
  return (
    <span class="inline-flex flex-wrap items-center gap-x-2 gap-y-1 max-sm:justify-end">
      <Show when={props.until} fallback={<span class="text-muted">{i18n.t('license.expiry.endless')}</span>}>
        {(until) => (
          <time datetime={until()} title={i18n.format.dateTime(until())} class="digits whitespace-nowrap">
            {dayOf(until(), i18n)}
          </time>
        )}
      </Show>
      <Show when={!props.isEnded}>
        <Switch>
          <Match when={expiry() === 'expired'}>
            <Badge tone="danger">{i18n.t('license.expiry.expired')}</Badge>
          </Match>
          <Match when={expiry() === 'soon'}>
            <Badge tone="warn">{i18n.t('license.expiry.soon')}</Badge>
          </Match>
        </Switch>
      </Show>
    </span>
  )
}
