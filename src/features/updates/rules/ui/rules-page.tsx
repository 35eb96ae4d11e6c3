import Plus from 'lucide-solid/icons/plus'
import { createMemo, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useIsLimited } from '../../../../app/limits'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { SelectField } from '../../../../ui/field'
import { SearchField } from '../../../../ui/search-field'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import { PLATFORM_OPTIONS, packagePlatform } from '../../packages/ui/words'
import type { RuleView } from '../schemas'
import { createRuleCommands } from './commands'
import { NEW_RULE } from './places'
import { ruleColumns } from './rule-columns'
import { RuleMenu } from './rule-menu'

const FILTERS = ['q', 'platform', 'state'] as const

/** All update rules, those that win first. */
export function RulesPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const commands = createRuleCommands()
  const state = createTableState({
    filters: FILTERS,
    sort: { by: 'priority', direction: 'desc' },
    hidden: ['models'],
  })
  const mayWrite = () => session.may('updates:write')
  const isLimited = useIsLimited()
  const menu = (row: RuleView) => (
    <RuleMenu rule={row} commands={commands} isCompact mayStart={isLimited() === false} />
  )
  const columns = createMemo(() => ruleColumns(i18n, mayWrite() ? menu : undefined))
  const isEnabled = () => {
    const value = state.filter('state')
    return value === undefined ? undefined : value === 'on'
  }
  const list = createList({
    state,
    permission: 'updates:read',
    key: 'id',
    query: (page) =>
      api.updateRules.list.query({
        ...page,
        platform: packagePlatform(state.filter('platform')),
        isEnabled: isEnabled(),
        search: state.filter('q')?.slice(0, 64),
      }),
  })
  const create = () => (
    <ButtonLink href={NEW_RULE} look="primary" icon={<Plus class="size-4" aria-hidden="true" />}>
      {t('rules.list.create')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('rules.list.title')}
      permission="updates:read"
      text={t('rules.list.text')}
      actions={<Show when={mayWrite()}>{create()}</Show>}
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
        filters={
          <>
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('rules.fact.platform')}
              value={state.filter('platform') ?? ''}
              options={PLATFORM_OPTIONS}
              placeholder={t('rules.list.anyPlatform')}
              onInput={(value) => state.setFilter('platform', value)}
            />
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('rules.fact.state')}
              value={state.filter('state') ?? ''}
              options={[
                { value: 'on', label: t('rules.on') },
                { value: 'off', label: t('rules.off') },
              ]}
              placeholder={t('rules.list.anyState')}
              onInput={(value) => state.setFilter('state', value)}
            />
          </>
        }
      />
      <Table
        {...list}
        label={t('rules.list.label')}
        columns={columns()}
        rowName={(row) => row.name}
        empty={
          <EmptyState
            title={t('rules.list.emptyTitle')}
            text={t(mayWrite() ? 'rules.list.emptyText' : 'rules.list.emptyForViewers')}
          >
            <Show when={mayWrite()}>{create()}</Show>
          </EmptyState>
        }
      />
    </Page>
  )
}
