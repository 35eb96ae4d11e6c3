import { A } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import FileClock from 'lucide-solid/icons/file-clock'
import KeyRound from 'lucide-solid/icons/key-round'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, IconButton } from '../../../../ui/button'
import { useConfirm } from '../../../../ui/confirm'
import { EmptyState } from '../../../../ui/empty-state'
import { type Column, createTableState, Table } from '../../../../ui/table'
import { useToasts } from '../../../../ui/toast'
import { HistoryDialog } from '../history-dialog'
import { type ApiKey, apiKeyColumns } from './columns'
import { CreateKeyDialog, type MadeKey } from './create-dialog'
import { KeyDialog } from './key-dialog'

/** The programs that may call. */
export function ApiKeysPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const state = createTableState({ filters: [], sort: { by: 'created', direction: 'desc' } })
  const list = createList({ state, permission: 'api-keys:read', key: 'id', query: api.apiKeys.list.query })
  const [isCreating, setCreating] = createSignal(false)
  const [made, setMade] = createSignal<MadeKey>()
  const [history, setHistory] = createSignal<ApiKey>()
  const refresh = () => queries.invalidateQueries({ queryKey: api.apiKeys.key() })

  const revoke = async ({ id, name }: ApiKey) => {
    const isSure = await confirm({
      title: t('administration.keys.revokeTitle', { name }),
      text: t('administration.keys.revokeText'),
      action: t('administration.keys.revoke'),
      isDangerous: true,
    })
    if (!isSure) return
    try {
      await api.apiKeys.revoke.run({ apiKeyId: id })
      toasts.show({ kind: 'good', title: t('administration.keys.revoked', { name }) })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      await refresh()
    }
  }
  const columns = (): Column<ApiKey>[] => [
    ...apiKeyColumns(),
    {
      id: 'actions',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <span class="inline-flex gap-1">
          <Show when={session.may('audit:read')}>
            <IconButton
              size="small"
              label={t('administration.keys.history', { name: row.name })}
              icon={<FileClock class="size-4" aria-hidden="true" />}
              onClick={() => setHistory(row)}
            />
          </Show>
          <Show when={session.may('api-keys:write') && row.revokedAt === null}>
            <Button
              size="small"
              aria-label={t('administration.keys.revokeNamed', { name: row.name })}
              onClick={() => void revoke(row)}
            >
              {t('administration.keys.revoke')}
            </Button>
          </Show>
        </span>
      ),
    },
  ]
  const createButton = () => (
    <Show when={session.may('api-keys:write')}>
      <Button
        look="primary"
        icon={<Plus class="size-4" aria-hidden="true" />}
        onClick={() => setCreating(true)}
      >
        {t('administration.keys.create')}
      </Button>
    </Show>
  )

  return (
    <Page
      title={t('app.nav.apiKeys')}
      permission="api-keys:read"
      text={
        <>
          {t('administration.keys.text')}{' '}
          <A href="/api/docs" class="rounded text-accent underline">
            {t('apiDocs.title')}
          </A>
        </>
      }
      actions={createButton()}
    >
      <Table
        {...list}
        label={t('app.nav.apiKeys')}
        columns={columns()}
        rowName={(row) => row.name}
        empty={
          <EmptyState
            icon={<KeyRound class="size-5" aria-hidden="true" />}
            title={t('administration.keys.empty')}
            text={t('administration.keys.emptyText')}
          >
            {createButton()}
          </EmptyState>
        }
      />
      <Switch>
        <Match when={isCreating()}>
          <CreateKeyDialog
            onClose={() => setCreating(false)}
            onCreated={(key) => {
              setCreating(false)
              setMade(key)
              void refresh()
            }}
          />
        </Match>
        <Match when={made()}>{(key) => <KeyDialog made={key()} onClose={() => setMade(undefined)} />}</Match>
        <Match when={history()}>
          {(key) => (
            <HistoryDialog
              subject={{ kind: 'api_key', id: key().id, name: key().name }}
              onClose={() => setHistory(undefined)}
            />
          )}
        </Match>
      </Switch>
    </Page>
  )
}
