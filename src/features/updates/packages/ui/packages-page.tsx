import UploadIcon from 'lucide-solid/icons/upload'
import { createMemo, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { ComboField } from '../../../../ui/combo-field'
import { EmptyState } from '../../../../ui/empty-state'
import { SelectField } from '../../../../ui/field'
import { SearchField } from '../../../../ui/search-field'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import { findComponents } from './choices'
import { packageColumns } from './package-columns'
import { uploadPath } from './places'
import { Unfinished } from './upload/unfinished'
import { nameOf, PLATFORM_OPTIONS, packagePlatform } from './words'

const FILTERS = ['q', 'platform', 'component'] as const

/** All system packages: found, filtered, and the way to a new one. */
export function PackagesPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const state = createTableState({ filters: FILTERS, sort: { by: 'created', direction: 'desc' } })
  const mayWrite = () => session.may('packages:write')
  const columns = createMemo(() => packageColumns(i18n))
  const platform = () => packagePlatform(state.filter('platform'))
  const list = createList({
    state,
    permission: 'packages:read',
    key: 'id',
    query: (page) =>
      api.packages.list.query({
        ...page,
        platform: platform(),
        component: state.filter('component')?.slice(0, 128),
        search: state.filter('q')?.slice(0, 64),
      }),
  })
  const component = createMemo(() => {
    const value = state.filter('component')
    return value === undefined ? null : { value, label: value }
  })
  const upload = () => (
    <ButtonLink href={uploadPath()} look="primary" icon={<UploadIcon class="size-4" aria-hidden="true" />}>
      {t('packages.list.upload')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('packages.list.title')}
      permission="packages:read"
      text={t('packages.list.text')}
      actions={<Show when={mayWrite()}>{upload()}</Show>}
    >
      <Show when={mayWrite()}>
        <Unfinished class="mb-5" />
      </Show>
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('packages.list.search')}
            value={state.filter('q') ?? ''}
            onSearch={(value) => state.setFilter('q', value)}
          />
        }
        filters={
          <>
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('packages.fact.platform')}
              value={state.filter('platform') ?? ''}
              options={PLATFORM_OPTIONS}
              placeholder={t('packages.list.anyPlatform')}
              onInput={(value) => state.setFilter('platform', value)}
            />
            <ComboField
              class="min-w-56 max-sm:w-full"
              label={t('packages.fact.component')}
              placeholder={t('packages.list.anyComponent')}
              value={component()}
              load={(search) => findComponents(platform(), search)}
              onInput={(chosen) => state.setFilter('component', chosen?.value)}
            />
          </>
        }
      />
      <Table
        {...list}
        label={t('packages.list.label')}
        columns={columns()}
        rowName={nameOf}
        empty={
          <EmptyState
            title={t('packages.list.emptyTitle')}
            text={t(mayWrite() ? 'packages.list.emptyText' : 'packages.list.emptyForViewers')}
          >
            <Show when={mayWrite()}>{upload()}</Show>
          </EmptyState>
        }
      />
    </Page>
  )
}
