import Trash from 'lucide-solid/icons/trash'
import UploadIcon from 'lucide-solid/icons/upload'
import { createMemo, Show } from 'solid-js'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { Page } from '../../../app/page'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button, ButtonLink } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { SearchField } from '../../../ui/search-field'
import { createSelection, createTableState, SelectionBar, Table, Toolbar } from '../../../ui/table'
import { knownPlatform } from '../../terminals/lists'
import { LICENCE_STATES } from '../schemas'
import { spanOf } from './expiry'
import { ExpiryChart } from './expiry-chart'
import { licenceColumns } from './licence-columns'
import { LICENCE_FILTERS, LicenceFilters } from './licence-filters'
import { uploadPath } from './places'
import { createRemoval } from './removal'

const STATES = [...LICENCE_STATES, 'any'] as const

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
  const list = createList({
    state,
    permission: 'licenses:read',
    key: 'id',
    query(page) {
      const { by, direction } = state.sort()
      return api.licenses.list.query({
        ...page,
        ...span(),
        state: STATES.find((one) => one === state.filter('state')) ?? 'current',
        sort: by === 'validUntil' ? by : 'importedAt',
        direction,
        search: state.filter('q')?.slice(0, 128),
        platform: knownPlatform(state.filter('platform')),
        product: state.filter('product')?.slice(0, 128),
      })
    },
  })

  const remove = async () => {
    const ids = selection.ids()
    const only = ids.length === 1 ? list.rows?.find(({ id }) => id === ids[0]) : undefined
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
        {...list}
        label={t('license.list.label')}
        columns={licenceColumns(i18n)}
        rowName={(row) => `${row.licId}, ${row.serial}`}
        selection={mayWrite() ? selection : undefined}
        empty={
          <EmptyState
            title={t('license.list.emptyTitle')}
            text={t(mayWrite() ? 'license.list.emptyText' : 'license.list.emptyForViewers')}
          >
            <Show when={mayWrite()}>{upload()}</Show>
          </EmptyState>
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
