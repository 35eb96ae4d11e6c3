import { A } from '@solidjs/router'
import Plug from 'lucide-solid/icons/plug'
import { createMemo, For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { makerWords } from '../../../../app/maker'
import type { Outputs } from '../../../../client'
import { type I18n, useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { SelectField } from '../../../../ui/field'
import { LiveValue } from '../../../../ui/live-value'
import { type Column, createTableState, Table, type TableState, Toolbar } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { OUTCOMES } from '../../../updates/rules/lists'
import { OUTCOME_TONES } from '../../../updates/rules/ui/outcomes'
import type { SetView } from '../../sets/schemas'
import { connectPath, terminalAppsPath } from '../../sets/ui/places'
import { obstacleWords, setReasonWords } from '../../sets/ui/words'

type Row = Outputs['terminalApps']['ofSet']['items'][number]

/** What is chosen of the terminals of a set; it is in the address. */
export function createSetTerminalState(): TableState<'outcome'> {
  return createTableState<'outcome'>({
    filters: ['outcome'],
    sort: { by: '', direction: 'asc' },
    prefix: 't-',
  })
}

/** The terminals of a set: what it comes to for each now, and why. */
export function SetTerminalList(props: {
  set: SetView
  state: TableState<'outcome'>
  everyMs: number
  mayWrite: boolean
}) {
  const i18n = useI18n()
  const { t } = i18n
  const columns = createMemo(() => columnsOf(i18n))
  const list = createList({
    state: props.state,
    key: 'terminalId',
    everyMs: () => props.everyMs,
    query: (page) =>
      api.terminalApps.ofSet.query({
        ...page,
        setId: props.set.id,
        outcome: OUTCOMES.find((one) => one === props.state.filter('outcome')),
      }),
  })
  return (
    <>
      <Toolbar
        state={props.state}
        columns={columns()}
        search={
          <SelectField
            class="min-w-52 sm:max-w-80"
            label={t('rules.fact.state')}
            value={props.state.filter('outcome') ?? ''}
            options={OUTCOMES.map((one) => ({ value: one, label: t(`sets.now.${one}`) }))}
            placeholder={t('rollouts.targets.anyState')}
            onInput={(value) => props.state.setFilter('outcome', value)}
          />
        }
      />
      <Table
        {...list}
        label={t('sets.page.terminalsLabel')}
        columns={columns()}
        rowName={(row) => row.serial}
        empty={
          <EmptyState title={t('sets.page.noTerminals')} text={t('sets.progress.nobody')}>
            <Show when={props.mayWrite}>
              <ButtonLink
                href={connectPath(props.set.id)}
                look="primary"
                icon={<Plug class="size-4" aria-hidden="true" />}
              >
                {t('sets.page.connect')}
              </ButtonLink>
            </Show>
          </EmptyState>
        }
      />
    </>
  )
}

function columnsOf(i18n: I18n): Column<Row>[] {
  const { t, format } = i18n
  return [
    {
      id: 'serial',
      header: t('rollouts.targets.serial'),
      isFixed: true,
      cell: (row) => (
        <span class="flex flex-col">
          <A
            href={terminalAppsPath(row.terminalId)}
            class="digits rounded font-medium text-accent hover:underline max-sm:break-all sm:whitespace-nowrap"
          >
            {row.serial}
          </A>
          <span class="text-xs font-normal text-muted">{row.model}</span>
        </span>
      ),
    },
    {
      id: 'state',
      header: t('rules.fact.state'),
      isFixed: true,
      cell: (row) => (
        <LiveValue value={row.outcome}>
          <Badge tone={OUTCOME_TONES[row.outcome]} hasDot>
            {t(`sets.now.${row.outcome}`)}
          </Badge>
        </LiveValue>
      ),
    },
    { id: 'why', header: t('rules.dryRun.why'), cell: (row) => <Why row={row} /> },
    { id: 'todo', header: t('sets.page.todo'), cell: (row) => <ToDo row={row} /> },
    {
      id: 'revision',
      header: t('sets.fact.revision'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.revision)}</span>,
    },
    {
      id: 'connected',
      header: t('sets.fact.connected'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.connectedAt} />
          <span class="text-xs break-words text-muted">{makerWords(row.connectedBy, t)}</span>
        </span>
      ),
    },
  ]
}

/** The reasons, and what keeps single applications from being as the set wants them. */
function Why(props: { row: Row }) {
  const i18n = useI18n()
  /** Where nothing but obstacles is left, the reason is the first of them. */
  const reasons = () =>
    props.row.obstacles.length > 0 && props.row.outcome === 'blocked' ? [] : props.row.reasons
  return (
    <ul class="max-w-md min-w-52 space-y-1">
      <For each={reasons()}>
        {(reason) => <li class="text-pretty first-letter:uppercase">{setReasonWords(reason, i18n)}</li>}
      </For>
      <For each={props.row.obstacles}>
        {(obstacle) => (
          <li class="text-pretty">
            <span class="digits text-muted">{obstacle.package}:</span> {obstacleWords(obstacle, i18n)}
          </li>
        )}
      </For>
    </ul>
  )
}

/** What is left to be installed and removed. */
function ToDo(props: { row: Row }) {
  const { t } = useI18n()
  const isNothing = () => props.row.install.length + props.row.remove.length === 0
  return (
    <Show when={!isNothing()} fallback={<span class="text-muted">{t('ui.none')}</span>}>
      <ul class="digits min-w-48 space-y-0.5 text-xs">
        <For each={props.row.install}>
          {(one) => (
            <li class="wrap-anywhere">
              + {one.package} {one.versionName || one.versionCode}
            </li>
          )}
        </For>
        <For each={props.row.remove}>{(name) => <li class="wrap-anywhere text-danger">− {name}</li>}</For>
      </ul>
    </Show>
  )
}
