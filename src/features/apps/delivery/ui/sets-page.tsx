import GitCompare from 'lucide-solid/icons/git-compare-arrows'
import Plus from 'lucide-solid/icons/plus'
import { createMemo, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { SearchField } from '../../../../ui/search-field'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import type { SetSummary } from '../../sets/schemas'
import { createSetCommands } from '../../sets/ui/commands'
import { COMPARE, NEW_SET } from '../../sets/ui/places'
import { SetMenu } from '../../sets/ui/set-menu'
import { setColumns } from './set-columns'

const MOVING_MS = 5_000
const REFRESH_MS = 30_000

const beatOf = (rows: readonly SetSummary[] | undefined) =>
  rows?.some(({ rollout }) => rollout?.state === 'running') ? MOVING_MS : REFRESH_MS

/** All sets of applications, by name. */
export function SetsPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const commands = createSetCommands()
  const mayWrite = () => session.may('apps:write')
  const state = createTableState({ filters: ['q'], sort: { by: 'name', direction: 'asc' } })
  const columns = createMemo(() =>
    setColumns(i18n, (row) => <SetMenu set={row} commands={commands} mayWrite={mayWrite()} isCompact />),
  )
  const list = createList({
    state,
    permission: 'apps:read',
    key: 'id',
    everyMs: beatOf,
    query: (page) => api.appSets.list.query({ ...page, search: state.filter('q')?.slice(0, 64) }),
  })
  const create = () => (
    <ButtonLink href={NEW_SET} look="primary" icon={<Plus class="size-4" aria-hidden="true" />}>
      {t('sets.form.new')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('sets.list.title')}
      permission="apps:read"
      text={t('sets.list.text')}
      actions={
        <>
          <ButtonLink href={COMPARE} icon={<GitCompare class="size-4" aria-hidden="true" />}>
            {t('sets.page.compare')}
          </ButtonLink>
          <Show when={mayWrite()}>{create()}</Show>
        </>
      }
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('rules.list.search')}
            value={state.filter('q') ?? ''}
            onSearch={(value) => state.setFilter('q', value)}
          />
        }
      />
      <Table
        {...list}
        label={t('sets.list.title')}
        columns={columns()}
        rowName={(row) => row.name}
        empty={
          <EmptyState
            title={t('sets.list.emptyTitle')}
            text={t(mayWrite() ? 'sets.list.emptyText' : 'sets.list.emptyForViewers')}
          >
            <Show when={mayWrite()}>{create()}</Show>
          </EmptyState>
        }
      />
    </Page>
  )
}
