import { useNavigate } from '@solidjs/router'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { Page } from '../../../app/page'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { EmptyState } from '../../../ui/empty-state'
import { type Column, createTableState, Table } from '../../../ui/table'
import type { JobView } from '../schemas'
import { jobColumns } from './columns'
import { beatOf, createJobCommands } from './data'
import { JobButtons } from './job-buttons'
import { jobName, jobPath } from './words'

/** What the servers do on their own. */
export function JobsPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const navigate = useNavigate()
  const commands = createJobCommands()
  const state = createTableState({ filters: [], sort: { by: 'name', direction: 'asc' } })
  const list = createList({
    state,
    key: 'name',
    permission: 'jobs:read',
    everyMs: beatOf,
    query: (page) => api.jobs.list.query(page),
  })
  const columns = (): Column<JobView>[] => [...jobColumns(), ...(session.may('jobs:run') ? [actions] : [])]
  const actions: Column<JobView> = {
    id: 'actions',
    header: t('ui.actions'),
    isFixed: true,
    align: 'end',
    cell: (row) => (
      <JobButtons job={row} commands={commands} size="small" onDryRun={() => navigate(jobPath(row.name))} />
    ),
  }
  return (
    <Page title={t('app.nav.jobs')} permission="jobs:read" text={t('jobs.page.text')}>
      <Table
        {...list}
        label={t('app.nav.jobs')}
        columns={columns()}
        rowName={(row) => jobName(row.name, i18n)}
        empty={<EmptyState title={t('jobs.page.empty')} text={t('jobs.page.emptyText')} />}
      />
    </Page>
  )
}
