import KeyRound from 'lucide-solid/icons/key-round'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { SelectField } from '../../../../ui/field'
import { SearchField } from '../../../../ui/search-field'
import { type Column, createTableState, Table, Toolbar } from '../../../../ui/table'
import { KEY_STATES, KEY_WARNINGS } from '../../lists'
import { KeyActions, type KeyWindow, KeyWindows } from './actions'
import { apiKeyColumns } from './columns'
import { createKeyCommands } from './commands'
import { type ApiKey, STATE_OF } from './words'

const REFRESH_MS = 30_000

/** The programs that may call. */
export function ApiKeysPage() {
  const { t } = useI18n()
  const session = useSession()
  const commands = createKeyCommands()
  const state = createTableState({
    filters: ['search', 'state', 'warning'],
    sort: { by: 'created', direction: 'desc' },
    hidden: ['created'],
  })
  const keyState = () => KEY_STATES.find((one) => one === state.filter('state'))
  const warning = () => KEY_WARNINGS.find((one) => one === state.filter('warning'))
  const list = createList({
    state,
    permission: 'api-keys:read',
    key: 'id',
    everyMs: () => REFRESH_MS,
    query: (page) =>
      api.apiKeys.list.query({
        ...page,
        search: state.filter('search'),
        state: keyState(),
        warning: warning(),
      }),
  })
  const [open, setOpen] = createSignal<KeyWindow>()
  const columns = (): Column<ApiKey>[] => [
    ...apiKeyColumns(),
    {
      id: 'actions',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => <KeyActions apiKey={row} commands={commands} onOpen={setOpen} isInRow />,
    },
  ]
  const createButton = () => (
    <Show when={session.may('api-keys:write')}>
      <Button
        look="primary"
        icon={<Plus class="size-4" aria-hidden="true" />}
        onClick={() => setOpen({ kind: 'create' })}
      >
        {t('apiKeys.create')}
      </Button>
    </Show>
  )

  return (
    <Page
      title={t('app.nav.apiKeys')}
      permission="api-keys:read"
      text={
        <>
          {t('apiKeys.text')}{' '}
          <a href="/api/docs" rel="external" class="rounded text-accent underline">
            {t('apiDocs.title')}
          </a>
        </>
      }
      actions={createButton()}
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('apiKeys.search')}
            value={state.filter('search') ?? ''}
            onSearch={(value) => state.setFilter('search', value)}
          />
        }
        filters={
          <>
            <SelectField
              label={t('apiKeys.state.label')}
              placeholder={t('apiKeys.anyState')}
              value={keyState() ?? ''}
              onInput={(value) => state.setFilter('state', value)}
              options={KEY_STATES.map((value) => ({ value, label: t(`apiKeys.state.${value}`) }))}
              class="w-44 max-sm:flex-1"
            />
            <SelectField
              label={t('apiKeys.warnings')}
              placeholder={t('apiKeys.anyWarning')}
              value={warning() ?? ''}
              onInput={(value) => state.setFilter('warning', value)}
              options={KEY_WARNINGS.map((value) => ({ value, label: t(`apiKeys.state.${STATE_OF[value]}`) }))}
              class="w-56 max-sm:flex-1"
            />
          </>
        }
      />
      <Table
        {...list}
        label={t('app.nav.apiKeys')}
        columns={columns()}
        rowName={(row) => row.name}
        empty={
          <EmptyState
            icon={<KeyRound class="size-5" aria-hidden="true" />}
            title={t('apiKeys.empty')}
            text={t('apiKeys.emptyText')}
          >
            {createButton()}
          </EmptyState>
        }
      />
      <KeyWindows open={open()} commands={commands} onOpen={setOpen} />
    </Page>
  )
}
