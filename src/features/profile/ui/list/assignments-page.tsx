import Plus from 'lucide-solid/icons/plus'
import { createMemo, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { ComboField } from '../../../../ui/combo-field'
import { EmptyState } from '../../../../ui/empty-state'
import { SearchField } from '../../../../ui/search-field'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import { ASSIGN } from '../../../updates/rules/ui/places'
import { createAssignmentCommands } from '../assign/commands'
import { rulesFinder, useRuleOf } from '../finders'
import { tidName } from '../words'
import { useAssignmentColumns } from './columns'
import { FoundTerminals } from './found-terminals'

/** Who gets which update. Somebody who was phoned types a TID here, and comes to its terminal. */
export function AssignmentsPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const commands = createAssignmentCommands()
  const state = createTableState({ filters: ['q', 'rule'], sort: { by: 'assigned', direction: 'desc' } })
  const mayWrite = () => session.may('updates:write')
  const makeColumns = useAssignmentColumns()
  const columns = createMemo(() => makeColumns(mayWrite() ? commands : undefined))
  const rule = useRuleOf(() => state.filter('rule'))
  const search = () => state.filter('q')?.slice(0, 64)
  const list = createList({
    state,
    permission: 'updates:read',
    key: 'id',
    query: (page) =>
      api.profile.assignments.query({ ...page, ruleId: state.filter('rule'), search: search() }),
  })
  const assign = () => (
    <ButtonLink href={ASSIGN} look="primary" icon={<Plus class="size-4" aria-hidden="true" />}>
      {t('profile.list.assign')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('profile.list.title')}
      permission="updates:read"
      text={t('profile.list.text')}
      actions={<Show when={mayWrite()}>{assign()}</Show>}
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('profile.list.search')}
            value={state.filter('q') ?? ''}
            onSearch={(value) => state.setFilter('q', value)}
          />
        }
        filters={
          <ComboField
            class="min-w-56 max-sm:w-full"
            label={t('profile.assign.rule')}
            placeholder={t('ui.any')}
            load={rulesFinder(i18n)}
            value={rule()}
            onInput={(option) => state.setFilter('rule', option?.value)}
          />
        }
      />
      <Show when={search()} keyed>
        {(text) => <FoundTerminals search={text} />}
      </Show>
      <Table
        {...list}
        label={t('profile.list.label')}
        columns={columns()}
        rowName={(row) =>
          row.tid === null ? (row.terminal?.serial ?? '') : tidName({ ...row, tid: row.tid })
        }
        empty={
          <EmptyState
            title={t('profile.list.emptyTitle')}
            text={t(mayWrite() ? 'profile.list.emptyText' : 'profile.list.emptyForViewers')}
          >
            <Show when={mayWrite()}>{assign()}</Show>
          </EmptyState>
        }
      />
    </Page>
  )
}
