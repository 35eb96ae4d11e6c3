import { createMemo } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { useI18n } from '../../../../i18n'
import { EmptyState } from '../../../../ui/empty-state'
import { SelectField } from '../../../../ui/field'
import { createTableState, Table, type TableState, Toolbar } from '../../../../ui/table'
import { TARGET_STATES } from '../lists'
import type { RolloutView } from '../schemas'
import { targetColumns } from './target-columns'
import type { Reason } from './target-reasons'
import { targetReasonWords } from './words'

type Filter = 'wave' | 'state' | 'reason'

/** What is chosen of the terminals of a rollout; it is in the address. */
export function createTargetState(): TableState<Filter> {
  return createTableState<Filter>({
    filters: ['wave', 'state', 'reason'],
    sort: { by: '', direction: 'asc' },
    hidden: ['retries'],
    prefix: 't-',
  })
}

/** The terminals of a rollout: in which wave, how far, and why not further. */
export function TargetList(props: {
  rollout: RolloutView
  state: TableState<Filter>
  reasons: readonly Reason[]
  everyMs: number
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  const columns = createMemo(() => targetColumns(i18n, props.rollout.setId === null ? 'rule' : 'set'))
  const wave = () => {
    const value = props.state.filter('wave')
    return value !== undefined && /^\d{1,2}$/.test(value) ? Number(value) : undefined
  }
  const list = createList({
    state: props.state,
    key: 'terminalId',
    everyMs: () => props.everyMs,
    query: (page) =>
      api.rollouts.targets.query({
        ...page,
        rolloutId: props.rollout.id,
        wave: wave(),
        state: TARGET_STATES.find((one) => one === props.state.filter('state')),
        reason: props.state.filter('reason')?.slice(0, 64),
      }),
  })
  /** Those that there are, and the one that is chosen though there is none any more. */
  const reasonOptions = () => {
    const chosen = props.state.filter('reason')
    const found = new Map(
      props.reasons.map((one) => [one.reason, targetReasonWords({ ...one, hasTried: false }, i18n)]),
    )
    if (chosen !== undefined && !found.has(chosen))
      found.set(chosen, targetReasonWords({ state: 'failed', reason: chosen, hasTried: true }, i18n))
    return [...found].map(([value, label]) => ({ value, label }))
  }
  return (
    <>
      <Toolbar
        state={props.state}
        columns={columns()}
        search={
          <div class="flex flex-wrap gap-3">
            <SelectField
              class="min-w-36 max-sm:w-full"
              label={t('rollouts.targets.wave')}
              value={props.state.filter('wave') ?? ''}
              options={props.rollout.waves.map(({ position }) => ({
                value: String(position),
                label: format.number(position + 1),
              }))}
              placeholder={t('rollouts.targets.anyWave')}
              onInput={(value) => props.state.setFilter('wave', value)}
            />
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('rollouts.targets.state')}
              value={props.state.filter('state') ?? ''}
              options={TARGET_STATES.map((one) => ({ value: one, label: t(`rollouts.target.${one}`) }))}
              placeholder={t('rollouts.targets.anyState')}
              onInput={(value) => props.state.setFilter('state', value)}
            />
            <SelectField
              class="max-w-full min-w-52 sm:max-w-80 max-sm:w-full"
              label={t('rollouts.targets.reason')}
              value={props.state.filter('reason') ?? ''}
              options={reasonOptions()}
              placeholder={t('rollouts.targets.anyReason')}
              onInput={(value) => props.state.setFilter('reason', value)}
            />
          </div>
        }
      />
      <Table
        {...list}
        label={t('rollouts.targets.label')}
        columns={columns()}
        rowName={(row) => row.serial}
        empty={<EmptyState title={t('rollouts.targets.emptyTitle')} text={t('rollouts.targets.emptyText')} />}
      />
    </>
  )
}
