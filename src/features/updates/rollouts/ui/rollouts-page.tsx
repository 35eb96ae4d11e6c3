import Rocket from 'lucide-solid/icons/rocket'
import { createMemo, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useIsLimited } from '../../../../app/limits'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { ComboField } from '../../../../ui/combo-field'
import { EmptyState } from '../../../../ui/empty-state'
import { SelectField } from '../../../../ui/field'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import { setsFinder, useSetOf } from '../../../apps/sets/ui/finders'
import { newSetRolloutPath } from '../../../apps/sets/ui/places'
import { newRolloutPath } from '../../rules/ui/places'
import { ROLLOUT_STATES } from '../lists'
import type { RolloutView } from '../schemas'
import { findRules } from './find-rules'
import { rolloutColumns } from './rollout-columns'

const FILTERS = ['state', 'ruleId', 'setId'] as const
const MOVING_MS = 5_000
const REFRESH_MS = 30_000

const beatOf = (rows: readonly RolloutView[] | undefined) =>
  rows?.some(({ state }) => state === 'running') ? MOVING_MS : REFRESH_MS

/** All rollouts, newest first. */
export function RolloutsPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const state = createTableState({
    filters: FILTERS,
    sort: { by: 'started', direction: 'desc' },
    hidden: ['stateAt'],
  })
  const columns = createMemo(() => rolloutColumns(i18n))
  const ruleId = () => state.filter('ruleId')
  const setId = () => state.filter('setId')
  const chosenSet = useSetOf(setId)
  const list = createList({
    state,
    permission: 'updates:read',
    key: 'id',
    everyMs: beatOf,
    query: (page) =>
      api.rollouts.list.query({
        ...page,
        state: ROLLOUT_STATES.find((one) => one === state.filter('state')),
        ruleId: ruleId(),
        setId: setId(),
      }),
  })
  const rule = useQuery(() => ({
    ...api.updateRules.get.query({ ruleId: ruleId() ?? '' }),
    enabled: ruleId() !== undefined,
  }))
  const chosenRule = () => {
    const id = ruleId()
    return id === undefined ? null : { value: id, label: rule.data?.name ?? '…' }
  }
  const isLimited = useIsLimited()
  const mayWrite = () => session.may('updates:write') && isLimited() === false
  const start = () => (
    <ButtonLink
      href={setId() === undefined ? newRolloutPath(ruleId()) : newSetRolloutPath(setId() ?? '')}
      look="primary"
      icon={<Rocket class="size-4" aria-hidden="true" />}
    >
      {t('rollouts.list.start')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('rollouts.list.title')}
      permission="updates:read"
      text={t('rollouts.list.text')}
      actions={<Show when={mayWrite()}>{start()}</Show>}
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <div class="flex flex-wrap gap-3">
            <ComboField
              class="w-80 max-w-full max-sm:w-full"
              label={t('rollouts.fact.rule')}
              value={chosenRule()}
              load={findRules}
              placeholder={t('rollouts.list.anyRule')}
              onInput={(option) => state.setFilters({ ruleId: option?.value, setId: undefined })}
            />
            <Show when={session.may('apps:read')}>
              <ComboField
                class="w-80 max-w-full max-sm:w-full"
                label={t('rollouts.fact.set')}
                value={chosenSet()}
                load={setsFinder(i18n)}
                placeholder={t('rollouts.list.anySet')}
                onInput={(option) => state.setFilters({ setId: option?.value, ruleId: undefined })}
              />
            </Show>
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('rollouts.fact.state')}
              value={state.filter('state') ?? ''}
              options={ROLLOUT_STATES.map((one) => ({ value: one, label: t(`rollouts.state.${one}`) }))}
              placeholder={t('rollouts.list.anyState')}
              onInput={(value) => state.setFilter('state', value)}
            />
          </div>
        }
      />
      <Table
        {...list}
        label={t('rollouts.list.label')}
        columns={columns()}
        rowName={(row) => row.name}
        empty={
          <EmptyState
            title={t('rollouts.list.emptyTitle')}
            text={t(mayWrite() ? 'rollouts.list.emptyText' : 'rollouts.list.emptyForViewers')}
          >
            <Show when={mayWrite()}>{start()}</Show>
          </EmptyState>
        }
      />
    </Page>
  )
}
