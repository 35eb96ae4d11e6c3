import { A } from '@solidjs/router'
import Bell from 'lucide-solid/icons/bell'
import { Show } from 'solid-js'
import { useI18n } from '../i18n'
import { buttonClasses } from '../ui/button'
import { classes } from '../ui/classes'
import { api } from './api'
import { useQuery } from './query'
import { useSession } from './session'

/** A stream of its own in every window would use up the few connections that a browser keeps to one host. */
const REFRESH_MS = 10_000
const MOST_SHOWN = 99

/** How many alerts nobody looks after, on every page; leads to them. */
export function AlertBell() {
  const { t, tn, format } = useI18n()
  const session = useSession()
  const mayRead = () => session.may('alerts:read')
  const counts = useQuery(() => ({
    ...api.alerts.counts.query({}),
    enabled: mayRead(),
    refetchInterval: REFRESH_MS,
  }))
  const raised = () => counts.data?.raised ?? 0
  const critical = () => counts.data?.critical ?? 0
  const label = () =>
    raised() === 0
      ? t('app.bell.none')
      : [
          tn('app.bell.open', raised()),
          ...(critical() === 0 ? [] : [tn('app.bell.critical', critical())]),
        ].join(', ')
  return (
    <Show when={mayRead()}>
      <A
        href="/monitoring/alerts"
        aria-label={label()}
        title={label()}
        class={buttonClasses('quiet', 'medium', 'relative !w-10 !px-0')}
      >
        <Bell class="size-5" aria-hidden="true" />
        <Show when={raised() > 0}>
          <span
            aria-hidden="true"
            class={classes(
              'digits absolute -top-0.5 left-1/2 rounded-full border-2 border-surface px-1 text-[0.6875rem] leading-4 font-semibold',
              critical() > 0 ? 'bg-danger text-surface' : 'bg-warn text-surface',
            )}
          >
            {raised() > MOST_SHOWN ? t('app.bell.more', { count: MOST_SHOWN }) : format.number(raised())}
          </span>
        </Show>
      </A>
    </Show>
  )
}
