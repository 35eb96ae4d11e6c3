import { Title } from '@solidjs/meta'
import { Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { Preferences } from '../../../../app/preferences'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import { MyData } from './my-data'
import { MyPassword } from './my-password'
import { MySessions } from './my-sessions'
import { Owed } from './owed'
import { SecondFactor } from './second-factor'

/** What somebody does with the own account. Everybody signed in may. */
export function AccountPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const account = useQuery(() => api.account.get.query({}))
  return (
    <div class="mx-auto max-w-5xl">
      <Title>{`${t('app.user.account')} – ${t('app.name')}`}</Title>
      <h1 class="text-2xl font-semibold tracking-tight">{t('app.user.account')}</h1>
      <p class="mt-1 mb-6 text-sm text-muted">{t('account.text')}</p>
      <Show when={session.operator?.owesSecondFactor}>
        <Owed username={session.operator?.username ?? ''} />
      </Show>
      <Switch>
        <Match when={account.isError && account.data === undefined}>
          <ErrorNote {...failureOf(account.error, i18n)} onRetry={() => void account.refetch()} />
        </Match>
        <Match when={account.data === undefined}>
          <Skeleton lines={8} />
        </Match>
        <Match when={account.data}>
          {(me) => (
            <div class="grid items-start gap-5 lg:grid-cols-2">
              <div class="space-y-5">
                <MyData me={me()} />
                <MyPassword username={me().username} />
              </div>
              <div class="space-y-5">
                <SecondFactor
                  isEnabled={me().twoFactorEnabled}
                  isNeeded={me().needsTwoFactor}
                  name={me().username}
                />
                <MySessions />
                <Card title={t('account.look.title')}>
                  <p class="mb-3 text-sm text-muted">{t('account.look.text')}</p>
                  <Preferences />
                </Card>
              </div>
            </div>
          )}
        </Match>
      </Switch>
      <Show when={account.isError && account.data !== undefined}>
        <ErrorNote {...failureOf(account.error, i18n)} onRetry={() => void account.refetch()} />
      </Show>
    </div>
  )
}
