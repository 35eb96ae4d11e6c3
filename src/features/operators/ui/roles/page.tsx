import ShieldCheck from 'lucide-solid/icons/shield-check'
import { For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import { PERMISSION_TABLE } from '../../schemas'
import { PermissionTable } from './permission-table'

/** What each role is for, whether it needs a second factor here, and the table of who may do what. */
export function RolesPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const roles = useQuery(() => ({
    ...api.operators.roles.query({}),
    enabled: session.may('operators:read'),
  }))
  return (
    <Page title={t('app.nav.roles')} permission="operators:read" text={t('administration.role.text')}>
      <Switch>
        <Match when={roles.isError && roles.data === undefined}>
          <ErrorNote {...failureOf(roles.error, i18n)} onRetry={() => void roles.refetch()} />
        </Match>
        <Match when={roles.data === undefined}>
          <Skeleton lines={8} />
        </Match>
        <Match when={roles.data}>
          {(list) => (
            <ul class="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
              <For each={list().roles}>{(one) => <Role {...one} />}</For>
            </ul>
          )}
        </Match>
      </Switch>
      <p class="mt-3 mb-6 text-sm text-muted">{t('administration.role.factorText')}</p>
      <section class="rounded-xl border border-line bg-surface">
        <h2 class="px-3.5 py-3 font-semibold">{t('administration.role.table')}</h2>
        <PermissionTable headClass="sticky top-14 z-10 lg:top-0" />
      </section>
    </Page>
  )
}

function Role(props: { role: string; permissions: readonly string[]; needsTwoFactor: boolean }) {
  const { t, lookup } = useI18n()
  return (
    <li class="contents">
      <Card title={lookup(`app.role.${props.role}`) ?? props.role}>
        <p class="text-sm text-pretty">{lookup(`administration.role.about.${props.role}`)}</p>
        <p class="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 text-xs text-muted">
          <Show when={props.needsTwoFactor} fallback={<Badge>{t('administration.role.factorFree')}</Badge>}>
            <Badge tone="good">
              <ShieldCheck class="size-3.5" aria-hidden="true" />
              {t('administration.role.factorNeeded')}
            </Badge>
          </Show>
          {t('administration.role.count', {
            count: props.permissions.length,
            total: PERMISSION_TABLE.length,
          })}
        </p>
      </Card>
    </li>
  )
}
