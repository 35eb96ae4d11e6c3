import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { LiveValue } from '../../../../ui/live-value'
import { AppIcon } from '../../catalog/ui/app-icon'
import type { TerminalApps } from '../../sets/schemas'
import { appName, obstacleWords, versionWords, wantWords } from '../../sets/ui/words'
import { APP_STATE_TONES, stateOf } from './app-state'

type App = TerminalApps['apps'][number]

/** What a terminal reports and what its set names: has, is to have, and how it stands. What the set is about comes first. */
export function AppTable(props: { apps: TerminalApps }) {
  const { t } = useI18n()
  const rows = () => [
    ...props.apps.apps.filter((one) => isOfSet(one, props.apps)),
    ...props.apps.apps.filter((one) => !isOfSet(one, props.apps)),
  ]
  return (
    <Show
      when={rows().length > 0}
      fallback={<p class="text-sm text-pretty text-muted">{t('sets.terminal.noApps')}</p>}
    >
      <ul class="divide-y divide-line" aria-label={t('sets.terminal.apps')}>
        <For each={rows()}>{(app) => <Row app={app} decision={props.apps.decision} />}</For>
      </ul>
    </Show>
  )
}

const isOfSet = (app: App, { decision }: TerminalApps) =>
  app.wanted !== null || stateOf(app, decision) !== 'notNamed'

function Row(props: { app: App; decision: TerminalApps['decision'] }) {
  const i18n = useI18n()
  const { t } = i18n
  const state = () => stateOf(props.app, props.decision)
  const obstacles = () => props.decision?.obstacles.filter((one) => one.package === props.app.package) ?? []
  return (
    <li class="flex gap-3 py-3 text-sm first:pt-0 last:pb-0">
      <AppIcon url={props.app.wanted?.iconUrl ?? null} />
      <div class="min-w-0 flex-1">
        <div class="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
          <div class="min-w-0">
            <p class="font-medium wrap-anywhere">{appName(props.app, i18n)}</p>
            <Show when={props.app.label}>
              <p class="text-xs wrap-anywhere text-muted">{props.app.package}</p>
            </Show>
          </div>
          <span class="flex flex-wrap gap-1.5">
            <Show when={props.app.isProtected}>
              <Badge>{t('sets.terminal.isProtected')}</Badge>
            </Show>
            <Show when={props.app.isManaged && props.app.wanted === null}>
              <Badge>{t('sets.terminal.isManaged')}</Badge>
            </Show>
            <LiveValue value={state()}>
              <Badge tone={APP_STATE_TONES[state()]} hasDot>
                {t(`sets.appState.${state()}`)}
              </Badge>
            </LiveValue>
          </span>
        </div>
        <p class="mt-1 flex flex-wrap gap-x-5 gap-y-0.5 text-muted">
          <span class="wrap-anywhere">
            {t('sets.terminal.has')}{' '}
            <span class="digits text-ink">
              {props.app.installed === null
                ? t('sets.terminal.notThere')
                : versionWords(props.app.installed, i18n)}
            </span>
          </span>
          <Show when={props.app.wanted}>
            {(wanted) => (
              <span class="wrap-anywhere">
                {t('sets.terminal.wants')} <span class="digits text-ink">{wantWords(wanted(), i18n)}</span>
              </span>
            )}
          </Show>
        </p>
        <For each={obstacles()}>
          {(obstacle) => (
            <p class="mt-1.5 rounded-lg bg-danger-soft px-3 py-2 text-pretty first-letter:uppercase">
              {obstacleWords(obstacle, i18n)}
            </p>
          )}
        </For>
      </div>
    </li>
  )
}
