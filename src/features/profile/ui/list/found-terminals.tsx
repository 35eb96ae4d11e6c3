import { A } from '@solidjs/router'
import { useQuery } from '@tanstack/solid-query'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import { For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { StateBadge } from '../../../terminals/ui/state-badge'
import { profilePath } from '../places'
import { tidName } from '../words'

const SHOWN = 6

/** Terminals that have the TID or serial number searched for, assigned anything or not: each leads to its profile. */
export function FoundTerminals(props: { search: string }) {
  const { t } = useI18n()
  const session = useSession()
  const found = useQuery(() => ({
    ...api.terminals.list.query({ search: props.search, limit: SHOWN }),
    enabled: session.may('terminals:read'),
  }))
  const items = () => found.data?.items ?? []
  return (
    <section aria-label={t('profile.list.found')} class="mb-5">
      <h2 class="mb-2 text-sm font-medium text-muted">
        {t('profile.list.found')}
        <Show when={found.data?.nextCursor}> {t('profile.list.foundMore', { count: SHOWN })}</Show>
      </h2>
      <Show
        when={items().length > 0}
        fallback={
          <p class="text-sm text-muted">{found.data === undefined ? '' : t('profile.list.foundNone')}</p>
        }
      >
        <ul class="grid gap-2.5 sm:grid-cols-2 xl:grid-cols-3">
          <For each={items()}>
            {(one) => (
              <li>
                <A
                  href={profilePath(one.id)}
                  class="flex h-full items-center gap-3 rounded-xl border border-line bg-surface px-4 py-3 text-sm transition-colors hover:border-accent"
                >
                  <span class="min-w-0 flex-1">
                    <span class="flex flex-wrap items-center gap-x-2 gap-y-0.5">
                      <span class="digits font-semibold break-all">
                        {one.tids.map(tidName).join(', ') || one.serial}
                      </span>
                      <StateBadge state={one.state} />
                    </span>
                    <span class="digits mt-0.5 block break-words text-muted">
                      {[one.tids.length > 0 ? one.serial : '', one.model, one.merchantName]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </span>
                  <ChevronRight class="size-4 shrink-0 text-muted" aria-hidden="true" />
                </A>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  )
}
