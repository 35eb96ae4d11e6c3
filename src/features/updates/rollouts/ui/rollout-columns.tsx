import { A } from '@solidjs/router'
import { makerWords } from '../../../../app/maker'
import type { I18n } from '../../../../i18n'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import type { RolloutView } from '../schemas'
import { CountsBar } from './counts-bar'
import { takingPart, totalOf } from './numbers'
import { rolloutPath, subjectPath } from './places'
import { RolloutStateBadge } from './state-badge'

const LINK = 'rounded font-medium break-words text-accent hover:underline'

/** The columns of the list of rollouts. */
export function rolloutColumns(i18n: I18n): Column<RolloutView>[] {
  const { t, format } = i18n
  return [
    {
      id: 'name',
      header: t('rollouts.fact.name'),
      isFixed: true,
      cell: (row) => (
        <A href={rolloutPath(row.id)} class={LINK}>
          {row.name}
        </A>
      ),
    },
    {
      id: 'state',
      header: t('rollouts.fact.state'),
      isFixed: true,
      cell: (row) => <RolloutStateBadge state={row.state} />,
    },
    {
      id: 'subject',
      header: t('rollouts.fact.subject'),
      cell: (row) => (
        <A href={subjectPath(row)} class="rounded break-words hover:underline">
          {row.subjectName}
        </A>
      ),
    },
    {
      id: 'wave',
      header: t('rollouts.fact.wave'),
      cell: (row) => (
        <span class="digits whitespace-nowrap">
          {t('rollouts.list.waveOf', {
            wave: format.number(row.wave + 1),
            all: format.number(row.waves.length),
          })}
        </span>
      ),
    },
    { id: 'progress', header: t('rollouts.fact.progress'), cell: (row) => <Progress rollout={row} /> },
    {
      id: 'started',
      header: t('rollouts.fact.started'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.createdAt} />
          <span class="text-xs break-words text-muted">{makerWords(row.createdBy, t)}</span>
        </span>
      ),
    },
    {
      id: 'stateAt',
      header: t('rollouts.fact.stateAt'),
      cell: (row) => <TimeAgo at={row.stateAt} />,
    },
  ]

  function Progress(props: { rollout: RolloutView }) {
    const total = () => totalOf(props.rollout.waves)
    return (
      <span class="block w-44 max-w-full">
        <CountsBar counts={total()} class="!h-2" />
        <span class="digits mt-1 flex justify-between gap-3 text-xs whitespace-nowrap text-muted">
          <span>
            {t('rollouts.list.waveOf', {
              wave: format.number(total().succeeded),
              all: format.number(takingPart(total())),
            })}
          </span>
          <span class={total().failed > 0 ? 'text-danger' : ''}>
            {t('rollouts.count', { what: t('rollouts.target.failed'), count: format.number(total().failed) })}
          </span>
        </span>
      </span>
    )
  }
}
