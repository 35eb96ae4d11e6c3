import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { Page } from '../../../app/page'
import { useI18n } from '../../../i18n'
import { EmptyState } from '../../../ui/empty-state'
import { createTableState, Table, Toolbar } from '../../../ui/table'
import { auditColumns } from './columns'
import { ActorFilter, type AuditFilter, AuditFilters } from './filters'

/** The audit log, newest first. */
export function AuditPage() {
  const { t } = useI18n()
  const state = createTableState<AuditFilter>({
    filters: ['actorId', 'action', 'subjectKind'],
    beside: ['actorName'],
    sort: { by: 'seq', direction: 'desc' },
    hidden: ['request'],
  })
  const list = createList({
    state,
    permission: 'audit:read',
    key: 'seq',
    query: (page) =>
      api.audit.list.query({
        ...page,
        actorId: state.filter('actorId'),
        action: state.filter('action'),
        subjectKind: state.filter('subjectKind'),
      }),
  })
  const columns = () => auditColumns()
  return (
    <Page title={t('app.nav.audit')} permission="audit:read" text={t('administration.audit.text')}>
      <Toolbar
        state={state}
        columns={columns()}
        search={<ActorFilter state={state} />}
        filters={<AuditFilters state={state} />}
      />
      <Table
        {...list}
        label={t('app.nav.audit')}
        columns={columns()}
        rowName={(row) => row.action}
        empty={
          <EmptyState title={t('administration.audit.empty')} text={t('administration.audit.emptyText')} />
        }
      />
    </Page>
  )
}
