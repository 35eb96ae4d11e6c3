import { For, Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../i18n'
import { DataList } from '../../../ui/data-list'
import type { JobRun } from '../schemas'
import { detailName, detailValue } from './words'

type Rows = readonly Record<string, unknown>[]

/** What a run has to tell: why it failed, what became of it, what it did or would do. */
export function RunDetails(props: {
  run: JobRun
  /** Where it stands, for whoever hears the tables in it: the same run may be shown twice. */
  place: string
  /** Among many: what there was nothing of is left out. */
  isShort?: boolean
}) {
  const i18n = useI18n()
  const { t, lookup } = i18n
  const entries = () =>
    Object.entries(props.run.details).filter(
      ([, value]) => !props.isShort || (value !== 0 && value !== false),
    )
  const hasNumbers = () => Object.keys(props.run.details).length > 0
  const meaning = () => lookup(`jobs.outcomeMeaning.${props.run.outcome}`)
  const isNothing = () => entries().length === 0 && props.run.error === null && meaning() === undefined
  return (
    <div class="space-y-1.5 text-left text-sm">
      <Show when={props.run.error}>
        {(error) => <p class="digits break-words text-danger [overflow-wrap:anywhere]">{error()}</p>}
      </Show>
      <Show when={meaning()}>{(words) => <p class="text-muted">{words()}</p>}</Show>
      <Show when={props.run.stopAskedBy}>
        {(by) => <p class="text-muted">{t('jobs.run.stoppedBy', { name: by() })}</p>}
      </Show>
      <Show when={props.run.isDryRun && props.run.outcome === 'done'}>
        <p class="text-muted">{t('jobs.run.dryResult')}</p>
      </Show>
      <Show when={isNothing()}>
        <p class="text-muted">{t(hasNumbers() ? 'jobs.run.nothingDone' : 'jobs.run.nothing')}</p>
      </Show>
      <Show when={entries().length > 0}>
        <dl class="space-y-1">
          <For each={entries()}>
            {([name, value]) => <Detail name={name} value={value} place={props.place} />}
          </For>
        </dl>
      </Show>
    </div>
  )
}

function Detail(props: { name: string; value: unknown; place: string }) {
  const i18n = useI18n()
  const { t } = i18n
  const name = () => detailName(props.name, i18n)
  const rows = () => (isRows(props.value) ? props.value : undefined)
  const head = (list: Rows) => [...new Set(list.flatMap((row) => Object.keys(row)))]
  return (
    <Switch
      fallback={
        <div class="flex flex-wrap items-baseline gap-x-1.5">
          <dt class="text-muted">{`${name()}:`}</dt>
          <dd class="digits min-w-0 break-words [overflow-wrap:anywhere]">
            {detailValue(props.name, props.value, i18n)}
          </dd>
        </div>
      }
    >
      <Match when={rows()}>
        {(list) => (
          <div>
            <dt class="text-muted">{name()}</dt>
            <dd class="mt-1">
              <DataList
                label={`${props.place}: ${name()}`}
                none={t('ui.none')}
                head={head(list()).map((key) => detailName(key, i18n))}
                rows={list().map((row) => head(list()).map((key) => detailValue(key, row[key], i18n)))}
              />
            </dd>
          </div>
        )}
      </Match>
    </Switch>
  )
}

function isRows(value: unknown): value is Rows {
  const isRecord = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one)
  return Array.isArray(value) && value.length > 0 && value.every(isRecord)
}
