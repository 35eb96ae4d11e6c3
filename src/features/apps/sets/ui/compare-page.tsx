import { A, useSearchParams } from '@solidjs/router'
import { For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Card } from '../../../../ui/card'
import { Checkbox } from '../../../../ui/choice-field'
import { classes } from '../../../../ui/classes'
import { ComboField } from '../../../../ui/combo-field'
import { ErrorNote } from '../../../../ui/error-note'
import { SelectField } from '../../../../ui/field'
import { Skeleton } from '../../../../ui/skeleton'
import type { LineView } from '../schemas'
import { setsFinder, useSetOf } from './finders'
import { SETS, setPath } from './places'
import { appName, wantWords } from './words'

type Comparison = Outputs['appSets']['compare']
type Params = { one: string; oneRevision: string; other: string; otherRevision: string; all: string }

const numberOf = (text: string | undefined) => (text && /^\d{1,9}$/.test(text) ? Number(text) : undefined)

/** Two sets, or two revisions of one, application by application. What is compared is in the address. */
export function ComparePage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const [params, setParams] = useSearchParams<Params>()
  const set = (values: Partial<Params>) => setParams(values, { replace: true, scroll: false })
  const other = () => params.other ?? params.one
  const isComplete = () => params.one !== undefined && session.may('apps:read')
  const comparison = useQuery(() => ({
    ...api.appSets.compare.query({
      setId: params.one ?? '',
      revision: numberOf(params.oneRevision),
      otherSetId: other() ?? '',
      otherRevision: numberOf(params.otherRevision),
    }),
    enabled: isComplete(),
  }))
  return (
    <Page
      title={t('sets.compare.title')}
      permission="apps:read"
      parent={{ title: t('sets.list.title'), href: SETS }}
      text={t('sets.compare.text')}
    >
      <div class="mb-5 grid gap-5 md:grid-cols-2">
        <SideFields
          title={t('sets.compare.left')}
          setId={params.one}
          revision={params.oneRevision}
          onSet={(one) => set({ one, oneRevision: undefined })}
          onRevision={(oneRevision) => set({ oneRevision })}
        />
        <SideFields
          title={t('sets.compare.right')}
          setId={other()}
          revision={params.otherRevision}
          onSet={(chosen) => set({ other: chosen, otherRevision: undefined })}
          onRevision={(otherRevision) => set({ otherRevision })}
        />
      </div>
      <Switch fallback={<Skeleton lines={8} />}>
        <Match when={!isComplete()}>
          <p class="rounded-lg border border-dashed border-edge px-4 py-8 text-center text-sm text-muted">
            {t('sets.compare.choose')}
          </p>
        </Match>
        <Match when={comparison.error}>
          {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void comparison.refetch()} />}
        </Match>
        <Match when={comparison.data}>
          {(found) => (
            <Compared
              comparison={found()}
              showsAll={params.all === '1'}
              onShowAll={(all) => set({ all: all ? '1' : undefined })}
            />
          )}
        </Match>
      </Switch>
    </Page>
  )
}

const MOST_REVISIONS = 200

function SideFields(props: {
  title: string
  setId: string | undefined
  revision: string | undefined
  onSet(setId: string | undefined): void
  onRevision(revision: string | undefined): void
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  const set = useSetOf(() => props.setId)
  const revisions = useQuery(() => ({
    ...api.appSets.revisions.query({ setId: props.setId ?? '', limit: MOST_REVISIONS }),
    enabled: props.setId !== undefined,
  }))
  const options = () =>
    (props.setId === undefined ? [] : (revisions.data?.items ?? [])).map(({ revision, madeAt }) => ({
      value: String(revision),
      label: t('sets.compare.revisionOf', {
        revision: format.number(revision),
        at: format.stamp(madeAt),
      }),
    }))
  return (
    <fieldset class="grid min-w-0 gap-3 rounded-xl border border-line bg-surface p-4 sm:grid-cols-2">
      <legend class="sr-only">{props.title}</legend>
      <ComboField
        label={`${t('sets.one')}, ${props.title}`}
        value={set()}
        load={setsFinder(i18n)}
        onInput={(option) => props.onSet(option?.value)}
      />
      <SelectField
        label={t('sets.fact.revision')}
        value={props.revision ?? ''}
        placeholder={t('sets.compare.newest')}
        options={options()}
        disabled={props.setId === undefined}
        onInput={(value) => props.onRevision(value || undefined)}
      />
    </fieldset>
  )
}

function Compared(props: { comparison: Comparison; showsAll: boolean; onShowAll(all: boolean): void }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const differing = () => props.comparison.lines.filter(({ isSame }) => !isSame)
  const shown = () => (props.showsAll ? props.comparison.lines : differing())
  const differsInOthers = () => props.comparison.one.removesOthers !== props.comparison.other.removesOthers
  const head = (side: Comparison['one']) => (
    <>
      <A href={setPath(side.setId)} class="rounded text-accent hover:underline">
        {side.name}
      </A>
      <span class="block font-normal text-muted">
        {t('sets.page.revision', { revision: format.number(side.revision) })}
      </span>
    </>
  )
  return (
    <Card>
      <div class="mb-3 flex flex-wrap items-center justify-between gap-3">
        <p class="font-semibold" role="status">
          {differing().length === 0 && !differsInOthers()
            ? t('sets.compare.same')
            : tn('sets.compare.differences', differing().length)}
        </p>
        <Checkbox label={t('sets.compare.showAll')} value={props.showsAll} onInput={props.onShowAll} />
      </div>
      <Show when={differsInOthers()}>
        <p class="mb-3 rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm">
          {t('sets.compare.othersDiffer', {
            name: (props.comparison.one.removesOthers ? props.comparison.one : props.comparison.other).name,
          })}
        </p>
      </Show>
      <Show when={shown().length > 0}>
        <div class={classes(COLUMNS, 'border-b border-line pb-2 text-sm font-medium')}>
          <span class="px-2 text-xs text-muted max-sm:hidden">{t('sets.fact.application')}</span>
          <span class="px-2 break-words">{head(props.comparison.one)}</span>
          <span class="px-2 break-words">{head(props.comparison.other)}</span>
        </div>
        <ul class="divide-y divide-line text-sm" aria-label={t('sets.compare.title')}>
          <For each={shown()}>
            {(line) => (
              <li class={classes(COLUMNS, 'py-2', !line.isSame && 'bg-accent-soft/50')}>
                <p class="px-2 max-sm:col-span-2">
                  <span class="font-medium wrap-anywhere">{appName(line, i18n)}</span>
                  <Show when={line.label}>
                    <span class="block text-xs wrap-anywhere text-muted">{line.package}</span>
                  </Show>
                </p>
                <SideOfLine line={line.one} of={props.comparison.one} />
                <SideOfLine line={line.other} of={props.comparison.other} />
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Card>
  )
}

/** Beside one another; below 640 px the application stands above its two sides. */
const COLUMNS = 'grid grid-cols-2 gap-y-1 sm:grid-cols-3'

function SideOfLine(props: { line: LineView | null; of: Comparison['one'] }) {
  const i18n = useI18n()
  const { t, format } = i18n
  return (
    <p class="px-2">
      <span class="sr-only">
        {props.of.name}, {t('sets.page.revision', { revision: format.number(props.of.revision) })}:
      </span>{' '}
      <Show when={props.line} fallback={<span class="text-muted">{t('sets.compare.notNamed')}</span>}>
        {(line) => (
          <Show
            when={line().want !== 'absent'}
            fallback={<Badge tone="danger">{t('sets.want.absent')}</Badge>}
          >
            <span class="digits wrap-anywhere">{wantWords(line(), i18n)}</span>
          </Show>
        )}
      </Show>
    </p>
  )
}
