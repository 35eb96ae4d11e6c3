import Download from 'lucide-solid/icons/download'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import { Show } from 'solid-js'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { Page } from '../../../app/page'
import { useQuery } from '../../../app/query'
import { useI18n } from '../../../i18n'
import { Button, buttonClasses } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { DropdownMenu } from '../../../ui/menu'
import { createTableState, Table, Toolbar } from '../../../ui/table'
import { auditColumns } from './columns'
import {
  ActorFilter,
  AUDIT_FILTERS,
  type AuditFilterName,
  AuditFilters,
  exportHref,
  filterOf,
} from './filters'
import { VerificationCard } from './verification'
import { createAuditVerification } from './verify'

/** The audit log, newest first: searched, downloaded, and verified by whoever sees all of it. */
export function AuditPage() {
  const { t, locale } = useI18n()
  const state = createTableState<AuditFilterName>({
    filters: AUDIT_FILTERS,
    beside: ['actorName'],
    sort: { by: 'seq', direction: 'desc' },
    hidden: ['request'],
  })
  const list = createList({
    state,
    permission: 'audit:read',
    key: 'seq',
    query: (page) => api.audit.list.query({ ...page, ...filterOf(state) }),
  })
  const account = useQuery(() => api.account.get.query({}))
  const { state: verification, start, stop } = createAuditVerification()
  const columns = () => auditColumns()
  return (
    <Page
      title={t('app.nav.audit')}
      permission="audit:read"
      text={t('administration.audit.text')}
      actions={
        <>
          <DropdownMenu
            label={t('administration.audit.export')}
            class={buttonClasses('secondary')}
            items={(
              [
                ['csv', t('administration.audit.format.csv')],
                ['jsonl', t('administration.audit.format.jsonl')],
              ] as const
            ).map(([format, label]) => ({
              label,
              href: exportHref(filterOf(state), format, locale()),
              isDownload: true,
            }))}
          >
            <Download class="size-4" aria-hidden="true" />
            {t('administration.audit.export')}
          </DropdownMenu>
          <Show when={account.data?.visibility.kind === 'all'}>
            <Button
              icon={<ShieldCheck class="size-4" aria-hidden="true" />}
              isBusy={verification()?.isRunning ?? false}
              onClick={() => void start()}
            >
              {t('administration.audit.verify.start')}
            </Button>
          </Show>
        </>
      }
    >
      <Show when={verification()}>
        {(found) => <VerificationCard state={found()} onStop={stop} onAgain={() => void start()} />}
      </Show>
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
        rowName={(row) => String(row.seq)}
        empty={
          <EmptyState title={t('administration.audit.empty')} text={t('administration.audit.emptyText')} />
        }
      />
    </Page>
  )
}
