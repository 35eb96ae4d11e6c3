import { For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { Page } from '../../../app/page'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { Card } from '../../../ui/card'
import { EmptyState } from '../../../ui/empty-state'
import { ErrorNote } from '../../../ui/error-note'
import { SelectField } from '../../../ui/field'
import { SearchField } from '../../../ui/search-field'
import { Skeleton } from '../../../ui/skeleton'
import { createTableState } from '../../../ui/table'
import { SETTING_SOURCES } from '../lists'
import type { SettingView } from '../schemas'

/** Administration › Settings: what is in force, and where each comes from. */
export function SettingsPage() {
  const i18n = useI18n()
  const { t, lookup } = i18n
  const state = createTableState({ filters: ['search', 'source'], sort: { by: '', direction: 'asc' } })
  const session = useSession()
  const settings = useQuery(() => ({
    ...api.system.settings.query({}),
    enabled: session.may('system:read'),
  }))
  const meaning = (one: SettingView) => lookup(`system.settings.meaning.${one.variable}`) ?? one.meaning
  const rooms = () => {
    const words = (state.filter('search') ?? '').toLowerCase()
    const source = state.filter('source')
    const shown = (settings.data?.items ?? []).filter(
      (one) =>
        (source === undefined || one.source === source) &&
        `${one.variable} ${meaning(one)}`.toLowerCase().includes(words),
    )
    return [...new Set(shown.map(({ room }) => room))].map((room) => ({
      room,
      members: shown.filter((one) => one.room === room),
    }))
  }
  return (
    <Page title={t('app.nav.settings')} permission="system:read" text={t('system.settings.text')}>
      <div class="mb-4 flex flex-wrap items-end gap-3">
        <SearchField
          class="w-full sm:w-80"
          label={t('system.settings.search')}
          value={state.filter('search') ?? ''}
          onSearch={(value) => state.setFilter('search', value)}
        />
        <SelectField
          class="w-full sm:w-56"
          label={t('system.settings.source')}
          placeholder={t('system.settings.anySource')}
          value={state.filter('source') ?? ''}
          onInput={(value) => state.setFilter('source', value)}
          options={SETTING_SOURCES.map((value) => ({ value, label: t(`system.source.${value}`) }))}
        />
      </div>
      <Switch>
        <Match when={settings.isError}>
          <ErrorNote {...failureOf(settings.error, i18n)} onRetry={() => void settings.refetch()} />
        </Match>
        <Match when={settings.data === undefined}>
          <Skeleton lines={8} />
        </Match>
        <Match when={rooms().length === 0}>
          <EmptyState title={t('system.settings.none')} text={t('system.settings.noneText')} />
        </Match>
        <Match when={rooms().length > 0}>
          <div class="space-y-5">
            <For each={rooms()}>
              {({ room, members }) => (
                <Card title={lookup(`system.room.${room}`) ?? room}>
                  <ul class="divide-y divide-line">
                    <For each={members}>{(one) => <Setting setting={one} meaning={meaning(one)} />}</For>
                  </ul>
                </Card>
              )}
            </For>
          </div>
        </Match>
      </Switch>
    </Page>
  )
}

function Setting(props: { setting: SettingView; meaning: string }) {
  const { t } = useI18n()
  const word = () => t(props.setting.isSet ? 'system.settings.isSet' : 'system.settings.notSet')
  return (
    <li class="grid gap-x-6 gap-y-2 py-3 first:pt-0 last:pb-0 md:grid-cols-[minmax(0,1fr)_minmax(0,16rem)_11rem]">
      <div class="min-w-0">
        <p class="font-mono text-sm font-medium break-all">{props.setting.variable}</p>
        <p class="mt-0.5 text-sm text-pretty text-muted">{props.meaning}</p>
      </div>
      <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 md:contents">
        <p class="digits min-w-0 text-sm break-all">
          <Show when={props.setting.value !== null} fallback={<span class="text-muted">{word()}</span>}>
            <span class="font-mono">{props.setting.value}</span>
          </Show>
        </p>
        <p>
          <Badge tone={props.setting.source === 'default' ? 'neutral' : 'info'}>
            {t(`system.source.${props.setting.source}`)}
          </Badge>
        </p>
      </div>
    </li>
  )
}
