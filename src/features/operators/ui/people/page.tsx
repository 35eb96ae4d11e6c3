import { useQueryClient } from '@tanstack/solid-query'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { SearchField } from '../../../../ui/search-field'
import { type Column, createTableState, Table, Toolbar } from '../../../../ui/table'
import { useToasts } from '../../../../ui/toast'
import { HistoryDialog } from '../history-dialog'
import { type OpenDialog, OperatorActions } from './actions'
import { operatorColumns } from './columns'
import { CreateDialog } from './create-dialog'
import { DisableDialog } from './disable-dialog'
import { LimitsDialog } from './limits-dialog'
import type { Operator } from './operator'
import { PasswordDialog } from './password-dialog'
import { RoleDialog } from './role-dialog'

/** The people who may sign in. */
export function OperatorsPage() {
  const { t } = useI18n()
  const session = useSession()
  const toasts = useToasts()
  const queries = useQueryClient()
  const state = createTableState({
    filters: ['search'],
    sort: { by: 'username', direction: 'asc' },
    hidden: ['created'],
  })
  const list = createList({
    state,
    permission: 'operators:read',
    key: 'id',
    query: (page) => api.operators.list.query({ ...page, search: state.filter('search') }),
  })
  const [isCreating, setCreating] = createSignal(false)
  const [made, setMade] = createSignal<{ username: string; password: string }>()
  const [open, setOpen] = createSignal<{ dialog: OpenDialog; operator: Operator }>()
  const close = () => setOpen(undefined)
  const done = (title: string) => {
    close()
    toasts.show({ kind: 'good', title })
    void queries.invalidateQueries({ queryKey: api.operators.key() })
  }
  const columns = (): Column<Operator>[] => [
    ...operatorColumns(),
    {
      id: 'actions',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <OperatorActions
          operator={row}
          onOpen={(dialog) => setOpen({ dialog, operator: row })}
          onPassword={(password) => setMade({ username: row.username, password })}
        />
      ),
    },
  ]
  const at = (dialog: OpenDialog) => {
    const now = open()
    return now?.dialog === dialog ? now.operator : undefined
  }

  return (
    <Page
      title={t('app.nav.operators')}
      permission="operators:read"
      text={t('administration.operators.text')}
      actions={
        <Show when={session.may('operators:write')}>
          <Button
            look="primary"
            icon={<Plus class="size-4" aria-hidden="true" />}
            onClick={() => setCreating(true)}
          >
            {t('administration.operators.create')}
          </Button>
        </Show>
      }
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('administration.operators.search')}
            value={state.filter('search') ?? ''}
            onSearch={(value) => state.setFilter('search', value)}
          />
        }
      />
      <Table
        {...list}
        label={t('app.nav.operators')}
        columns={columns()}
        rowName={(row) => row.username}
        // There always is one: whoever looks.
        empty={null}
      />
      <Switch>
        <Match when={isCreating()}>
          <CreateDialog
            onClose={() => setCreating(false)}
            onCreated={(person) => {
              setCreating(false)
              setMade(person)
              done(t('administration.operators.createdDone', { name: person.username }))
            }}
          />
        </Match>
        <Match when={made()}>
          {(person) => <PasswordDialog {...person()} onClose={() => setMade(undefined)} />}
        </Match>
        <Match when={at('role')}>
          {(operator) => <RoleDialog operator={operator()} onClose={close} onDone={done} />}
        </Match>
        <Match when={at('limits')}>
          {(operator) => <LimitsDialog operator={operator()} onClose={close} onDone={done} />}
        </Match>
        <Match when={at('disable')}>
          {(operator) => (
            <DisableDialog
              operator={operator()}
              onClose={close}
              onDone={() => {
                close()
                void queries.invalidateQueries({ queryKey: api.operators.key() })
              }}
            />
          )}
        </Match>
        <Match when={at('history')}>
          {(operator) => (
            <HistoryDialog
              subject={{ kind: 'operator', id: operator().id, name: operator().username }}
              onClose={close}
            />
          )}
        </Match>
      </Switch>
    </Page>
  )
}
