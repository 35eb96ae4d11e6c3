import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import { type I18n, useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { ROLLOUT_STATES } from '../../../updates/rollouts/lists'
import { RolloutStateBadge } from '../../../updates/rollouts/ui/state-badge'
import { MOST_COUNTED, type SetSummary } from '../../sets/schemas'
import { rolloutPathOf, setPath } from '../../sets/ui/places'

const LINK = 'rounded font-medium break-words text-accent hover:underline'

/** The columns of the list of sets; `menu` is what can be done to a row. */
export function setColumns(i18n: I18n, menu: (row: SetSummary) => JSX.Element): Column<SetSummary>[] {
  const { t, format } = i18n
  return [
    {
      id: 'name',
      header: t('rules.fact.name'),
      isFixed: true,
      cell: (row) => (
        <A href={setPath(row.id)} class={LINK}>
          {row.name}
        </A>
      ),
    },
    {
      id: 'applications',
      header: t('sets.fact.applications'),
      align: 'end',
      cell: (row) => (
        <span class="inline-flex flex-col items-end gap-1">
          <span class="digits">{format.number(row.applications)}</span>
          <Show when={row.removesOthers}>
            <Badge tone="warn">{t('sets.list.removesOthers')}</Badge>
          </Show>
        </span>
      ),
    },
    {
      id: 'terminals',
      header: t('sets.fact.terminals'),
      align: 'end',
      cell: (row) => <span class="digits">{terminalsWords(row.terminals, i18n)}</span>,
    },
    {
      id: 'revision',
      header: t('sets.fact.revision'),
      cell: (row) => (
        <span class="inline-flex flex-wrap items-center gap-2 max-sm:justify-end">
          <span class="digits">{format.number(row.revision)}</span>
          <UnreleasedBadge set={row} />
        </span>
      ),
    },
    {
      id: 'rollout',
      header: t('sets.fact.rollout'),
      cell: (row) => (
        <Show when={row.rollout} fallback={<span class="text-muted">{t('ui.none')}</span>}>
          {(rollout) => (
            <span class="inline-flex flex-wrap items-center gap-2 max-sm:justify-end">
              <RolloutState state={rollout().state} />
              <A href={rolloutPathOf(rollout().id)} class="rounded break-words hover:underline">
                {rollout().name}
              </A>
            </span>
          )}
        </Show>
      ),
    },
    {
      id: 'changed',
      header: t('rules.fact.changed'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.updatedAt} />
          <span class="text-xs break-words text-muted">{makerWords(row.updatedBy, t)}</span>
        </span>
      ),
    },
    { id: 'menu', header: t('ui.actions'), isFixed: true, align: 'end', cell: menu },
  ]
}

/** That its newest revision has not gone to all terminals. */
export function UnreleasedBadge(props: { set: Pick<SetSummary, 'revision' | 'releasedRevision'> }) {
  const { t, format } = useI18n()
  return (
    <Show when={props.set.revision > props.set.releasedRevision}>
      <Badge tone="warn" hasDot>
        {t('sets.list.unreleased', { revision: format.number(props.set.releasedRevision) })}
      </Badge>
    </Show>
  )
}

export function RolloutState(props: { state: string }) {
  const known = () => ROLLOUT_STATES.find((one) => one === props.state)
  return <Show when={known()}>{(state) => <RolloutStateBadge state={state()} />}</Show>
}

/** How many terminals have it; counted up to a bound. */
export function terminalsWords(terminals: number, { t, format }: I18n): string {
  const count = format.number(terminals)
  return terminals >= MOST_COUNTED ? t('rules.atMost', { count }) : count
}
