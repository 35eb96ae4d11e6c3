import { createEffect, on } from 'solid-js'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { useI18n } from '../../../i18n'
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
  const { t } = useI18n()
  const state = createTableState({
    filters: ['outcome'],
    sort: { by: 'id', direction: 'desc' },
    hidden: ['server'],
  })
  const outcome = () => JOB_OUTCOMES.find((one) => one === state.filter('outcome'))
  const list = createList({
    state,
    key: 'id',
    everyMs: () => props.everyMs,
    query: (page) => api.jobs.runs.query({ name: props.name, ...page, outcome: outcome() }),
  })
  createEffect(
    on(
      () => props.newest,
      () => list.onRetry?.(),
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
        {...list}
        label={t('jobs.run.history')}
        columns={columns()}
        rowName={(row) => row.startedAt}
        empty={<EmptyState title={t('jobs.run.none')} text={t('jobs.run.noneText')} />}
      />
    </section>
  )
}
