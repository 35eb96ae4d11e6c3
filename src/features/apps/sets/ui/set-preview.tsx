import { keepPreviousData } from '@tanstack/solid-query'
import { createEffect, createMemo, createSignal, Match, on, onCleanup, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useQuery } from '../../../../app/query'
import type { Inputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Spinner } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import type { SetView } from '../schemas'
import { OutcomeCounts, TallyView } from './tally-view'

type Change = NonNullable<Inputs['appSets']['preview']['change']>

/** While somebody types nothing is asked. */
const QUIET_MS = 500

/** What the set, as it is typed, would do with the terminals that have it; beside its form. */
export function SetPreview(props: { set: SetView | undefined; change: Change | undefined }) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const wanted = createMemo(() => (props.change === undefined ? undefined : JSON.stringify(props.change)))
  const [asked, setAsked] = createSignal(wanted())
  createEffect(
    on(
      wanted,
      (text) => {
        const timer = setTimeout(() => setAsked(text), QUIET_MS)
        onCleanup(() => clearTimeout(timer))
      },
      { defer: true },
    ),
  )
  const canAsk = () => props.set !== undefined && props.set.terminals > 0 && asked() !== undefined
  const query = useQuery(() => ({
    ...api.appSets.preview.query({
      setId: props.set?.id ?? '',
      change: JSON.parse(asked() ?? 'null') ?? undefined,
    }),
    enabled: canAsk(),
    placeholderData: keepPreviousData,
  }))
  const isWaiting = () => canAsk() && (query.isFetching || wanted() !== asked())
  const hint = () => {
    if (props.set === undefined) return t('sets.preview.unsaved')
    if (props.set.terminals === 0) return t('sets.preview.nobody')
    return props.change === undefined ? t('sets.preview.wrong') : undefined
  }
  return (
    <Card title={t('sets.preview.title')}>
      <p class="-mt-3 mb-4 text-sm text-muted">{t('sets.preview.text')}</p>
      <div aria-live="polite" aria-busy={isWaiting()}>
        <Switch
          fallback={
            <p class="text-sm text-muted">
              <Spinner class="mr-2 align-[-2px]" />
              {t('rules.dryRun.waiting')}
            </p>
          }
        >
          <Match when={hint()}>
            {(text) => (
              <p class="rounded-lg border border-dashed border-edge px-4 py-5 text-center text-sm text-pretty text-muted">
                {text()}
              </p>
            )}
          </Match>
          <Match when={query.isError && query.error}>
            {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void query.refetch()} />}
          </Match>
          <Match when={query.data}>
            {(tally) => (
              <>
                <p class="mb-3 flex flex-wrap items-baseline justify-between gap-x-3">
                  <span class="digits text-xl font-semibold">
                    {tn('rollouts.terminals', tally().terminals)}
                  </span>
                  <Show when={isWaiting()}>
                    <span class="text-xs text-muted">
                      <Spinner class="mr-1.5 !size-3 align-[-1px]" />
                      {t('rules.dryRun.waiting')}
                    </span>
                  </Show>
                </p>
                <OutcomeCounts tally={tally()} />
                <div class="mt-5">
                  <TallyView tally={tally()} />
                </div>
              </>
            )}
          </Match>
        </Switch>
      </div>
    </Card>
  )
}
