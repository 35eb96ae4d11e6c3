import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { Outputs } from '../../../../client'
import type { I18n } from '../../../../i18n'
import { LiveValue } from '../../../../ui/live-value'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import type { SubjectKind } from '../lists'
import { terminalPath } from './places'
import { TargetBadge } from './state-badge'
import { targetReasonWords } from './words'

export type Target = Outputs['rollouts']['targets']['items'][number]

/** The columns of the terminals of a rollout. */
export function targetColumns(i18n: I18n, kind: SubjectKind): Column<Target>[] {
  const { t, format } = i18n
  return [
    {
      id: 'serial',
      header: t('rollouts.targets.serial'),
      isFixed: true,
      cell: (row) => (
        <A
          href={terminalPath(row.terminalId, kind)}
          class="digits rounded font-medium text-accent hover:underline max-sm:break-all sm:whitespace-nowrap"
        >
          {row.serial}
        </A>
      ),
    },
    {
      id: 'wave',
      header: t('rollouts.targets.wave'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.wave + 1)}</span>,
    },
    {
      id: 'state',
      header: t('rollouts.targets.state'),
      isFixed: true,
      cell: (row) => (
        <LiveValue value={row.state}>
          <TargetBadge state={row.state === 'failed' && row.isExcused ? 'excused' : row.state} />
        </LiveValue>
      ),
    },
    {
      id: 'reason',
      header: t('rollouts.targets.reason'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <span class="first-letter:uppercase">{reasonOf(row, i18n) || t('ui.none')}</span>
          <Show when={row.retryAt}>
            {(at) => (
              <span class="digits text-xs text-muted">
                {t('rollouts.targets.retryAt', { at: format.stamp(at()) })}
              </span>
            )}
          </Show>
        </span>
      ),
    },
    {
      id: 'retries',
      header: t('rollouts.targets.retries'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.retries)}</span>,
    },
    { id: 'since', header: t('rollouts.targets.since'), cell: (row) => <TimeAgo at={row.stateAt} /> },
  ]
}

function reasonOf({ state, reason, retryAt }: Target, i18n: I18n): string {
  return reason === null ? '' : targetReasonWords({ state, reason, hasTried: retryAt !== null }, i18n)
}
