import { For, Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { CopyButton } from '../../../../ui/copy-button'
import { Facts } from '../../../../ui/facts'
import { PERMISSION_TABLE } from '../../schemas'
import { LimitsWords } from '../limits-words'
import { LastUse } from './columns'
import { COLUMNS, featuresOf } from './features'
import { type ApiKey, Hint } from './words'

/** What is known of a key, but for its permissions and secrets. */
export function KeyFacts(props: { apiKey: ApiKey }) {
  const { t, format } = useI18n()
  const moment = (at: string | null) => (at === null ? null : format.dateTime(at))
  const addresses = () => props.apiKey.allowedAddresses
  return (
    <Facts
      class="xl:!grid-cols-2"
      facts={[
        { name: t('apiKeys.limits'), value: <LimitsWords visibility={props.apiKey.visibility} /> },
        {
          name: t('apiKeys.addresses.label'),
          value: (
            <Show when={addresses().length > 0} fallback={t('apiKeys.addresses.any')}>
              <ul class="digits">
                <For each={addresses()}>{(one) => <li class="break-all">{one}</li>}</For>
              </ul>
            </Show>
          ),
        },
        {
          name: t('apiKeys.rate.label'),
          value:
            props.apiKey.requestsPerMinute === null
              ? t('apiKeys.rate.asSet')
              : format.number(props.apiKey.requestsPerMinute),
        },
        { name: t('apiKeys.expires'), value: moment(props.apiKey.expiresAt) ?? t('apiKeys.forever') },
        { name: t('apiKeys.lastUsed'), value: <LastUse use={props.apiKey} /> },
        { name: t('apiKeys.refusedCalls'), value: format.number(props.apiKey.refused.calls) },
        { name: t('apiKeys.createdBy'), value: makerWords(props.apiKey.createdBy, t) },
        { name: t('apiKeys.madeAt'), value: moment(props.apiKey.createdAt) },
        ...(props.apiKey.revokedAt === null
          ? []
          : [{ name: t('apiKeys.revokedAt'), value: moment(props.apiKey.revokedAt) }]),
        {
          name: t('apiKeys.id'),
          value: (
            <span class="flex items-start gap-1">
              <span class="min-w-0 font-mono text-xs break-all">{props.apiKey.id}</span>
              <CopyButton isIcon text={props.apiKey.id} label={t('apiKeys.copyId')} />
            </span>
          ),
        },
      ]}
    />
  )
}

/** The secrets that open the door, with where each is in use: so one sees which machine still has the old one. */
export function KeySecrets(props: { apiKey: ApiKey }) {
  const { t, format } = useI18n()
  return (
    <Show
      when={props.apiKey.secrets.length > 0}
      fallback={<p class="text-sm text-muted">{t('apiKeys.secret.nothing')}</p>}
    >
      <ul class="divide-y divide-line text-sm">
        <For each={props.apiKey.secrets}>
          {(secret) => (
            <li class="space-y-1 py-3 first:pt-0 last:pb-0">
              <p class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
                <Hint hint={secret.hint} />
                <Badge tone={secret.state === 'current' ? 'good' : 'info'}>
                  {t(`apiKeys.secret.state.${secret.state}`)}
                </Badge>
              </p>
              <p class="text-muted">
                {t('apiKeys.secret.madeAt', { time: format.dateTime(secret.createdAt) })}
                <Show when={secret.endsAt}>
                  {(at) => <> · {t('apiKeys.secret.until', { time: format.dateTime(at()) })}</>}
                </Show>
              </p>
              <p class="flex flex-wrap gap-x-2">
                <span class="text-muted">{t('apiKeys.secret.lastUsed')}</span>
                <LastUse use={secret} />
              </p>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}

/** What a key may do, in words, feature by feature. */
export function KeyScopes(props: { scopes: readonly string[] }) {
  const { lookup } = useI18n()
  const features = () =>
    featuresOf(PERMISSION_TABLE.map(({ name }) => name).filter((name) => props.scopes.includes(name)))
  return (
    <dl class="divide-y divide-line text-sm">
      <For each={features()}>
        {(feature) => (
          <div class="grid gap-x-4 gap-y-0.5 py-2 first:pt-0 last:pb-0 sm:grid-cols-[9rem_minmax(0,1fr)]">
            <dt class="font-medium">{lookup(`apiKeys.feature.${feature.name}`) ?? feature.name}</dt>
            <dd class="space-y-0.5 text-muted">
              <For each={COLUMNS.flatMap((column) => feature[column])}>
                {(scope) => (
                  <p class="flex flex-wrap justify-between gap-x-4">
                    <span>{lookup(`administration.permission.${scope.replace(':', '.')}`)}</span>
                    <code class="font-mono text-xs">{scope}</code>
                  </p>
                )}
              </For>
            </dd>
          </div>
        )}
      </For>
    </dl>
  )
}
