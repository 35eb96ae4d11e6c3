import { keepPreviousData, useQuery } from '@tanstack/solid-query'
import Trash from 'lucide-solid/icons/trash'
import UploadIcon from 'lucide-solid/icons/upload'
import { createMemo, Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { Page } from '../../../app/page'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button, ButtonLink } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { SearchField } from '../../../ui/search-field'
import { createSelection, createTableState, SelectionBar, Table, Toolbar } from '../../../ui/table'
import { PLATFORM_NAMES } from '../../terminals/lists'
import { LICENCE_STATES } from '../schemas'
import { spanOf } from './expiry'
import { ExpiryChart } from './expiry-chart'
import { licenceColumns } from './licence-columns'
import { LICENCE_FILTERS, LicenceFilters } from './licence-filters'
import { uploadPath } from './places'
import { createRemoval } from './removal'

type ListInput = Parameters<typeof api.licenses.list.query>[0]

/** All licence files: found, filtered, uploaded, deleted. */
export function LicencesPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const state = createTableState({
    filters: LICENCE_FILTERS,
    sort: { by: 'importedAt', direction: 'desc' },
    hidden: ['size', 'fileName'],
  })
  const selection = createSelection()
  const removal = createRemoval()
  const mayWrite = () => session.may('licenses:write')

  const span = createMemo(() => spanOf(state.filter('expires'), new Date()))
  const input = createMemo<ListInput>(() => {
    const search = state.filter('q')?.slice(0, 128)
    const platform = known(state.filter('platform'), Object.keys(PLATFORM_NAMES))
    const product = state.filter('product')?.slice(0, 128)
    const { by, direction } = state.sort()
    return {
      limit: state.size(),
      state: known(state.filter('state'), [...LICENCE_STATES, 'any']) ?? 'current',
      sort: by === 'validUntil' ? by : 'importedAt',
      direction,
      ...span(),
      ...(state.cursor() === undefined ? {} : { cursor: state.cursor() }),
      ...(search === undefined ? {} : { search }),
      ...(platform === undefined ? {} : { platform }),
      ...(product === undefined ? {} : { product }),
    } as ListInput
  })
  const list = useQuery(() => ({ ...api.licenses.list.query(input()), placeholderData: keepPreviousData }))

  const remove = async () => {
    const ids = selection.ids()
    const only = ids.length === 1 ? list.data?.items.find(({ id }) => id === ids[0]) : undefined
    if (await removal.remove(ids, only)) selection.clear()
  }
  const upload = () => (
    <ButtonLink href={uploadPath()} look="primary" icon={<UploadIcon class="size-4" aria-hidden="true" />}>
      {t('license.list.upload')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('license.list.title')}
      permission="licenses:read"
      text={t('license.list.text')}
      actions={<Show when={mayWrite()}>{upload()}</Show>}
    >
      <ExpiryChart onFilter={(expires) => state.setFilters({ expires, state: undefined })} />
      <Toolbar
        state={state}
        columns={licenceColumns(i18n)}
        search={
          <SearchField
            label={t('license.list.search')}
            value={state.filter('q') ?? ''}
            onSearch={(value) => state.setFilter('q', value)}
          />
        }
        filters={<LicenceFilters state={state} />}
      />
      <Table
        label={t('license.list.label')}
        columns={licenceColumns(i18n)}
        rows={list.data?.items}
        rowId={(row) => row.id}
        rowName={(row) => `${row.licId}, ${row.serial}`}
        state={state}
        nextCursor={list.data?.nextCursor}
        isFetching={list.isFetching}
        error={list.error ? failureOf(list.error, i18n) : undefined}
        onRetry={() => void list.refetch()}
        selection={mayWrite() ? selection : undefined}
        empty={
          <Show
            when={state.activeFilters() > 0 || state.page() > 1}
            fallback={
              <EmptyState
                title={t('license.list.emptyTitle')}
                text={t(mayWrite() ? 'license.list.emptyText' : 'license.list.emptyForViewers')}
              >
                <Show when={mayWrite()}>{upload()}</Show>
              </EmptyState>
            }
          >
            <EmptyState title={t('ui.table.noMatches')} text={t('ui.table.noMatchesHint')}>
              <Button onClick={() => state.clearFilters()}>{t('ui.table.clearFilters')}</Button>
            </EmptyState>
          </Show>
        }
      />
      <SelectionBar selection={selection}>
        <Button
          size="small"
          look="danger"
          icon={<Trash class="size-4" aria-hidden="true" />}
          onClick={() => void remove()}
        >
          {t('license.list.delete')}
        </Button>
      </SelectionBar>
    </Page>
  )
}

/** A value of the address that may be anything, where it is one of those that mean something. */
function known(value: string | undefined, values: readonly string[]): string | undefined {
  return value !== undefined && values.includes(value) ? value : undefined
}
