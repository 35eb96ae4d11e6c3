import { createMemo, createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { SearchField } from '../../../../ui/search-field'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import type { KeyBatchView } from '../schemas'
import { ApproveBatch } from './approve-batch'
import { batchColumns } from './batch-columns'
import { DepositHow } from './deposit-how'

const REFRESH_MS = 15_000

/** Batches of key files, reconciled: where every file that was deposited is. */
export function BatchesPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const state = createTableState({ filters: ['q'] as const, sort: { by: 'batch', direction: 'asc' } })
  const [approving, setApproving] = createSignal<KeyBatchView>()
  const columns = createMemo(() =>
    batchColumns(i18n, {
      mayApprove: session.may('keys:approve'),
      onApprove: (batch) => setApproving(batch),
    }),
  )
  const list = createList({
    state,
    permission: 'keys:read',
    key: 'batch',
    everyMs: () => REFRESH_MS,
    query: (page) => api.keyLoads.batches.query({ ...page, search: state.filter('q')?.slice(0, 64) }),
  })
  return (
    <Page title={t('keys.batches.title')} permission="keys:read" text={t('keys.batches.text')}>
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('keys.batches.search')}
            value={state.filter('q') ?? ''}
            onSearch={(value) => state.setFilter('q', value)}
          />
        }
      />
      <Table
        {...list}
        label={t('keys.batches.label')}
        columns={columns()}
        rowName={(row) => row.batch}
        empty={
          <DepositHow
            title={t('keys.how.noBatches')}
            text={t('keys.how.batchText')}
            batch={new Date().toISOString().slice(0, 7)}
          />
        }
      />
      <Show when={approving()} keyed>
        {(batch) => <ApproveBatch batch={batch} onClose={() => setApproving(undefined)} />}
      </Show>
    </Page>
  )
}
