import { useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { Answer } from '../../../app/answer'
import { api } from '../../../app/api'
import { makerWords } from '../../../app/maker'
import { Page } from '../../../app/page'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Card } from '../../../ui/card'
import { Facts } from '../../../ui/facts'
import { TimeAgo } from '../../../ui/time-ago'
import type { JobRun, JobView } from '../schemas'
import { beatOf, createJobCommands } from './data'
import { JobButtons } from './job-buttons'
import { RunDetails } from './run-details'
import { RunHistory } from './run-history'
import { OutcomeBadges, RunningState } from './run-state'
import { jobMeaning, jobName, runLength, scheduleWords } from './words'

/** One job: what it is for, what it does now, what it did. */
export function JobPage() {
  const i18n = useI18n()
  const { t } = i18n
  const params = useParams<{ name: string }>()
  const session = useSession()
  const commands = createJobCommands()
  const job = useQuery(() => ({
    ...api.jobs.get.query({ name: params.name }),
    enabled: session.may('jobs:read'),
    refetchInterval: (query) => beatOf(query.state.data && [query.state.data]),
  }))
  return (
    <Page
      title={jobName(params.name, i18n)}
      permission="jobs:read"
      parent={{ title: t('app.nav.jobs'), href: '/administration/jobs' }}
      text={jobMeaning(params.name, i18n)}
      actions={
        <Show when={job.data}>{(data) => <JobButtons job={data()} commands={commands} size="medium" />}</Show>
      }
    >
      <Answer isSteady query={job} lines={6}>
        {(data) => (
          <div class="space-y-6">
            <div class="grid items-start gap-5 lg:grid-cols-2">
              <Now job={data()} />
              <Show when={data().last}>{(run) => <Last run={run()} />}</Show>
            </div>
            <RunHistory
              name={params.name}
              everyMs={beatOf([data()])}
              newest={`${data().running?.id} ${data().last?.id}`}
            />
          </div>
        )}
      </Answer>
    </Page>
  )
}

function Now(props: { job: JobView }) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <Card title={t('jobs.run.current')}>
      <div aria-live="polite">
        <Show when={props.job.running}>{(run) => <RunningState run={run()} class="mb-5" />}</Show>
        <Show when={props.job.running === null && props.job.request === null}>
          <p class="mb-5 text-sm text-muted">{t('jobs.run.idle')}</p>
        </Show>
        <Show when={props.job.request}>
          {(request) => <p class="mb-5 text-sm">{t('jobs.run.waiting', { name: request().by.name })}</p>}
        </Show>
      </div>
      <Facts
        class="xl:!grid-cols-2"
        facts={[
          {
            name: t('jobs.page.schedule'),
            value: (
              <span title={`${props.job.schedule} UTC`}>
                {scheduleWords(props.job.schedule, props.job.nextAt, i18n)}
              </span>
            ),
          },
          { name: t('jobs.page.next'), value: <TimeAgo at={props.job.nextAt} /> },
        ]}
      />
    </Card>
  )
}

function Last(props: { run: JobRun }) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <Card title={t('jobs.run.last')} actions={<OutcomeBadges run={props.run} />}>
      <Facts
        class="mb-4 xl:!grid-cols-2"
        facts={[
          { name: t('jobs.run.started'), value: <TimeAgo at={props.run.startedAt} /> },
          { name: t('jobs.run.duration'), value: runLength(props.run, i18n) },
          {
            name: t('jobs.run.by'),
            value: makerWords(props.run.requestedBy?.name ?? t('jobs.run.bySchedule'), t),
          },
          { name: t('jobs.run.server'), value: props.run.server },
        ]}
      />
      <RunDetails run={props.run} place={t('jobs.run.last')} />
    </Card>
  )
}
