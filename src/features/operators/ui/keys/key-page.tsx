import { A, useParams } from '@solidjs/router'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { useNow } from '../../../../ui/now'
import { Skeleton } from '../../../../ui/skeleton'
import { WarningNote } from '../../../../ui/warning-note'
import { AuditTrail } from '../../../audit/ui/audit-trail'
import { auditByPath } from '../../../audit/ui/places'
import { KEY_UNUSED_DAYS } from '../../lists'
import { KeyActions, type KeyWindow, KeyWindows } from './actions'
import { createKeyCommands } from './commands'
import { KeyFacts, KeyScopes, KeySecrets } from './key-facts'
import { API_KEYS, type ApiKey, isExpired, KeyStates, retiringSecret } from './words'

const REFRESH_MS = 10_000

/** One API key: what it may do, where its secrets are in use, what was done to it. */
export function ApiKeyPage() {
  const i18n = useI18n()
  const { t } = i18n
  const params = useParams<{ apiKeyId: string }>()
  const session = useSession()
  const commands = createKeyCommands()
  const [open, setOpen] = createSignal<KeyWindow>()
  const apiKey = useQuery(() => ({
    ...api.apiKeys.get.query({ apiKeyId: params.apiKeyId }),
    enabled: session.may('api-keys:read'),
    refetchInterval: REFRESH_MS,
  }))
  return (
    <Page
      title={apiKey.data?.name ?? t('apiKeys.one')}
      permission="api-keys:read"
      parent={{ title: t('app.nav.apiKeys'), href: API_KEYS }}
      badges={<Show when={apiKey.data}>{(data) => <KeyStates apiKey={data()} />}</Show>}
      actions={
        <Show when={apiKey.data}>
          {(data) => <KeyActions apiKey={data()} commands={commands} onOpen={setOpen} />}
        </Show>
      }
    >
      <Switch fallback={<Skeleton lines={8} />}>
        <Match when={apiKey.data}>
          {(data) => (
            <div class="space-y-5">
              <Warnings apiKey={data()} />
              <div class="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
                <div class="space-y-5">
                  <Card title={t('apiKeys.facts')}>
                    <KeyFacts apiKey={data()} />
                  </Card>
                  <Card title={t('apiKeys.secrets')}>
                    <KeySecrets apiKey={data()} />
                  </Card>
                </div>
                <Card title={t('apiKeys.scopes.label')}>
                  <KeyScopes scopes={data().scopes} />
                </Card>
              </div>
              <Show when={session.may('audit:read')}>
                <Card
                  title={t('apiKeys.history')}
                  actions={
                    <A
                      href={auditByPath(data())}
                      class="rounded text-sm font-medium text-accent hover:underline"
                    >
                      {t('apiKeys.allDone')}
                    </A>
                  }
                >
                  <AuditTrail subjectKind="api_key" subjectId={data().id} />
                </Card>
              </Show>
              <KeyWindows open={open()} commands={commands} onOpen={setOpen} />
            </div>
          )}
        </Match>
        <Match when={apiKey.isError}>
          <ErrorNote {...failureOf(apiKey.error, i18n)} onRetry={() => void apiKey.refetch()} />
        </Match>
      </Switch>
    </Page>
  )
}

/** What somebody should look at, and what to do about it. */
function Warnings(props: { apiKey: ApiKey }) {
  const { t, format } = useI18n()
  const now = useNow()
  const found = () => {
    const { expiresAt, revokedAt, warnings, refused } = props.apiKey
    if (revokedAt !== null) return []
    const time = format.dateTime(expiresAt ?? 0)
    if (isExpired(props.apiKey, now())) return [t('apiKeys.warning.expired', { time })]
    const retiring = retiringSecret(props.apiKey, now())
    return [
      ...(warnings.includes('maker_gone')
        ? [t('apiKeys.warning.makerGone', { name: makerWords(props.apiKey.createdBy, t) })]
        : []),
      ...(warnings.includes('expires_soon') ? [t('apiKeys.warning.expiring', { time })] : []),
      ...(warnings.includes('unused') ? [t('apiKeys.warning.unused', { days: KEY_UNUSED_DAYS })] : []),
      ...(retiring?.endsAt && retiring.lastUsedAt !== null
        ? [
            t('apiKeys.warning.oldInUse', {
              time: format.dateTime(retiring.endsAt),
              address: retiring.lastUsedAddress ?? t('ui.none'),
              ago: format.ago(retiring.lastUsedAt, now()),
            }),
          ]
        : []),
      ...(refused.lastAt === null
        ? []
        : [
            t('apiKeys.warning.refused', {
              calls: format.number(refused.calls),
              address: refused.lastAddress ?? t('ui.none'),
              ago: format.ago(refused.lastAt, now()),
            }),
          ]),
    ]
  }
  return (
    <Show when={found().length > 0}>
      <ul class="space-y-2" aria-label={t('apiKeys.warnings')}>
        <For each={found()}>{(text) => <WarningNote text={text} />}</For>
      </ul>
    </Show>
  )
}
