import UploadIcon from 'lucide-solid/icons/upload'
import { createMemo, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { SearchField } from '../../../../ui/search-field'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import { appColumns } from './app-columns'
import { UPLOAD } from './places'
import { useMayWrite } from './use-may-write'
import { labelOf } from './words'

/** All applications of Android terminals, by name. */
export function AppsPage() {
  const i18n = useI18n()
  const { t } = i18n
  const mayWrite = useMayWrite()
  const state = createTableState({ filters: ['q'], sort: { by: 'label', direction: 'asc' } })
  const columns = createMemo(() => appColumns(i18n))
  const list = createList({
    state,
    permission: 'apps:read',
    key: 'id',
    query: (page) => api.apps.list.query({ ...page, search: state.filter('q')?.slice(0, 64) }),
  })
  const upload = () => (
    <ButtonLink href={UPLOAD} look="primary" icon={<UploadIcon class="size-4" aria-hidden="true" />}>
      {t('applications.list.upload')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('applications.list.title')}
      permission="apps:read"
      text={t('applications.list.text')}
      actions={<Show when={mayWrite()}>{upload()}</Show>}
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('applications.list.search')}
            value={state.filter('q') ?? ''}
            onSearch={(value) => state.setFilter('q', value)}
          />
        }
      />
      <Table
        {...list}
        label={t('applications.list.label')}
        columns={columns()}
        rowName={(row) => labelOf(row, i18n)}
        empty={
          <EmptyState
            title={t('applications.list.emptyTitle')}
            text={t(mayWrite() ? 'applications.list.emptyText' : 'applications.list.emptyForViewers')}
          >
            <Show when={mayWrite()}>{upload()}</Show>
          </EmptyState>
        }
      />
    </Page>
  )
}
