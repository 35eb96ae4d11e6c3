import { keepPreviousData, useQuery } from '@tanstack/solid-query'
import { Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { Page } from '../../../app/page'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { createTableState, Table, Toolbar } from '../../../ui/table'
import { auditColumns } from './columns'
import { ActorFilter, type AuditFilter, AuditFilters } from './filters'

/** The audit log, newest first. */
export function AuditPage() {
  const i18n = useI18n()
  const { t } = i18n
  const state = createTableState<AuditFilter>({
    filters: ['actorId', 'action', 'subjectKind'],
    sort: { by: 'seq', direction: 'desc' },
    hidden: ['request'],
  })
  const list = useQuery(() => {
    const given = {
      actorId: state.filter('actorId'),
      action: state.filter('action'),
      subjectKind: state.filter('subjectKind'),
      cursor: state.cursor(),
    }
    const question = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    return {
      ...api.audit.list.query({ limit: state.size(), ...question }),
      placeholderData: keepPreviousData,
    }
  })
  const columns = () => auditColumns()
  const clear = () => state.setFilters({ ...NOTHING })
  return (
    <Page title={t('app.nav.audit')} permission="audit:read" text={t('administration.audit.text')}>
      <Toolbar
        state={state}
        columns={columns()}
        search={<ActorFilter state={state} />}
        filters={<AuditFilters state={state} />}
      />
      <Table
        label={t('app.nav.audit')}
        columns={columns()}
        rows={list.data?.items}
        rowId={(row) => String(row.seq)}
        rowName={(row) => row.action}
        state={state}
        nextCursor={list.data?.nextCursor}
        isFetching={list.isFetching}
        error={list.isError ? failureOf(list.error, i18n) : undefined}
        onRetry={() => void list.refetch()}
        empty={
          <Show
            when={state.activeFilters() > 0}
            fallback={
              <EmptyState
                title={t('administration.audit.empty')}
                text={t('administration.audit.emptyText')}
              />
            }
          >
            <EmptyState title={t('ui.table.noMatches')} text={t('ui.table.noMatchesHint')}>
              <Button onClick={clear}>{t('ui.table.clearFilters')}</Button>
            </EmptyState>
          </Show>
        }
      />
    </Page>
  )
}

const NOTHING = { actorId: undefined, actorName: undefined, action: undefined, subjectKind: undefined }
