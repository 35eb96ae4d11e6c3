import ChevronDown from 'lucide-solid/icons/chevron-down'
import { createMemo, createSignal, For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { LiveValue } from '../../../../ui/live-value'
import { SearchField } from '../../../../ui/search-field'
import { AppIcon } from '../../catalog/ui/app-icon'
import type { TerminalApps } from '../../sets/schemas'
import { appName, obstacleWords, versionWords, wantWords } from '../../sets/ui/words'
import { APP_STATE_TONES, matchingApps, splitApps, stateOf } from './app-state'

type App = TerminalApps['apps'][number]

/**
 * What a terminal reports and what its set names: has, is to have, and how it stands. What is merely there, such as packages of
 * the system, is folded away.
 */
export function AppTable(props: { apps: TerminalApps }) {
  const { t } = useI18n()
  const split = createMemo(() => splitApps(props.apps))
  return (
    <Show
      when={props.apps.apps.length > 0}
      fallback={<p class="text-sm text-pretty text-muted">{t('sets.terminal.noApps')}</p>}
    >
      <Show when={split().shown.length > 0}>
        <List label={t('sets.terminal.apps')} apps={split().shown} decision={props.apps.decision} />
      </Show>
      <Show when={split().folded.length > 0}>
        <Folded apps={split().folded} decision={props.apps.decision} />
      </Show>
    </Show>
  )
}

function List(props: { label: string; apps: readonly App[]; decision: TerminalApps['decision'] }) {
  return (
    <ul class="divide-y divide-line" aria-label={props.label}>
      <For each={props.apps}>{(app) => <Row app={app} decision={props.decision} />}</For>
    </ul>
  )
}

/** Rows at a time: a terminal may report five hundred. */
const STEP = 50

/** Made when somebody wants to see it. */
function Folded(props: { apps: readonly App[]; decision: TerminalApps['decision'] }) {
  const { t, tn, format } = useI18n()
  const [isOpen, setOpen] = createSignal(false)
  const [text, setText] = createSignal('')
  const [most, setMost] = createSignal(STEP)
  const found = createMemo(() => matchingApps(props.apps, text()))
  const search = (wanted: string) => {
    setText(wanted)
    setMost(STEP)
  }
  return (
    <details
      class="group mt-4 border-t border-line pt-3 first:mt-0 first:border-t-0 first:pt-0"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary class="-mx-2 inline-flex list-none items-center gap-1.5 rounded-lg px-2 py-1 text-sm font-medium text-muted hover:bg-raised hover:text-ink">
        {tn('sets.terminal.others', props.apps.length)}
        <ChevronDown class="size-4 transition-transform group-open:rotate-180" aria-hidden="true" />
      </summary>
      <Show when={isOpen()}>
        <p class="mt-2 text-sm text-pretty text-muted">{t('sets.terminal.othersText')}</p>
        <SearchField
          class="my-3 max-w-sm"
          label={t('sets.terminal.findPackage')}
          value={text()}
          onSearch={search}
        />
        <Show
          when={found().length > 0}
          fallback={<p class="text-sm text-muted">{t('sets.terminal.noPackage')}</p>}
        >
          <List
            label={t('sets.terminal.otherApps')}
            apps={found().slice(0, most())}
            decision={props.decision}
          />
        </Show>
        <Show when={found().length > most()}>
          <Button size="small" class="mt-3" onClick={() => setMost(most() + STEP)}>
            {t('sets.terminal.more', { left: format.number(found().length - most()) })}
          </Button>
        </Show>
      </Show>
    </details>
  )
}

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
