import { For, Show } from 'solid-js'
import type { z } from 'zod'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { useNow } from '../../../../ui/now'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import type { ApiKeyView } from '../../schemas'
import { LimitsWords } from '../limits-words'

export type ApiKey = z.infer<typeof ApiKeyView>

/** The columns of the list of API keys, without the one of its actions. */
export function apiKeyColumns(): Column<ApiKey>[] {
  const { t, format } = useI18n()
  return [
    {
      id: 'name',
      header: t('administration.keys.name'),
      isFixed: true,
      cell: (row) => <span class="font-medium">{row.name}</span>,
    },
    { id: 'state', header: t('administration.keys.state'), cell: (row) => <State row={row} /> },
    { id: 'scopes', header: t('administration.keys.scopes'), cell: (row) => <Scopes scopes={row.scopes} /> },
    {
      id: 'limits',
      header: t('administration.limits.label'),
      cell: (row) => <LimitsWords visibility={row.visibility} />,
    },
    {
      id: 'lastUsed',
      header: t('administration.keys.lastUsed'),
      cell: (row) => (
        <Show
          when={row.lastUsedAt}
          fallback={<span class="text-muted">{t('administration.keys.never')}</span>}
        >
          {(at) => <TimeAgo at={at()} />}
        </Show>
      ),
    },
    {
      id: 'expires',
      header: t('administration.keys.expires'),
      cell: (row) => (
        <span class="digits whitespace-nowrap">
          {row.expiresAt === null ? t('administration.keys.forever') : format.dateTime(row.expiresAt)}
        </span>
      ),
    },
    { id: 'createdBy', header: t('administration.keys.createdBy'), cell: (row) => row.createdBy },
    {
      id: 'created',
      header: t('administration.keys.created'),
      cell: (row) => <TimeAgo at={row.createdAt} />,
    },
  ]
}

function State(props: { row: ApiKey }) {
  const { t } = useI18n()
  const now = useNow()
  const isExpired = () => props.row.expiresAt !== null && Date.parse(props.row.expiresAt) <= now()
  return (
    <Show
      when={props.row.revokedAt === null}
      fallback={
        <Badge hasDot tone="danger">
          {t('administration.keys.revokedState')}
        </Badge>
      }
    >
      <Badge hasDot tone={isExpired() ? 'warn' : 'good'}>
        {t(isExpired() ? 'administration.keys.expired' : 'administration.keys.active')}
      </Badge>
    </Show>
  )
}

/** How many, and on demand which. */
function Scopes(props: { scopes: readonly string[] }) {
  const { tn, lookup } = useI18n()
  return (
    <details class="max-w-64">
      <summary class="w-fit rounded whitespace-nowrap text-accent hover:underline">
        {tn('administration.keys.scopeCount', props.scopes.length)}
      </summary>
      <ul class="mt-1 list-disc space-y-0.5 pl-4 text-left text-xs text-muted">
        <For each={props.scopes}>
          {(scope) => <li>{lookup(`administration.permission.${scope.replace(':', '.')}`) ?? scope}</li>}
        </For>
      </ul>
    </details>
  )
}
