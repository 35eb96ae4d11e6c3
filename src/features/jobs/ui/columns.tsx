import { A } from '@solidjs/router'
import { Match, Show, Switch } from 'solid-js'
import { makerWords } from '../../../app/maker'
import { useI18n } from '../../../i18n'
import type { Column } from '../../../ui/table'
import { TimeAgo } from '../../../ui/time-ago'
import type { JobRun, JobView } from '../schemas'
import { RunDetails } from './run-details'
import { OutcomeBadges, RunningState } from './run-state'
import { jobMeaning, jobName, jobPath, runLength, scheduleWords } from './words'

/** All jobs: what each is for, when it runs, how it went. */
export function jobColumns(): Column<JobView>[] {
  const i18n = useI18n()
  const { t } = i18n
  return [
    {
      id: 'job',
      header: t('jobs.page.job'),
      isFixed: true,
      cell: (row) => (
        <div class="sm:max-w-sm">
          <A href={jobPath(row.name)} class="rounded font-medium text-accent hover:underline">
            {jobName(row.name, i18n)}
          </A>
          <p class="mt-0.5 text-xs font-normal text-pretty text-muted">{jobMeaning(row.name, i18n)}</p>
        </div>
      ),
    },
    {
      id: 'schedule',
      header: t('jobs.page.schedule'),
      cell: (row) => (
        <span title={`${row.schedule} UTC`}>{scheduleWords(row.schedule, row.nextAt, i18n)}</span>
      ),
    },
    {
      id: 'last',
      header: t('jobs.page.last'),
      isFixed: true,
      cell: (row) => <LastRun job={row} />,
    },
    { id: 'next', header: t('jobs.page.next'), cell: (row) => <TimeAgo at={row.nextAt} /> },
  ]
}

/** What is under way, or was last. */
function LastRun(props: { job: JobView }) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <div class="min-w-44 sm:max-w-64">
      <Switch fallback={<span class="text-muted">{t('jobs.page.never')}</span>}>
        <Match when={props.job.running}>{(run) => <RunningState run={run()} />}</Match>
        <Match when={props.job.request}>
          {(request) => <span class="text-muted">{t('jobs.run.waiting', { name: request().by.name })}</span>}
        </Match>
        <Match when={props.job.last}>
          {(run) => (
            <>
              <OutcomeBadges run={run()} class="max-sm:justify-end" />
              <p class="mt-1 text-xs text-muted sm:whitespace-nowrap">
                <TimeAgo at={run().startedAt} />
                <Show when={runLength(run(), i18n)}>{(length) => <span> · {length()}</span>}</Show>
              </p>
              <Show when={run().error}>
                {(error) => <p class="mt-1 line-clamp-2 text-xs break-words text-danger">{error()}</p>}
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </div>
  )
}

/** The runs of one job. */
export function runColumns(): Column<JobRun>[] {
  const i18n = useI18n()
  const { t, format } = i18n
  return [
    {
      id: 'started',
      header: t('jobs.run.started'),
      isFixed: true,
      cell: (row) => (
        <time datetime={row.startedAt} class="digits whitespace-nowrap">
          {format.dateTime(row.startedAt)}
        </time>
      ),
    },
    {
      id: 'outcome',
      header: t('jobs.run.outcome'),
      isFixed: true,
      cell: (row) => (
        <Show
          when={row.outcome === 'running'}
          fallback={<OutcomeBadges run={row} class="max-sm:justify-end" />}
        >
          <RunningState run={row} class="min-w-44" />
        </Show>
      ),
    },
    {
      id: 'duration',
      header: t('jobs.run.duration'),
      cell: (row) => <span class="digits whitespace-nowrap">{runLength(row, i18n) || t('ui.none')}</span>,
    },
    {
      id: 'result',
      header: t('jobs.run.result'),
      isBlock: true,
      cell: (row) => (
        <Show when={row.outcome !== 'running'} fallback={t('ui.none')}>
          <div class="sm:max-w-md">
            <RunDetails run={row} place={format.dateTime(row.startedAt)} isShort />
          </div>
        </Show>
      ),
    },
    {
      id: 'by',
      header: t('jobs.run.by'),
      cell: (row) => makerWords(row.requestedBy?.name ?? t('jobs.run.bySchedule'), t),
    },
    {
      id: 'server',
      header: t('jobs.run.server'),
      isWide: true,
      cell: (row) => (
        <span class="digits text-xs text-muted" title={row.server}>
          {row.server}
        </span>
      ),
    },
  ]
}
