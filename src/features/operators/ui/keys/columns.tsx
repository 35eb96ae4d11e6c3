import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import { useI18n } from '../../../../i18n'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { LimitsWords } from '../limits-words'
import { type ApiKey, apiKeyPath, Hint, KeyStates } from './words'

/** The columns of the list of API keys, without the one of its actions. */
export function apiKeyColumns(): Column<ApiKey>[] {
  const { t, tn, format } = useI18n()
  return [
    {
      id: 'name',
      header: t('apiKeys.name'),
      isFixed: true,
      cell: (row) => (
        <div class="min-w-0 sm:max-w-md sm:min-w-40">
          <A
            href={apiKeyPath(row.id)}
            class="rounded font-medium break-words text-accent [overflow-wrap:anywhere] hover:underline"
          >
            {row.name}
          </A>
          <Show when={row.secrets[0]}>
            {(secret) => (
              <p class="mt-0.5 text-xs font-normal text-muted">
                <Hint hint={secret().hint} />
              </p>
            )}
          </Show>
        </div>
      ),
    },
    {
      id: 'state',
      header: t('apiKeys.state.label'),
      isFixed: true,
      cell: (row) => <KeyStates apiKey={row} />,
    },
    {
      id: 'scopes',
      header: t('apiKeys.scopes.label'),
      cell: (row) => <span class="whitespace-nowrap">{tn('apiKeys.scopes.count', row.scopes.length)}</span>,
    },
    { id: 'limits', header: t('apiKeys.limits'), cell: (row) => <LimitsWords visibility={row.visibility} /> },
    { id: 'lastUsed', header: t('apiKeys.lastUsed'), cell: (row) => <LastUse use={row} /> },
    {
      id: 'expires',
      header: t('apiKeys.expires'),
      cell: (row) => (
        <span class="digits whitespace-nowrap">
          {row.expiresAt === null ? t('apiKeys.forever') : format.dateTime(row.expiresAt)}
        </span>
      ),
    },
    { id: 'createdBy', header: t('apiKeys.createdBy'), cell: (row) => makerWords(row.createdBy, t) },
    { id: 'created', header: t('apiKeys.madeAt'), cell: (row) => <TimeAgo at={row.createdAt} /> },
  ]
}

/** When a key or one of its secrets was used last, and from where. */
export function LastUse(props: { use: Pick<ApiKey, 'lastUsedAt' | 'lastUsedAddress'> }) {
  const { t } = useI18n()
  return (
    <Show when={props.use.lastUsedAt} fallback={<span class="text-muted">{t('apiKeys.never')}</span>}>
      {(at) => (
        <span class="inline-flex flex-wrap gap-x-2">
          <TimeAgo at={at()} />
          <span class="digits break-all text-muted">{props.use.lastUsedAddress}</span>
        </span>
      )}
    </Show>
  )
}
