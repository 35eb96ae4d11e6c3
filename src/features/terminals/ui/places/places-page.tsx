import { A } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import Pencil from 'lucide-solid/icons/pencil'
import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, IconButton } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { SearchField } from '../../../../ui/search-field'
import { type Column, createTableState, Table, Toolbar } from '../../../../ui/table'
import { useToasts } from '../../../../ui/toast'
import { createDeletion } from './deletion'
import type { Place, PlaceKind } from './kinds'
import { PlaceDialog } from './place-dialog'

/** Groups or merchants: the two are managed the same way. */
export function PlacesPage(props: { kind: PlaceKind }) {
  const { t } = useI18n()
  const session = useSession()
  const toasts = useToasts()
  const queries = useQueryClient()
  const state = createTableState({ filters: ['search'], sort: { by: 'name', direction: 'asc' } })
  const list = createList({
    state,
    permission: props.kind.readPermission,
    key: 'id',
    query(page) {
      const question = { ...page, search: state.filter('search') }
      return {
        queryKey: [...props.kind.key, 'list', question],
        queryFn: ({ signal }) => props.kind.list(question, signal),
      }
    },
  })
  const refresh = () => queries.invalidateQueries({ queryKey: props.kind.key })
  const remove = createDeletion(props.kind, refresh)
  const [edited, setEdited] = createSignal<{ place: Place | undefined }>()
  const mayWrite = () => session.may(props.kind.writePermission)

  const columns = (): Column<Place>[] => [
    {
      id: 'name',
      header: t('administration.places.name'),
      isFixed: true,
      cell: (row) => <span class="block min-w-40 font-medium wrap-anywhere">{row.name}</span>,
    },
    {
      id: 'more',
      header: t(props.kind.moreColumn),
      isWide: true,
      cell: (row) => (
        <span class="digits" title={row.more}>
          {row.more || t('ui.none')}
        </span>
      ),
    },
    {
      id: 'terminals',
      header: t('administration.places.terminals'),
      cell: (row) => (
        <A
          href={`/monitoring/status?${props.kind.filter}=${row.id}`}
          aria-label={t('administration.places.showNamed', { name: row.name })}
          class="rounded text-accent hover:underline"
        >
          {t('administration.places.show')}
        </A>
      ),
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <Show when={mayWrite()}>
          <span class="inline-flex gap-1">
            <IconButton
              size="small"
              label={t('administration.places.editNamed', { name: row.name })}
              icon={<Pencil class="size-4" aria-hidden="true" />}
              onClick={() => setEdited({ place: row })}
            />
            <IconButton
              size="small"
              label={t('administration.places.deleteNamed', { name: row.name })}
              icon={<Trash class="size-4" aria-hidden="true" />}
              onClick={() => void remove(row)}
            />
          </span>
        </Show>
      ),
    },
  ]
  const createButton = () => (
    <Show when={mayWrite()}>
      <Button
        look="primary"
        icon={<Plus class="size-4" aria-hidden="true" />}
        onClick={() => setEdited({ place: undefined })}
      >
        {t(props.kind.words.create)}
      </Button>
    </Show>
  )

  return (
    <Page
      title={t(props.kind.words.title)}
      permission={props.kind.readPermission}
      text={t(props.kind.words.text)}
      actions={createButton()}
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('administration.places.search')}
            value={state.filter('search') ?? ''}
            onSearch={(value) => state.setFilter('search', value)}
          />
        }
      />
      <Table
        {...list}
        label={t(props.kind.words.title)}
        columns={columns()}
        rowName={(row) => row.name}
        empty={
          <EmptyState title={t(props.kind.words.empty)} text={t(props.kind.words.emptyText)}>
            {createButton()}
          </EmptyState>
        }
      />
      <Show when={edited()}>
        {(now) => (
          <PlaceDialog
            kind={props.kind}
            place={now().place}
            onClose={() => setEdited(undefined)}
            onSaved={(name) => {
              setEdited(undefined)
              toasts.show({ kind: 'good', title: t('administration.places.saved', { name }) })
              void refresh()
            }}
          />
        )}
      </Show>
    </Page>
  )
}
