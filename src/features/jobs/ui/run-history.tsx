import { keepPreviousData, useQuery } from '@tanstack/solid-query'
import { createEffect, on, Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { SelectField } from '../../../ui/field'
import { createTableState, Table, Toolbar } from '../../../ui/table'
import { JOB_OUTCOMES } from '../lists'
import { runColumns } from './columns'

/** The runs of a job, newest first. */
export function RunHistory(props: {
  name: string
  everyMs: number
  /** Another one as soon as a run begins or ends: then the list is asked for at once. */
  newest: string
}) {
  const i18n = useI18n()
  const { t } = i18n
  const state = createTableState({
    filters: ['outcome'],
    sort: { by: 'id', direction: 'desc' },
    hidden: ['server'],
  })
  const outcome = () => JOB_OUTCOMES.find((one) => one === state.filter('outcome'))
  const list = useQuery(() => {
    const [cursor, narrowed] = [state.cursor(), outcome()]
    return {
      ...api.jobs.runs.query({
        name: props.name,
        limit: state.size(),
        ...(cursor === undefined ? {} : { cursor }),
        ...(narrowed === undefined ? {} : { outcome: narrowed }),
      }),
      placeholderData: keepPreviousData,
      refetchInterval: props.everyMs,
      reconcile: 'id',
    }
  })
  createEffect(
    on(
      () => props.newest,
      () => void list.refetch(),
      { defer: true },
    ),
  )
  const columns = () => runColumns()
  return (
    <section aria-label={t('jobs.run.history')}>
      <h2 class="text-lg font-semibold">{t('jobs.run.history')}</h2>
      <p class="mb-3 text-sm text-muted">{t('jobs.run.historyText')}</p>
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SelectField
            label={t('jobs.run.outcome')}
            placeholder={t('jobs.run.anyOutcome')}
            value={state.filter('outcome') ?? ''}
            onInput={(value) => state.setFilter('outcome', value)}
            options={JOB_OUTCOMES.map((value) => ({ value, label: t(`jobs.outcome.${value}`) }))}
            class="w-52"
          />
        }
      />
      <Table
        label={t('jobs.run.history')}
        columns={columns()}
        rows={list.data?.items}
        rowId={(row) => row.id}
        rowName={(row) => row.startedAt}
        state={state}
        nextCursor={list.data?.nextCursor}
        error={list.isError ? failureOf(list.error, i18n) : undefined}
        onRetry={() => void list.refetch()}
        empty={
          <Show
            when={state.activeFilters() > 0}
            fallback={<EmptyState title={t('jobs.run.none')} text={t('jobs.run.noneText')} />}
          >
            <EmptyState title={t('ui.table.noMatches')} text={t('ui.table.noMatchesHint')}>
              <Button onClick={() => state.clearFilters()}>{t('ui.table.clearFilters')}</Button>
            </EmptyState>
          </Show>
        }
      />
    </section>
  )
}
