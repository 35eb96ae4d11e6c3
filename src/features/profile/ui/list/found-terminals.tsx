import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { StateBadge } from '../../../terminals/ui/state-badge'
import { AssignDialog, type AssignTarget } from '../assign/assign-dialog'
import { profilePath } from '../places'
import { tidName } from '../words'

const SHOWN = 6

/** Terminals that have the TID or serial number searched for, assigned anything or not: each leads to its profile, and can be assigned an update at once. */
export function FoundTerminals(props: { search: string }) {
  const { t } = useI18n()
  const session = useSession()
  const found = useQuery(() => ({
    ...api.terminals.list.query({ search: props.search, limit: SHOWN }),
    enabled: session.may('terminals:read'),
  }))
  const [target, setTarget] = createSignal<AssignTarget>()
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
              <li class="flex items-center gap-2 rounded-xl border border-line bg-surface pr-3 text-sm">
                <A
                  href={profilePath(one.id)}
                  class="group flex h-full min-w-0 flex-1 items-center gap-3 rounded-xl py-3 pl-4"
                >
                  <span class="min-w-0 flex-1">
                    <span class="flex flex-wrap items-center gap-x-2 gap-y-0.5">
                      <span class="digits font-semibold break-all text-accent group-hover:underline">
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
                </A>
                <Show when={session.may('updates:write')}>
                  <Button
                    size="small"
                    aria-label={t('profile.dialog.title', { serial: one.serial })}
                    onClick={() => setTarget({ ...one, terminalId: one.id })}
                  >
                    {t('profile.list.assign')}
                  </Button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={target()}>
        {(one) => <AssignDialog target={one()} onClose={() => setTarget(undefined)} />}
      </Show>
    </section>
  )
}
