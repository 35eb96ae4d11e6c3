import { A } from '@solidjs/router'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { LiveValue } from '../../../../ui/live-value'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { StateBadge } from '../../../terminals/ui/state-badge'
import { usePlatforms, useWord } from '../../../terminals/ui/words'
import { ConnectivityBadge } from './connectivity-badge'
import type { LiveRow } from './live'
import { Battery, ClockError, FreeSpace, Network, Printer, Signal, vitalsOf } from './vitals'

/** Columns that are not shown until somebody wants them. */
export const HIDDEN_AT_FIRST = [
  'mid',
  'groups',
  'platform',
  'os',
  'network',
  'signal',
  'battery',
  'free',
  'clock',
  'printer',
  'transactions',
]

/** Everything the list can show of a terminal. What comes live shines for a moment when it changes. */
export function useStatusColumns(): () => Column<LiveRow>[] {
  const { t, tn, format } = useI18n()
  const word = useWord()
  const platforms = usePlatforms()
  const list = (values: readonly string[]) => [...new Set(values.filter(Boolean))].join(', ') || t('ui.none')
  const mids = (row: LiveRow) => row.tids.map((one) => one.mid)
  const app = (row: LiveRow) => [row.appName, row.appVersion].filter(Boolean).join(' ')
  const counters = (row: LiveRow) => vitalsOf(row).counters

  return () => [
    {
      id: 'serial',
      header: t('fleet.fact.serial'),
      sort: 'serial',
      isFixed: true,
      cell: (row) => (
        <A
          href={`/monitoring/status/${row.terminalId}`}
          class="digits rounded font-medium whitespace-nowrap text-accent hover:underline"
        >
          {row.serial}
        </A>
      ),
    },
    {
      id: 'connectivity',
      header: t('fleet.fact.connectivity'),
      cell: (row) => (
        <LiveValue value={row.connectivity}>
          <ConnectivityBadge connectivity={row.connectivity} state={row.state} />
        </LiveValue>
      ),
    },
    {
      id: 'state',
      header: t('fleet.fact.state'),
      cell: (row) => (
        <LiveValue value={row.state}>
          <StateBadge state={row.state} />
        </LiveValue>
      ),
    },
    {
      id: 'lastSeen',
      header: t('fleet.fact.lastSeen'),
      sort: 'lastSeen',
      cell: (row) => (
        <LiveValue value={row.lastSeenAt}>
          <TimeAgo at={row.lastSeenAt} />
        </LiveValue>
      ),
    },
    {
      id: 'tid',
      header: t('fleet.fact.tid'),
      cell: (row) => <span class="digits">{list(row.tids.map((one) => one.tid))}</span>,
    },
    {
      id: 'mid',
      header: t('fleet.fact.mid'),
      cell: (row) => <span class="digits">{list(mids(row))}</span>,
    },
    {
      id: 'merchant',
      header: t('fleet.filter.merchant'),
      isWide: true,
      cell: (row) => <span title={row.merchantName ?? ''}>{row.merchantName ?? t('ui.none')}</span>,
    },
    {
      id: 'groups',
      header: t('fleet.fact.groups'),
      isWide: true,
      cell: (row) => list(row.groups.map((one) => one.name)),
    },
    { id: 'platform', header: t('fleet.fact.platform'), cell: (row) => platforms.nameOf(row.platform) },
    {
      id: 'model',
      header: t('fleet.fact.model'),
      cell: (row) => <LiveValue value={row.model}>{row.model ?? t('ui.none')}</LiveValue>,
    },
    {
      id: 'os',
      header: t('fleet.fact.os'),
      cell: (row) => <LiveValue value={row.os}>{row.os ?? t('ui.none')}</LiveValue>,
    },
    {
      id: 'app',
      header: t('fleet.fact.application'),
      cell: (row) => (
        <LiveValue value={app(row)}>
          <span class="digits whitespace-nowrap">{app(row) || t('ui.none')}</span>
        </LiveValue>
      ),
    },
    {
      id: 'network',
      header: t('fleet.fact.network'),
      cell: (row) => <Network network={row.network} />,
    },
    { id: 'signal', header: t('fleet.fact.signal'), cell: (row) => <Signal dbm={vitalsOf(row).signalDbm} /> },
    {
      id: 'battery',
      header: t('fleet.fact.battery'),
      cell: (row) => <Battery battery={vitalsOf(row).battery} />,
    },
    {
      id: 'free',
      header: t('fleet.fact.freeSpace'),
      cell: (row) => <FreeSpace bytes={vitalsOf(row).freeBytes} />,
    },
    { id: 'clock', header: t('fleet.fact.clock'), cell: (row) => <ClockError skewMs={row.clockSkewMs} /> },
    { id: 'printer', header: t('fleet.fact.printer'), cell: (row) => <Printer state={row.printer} /> },
    {
      id: 'transactions',
      header: t('fleet.fact.transactions'),
      align: 'end',
      cell: (row) => (
        <Show when={counters(row)} fallback={t('ui.none')}>
          {(known) => (
            <LiveValue value={`${known().transactions} ${known().unsettled}`}>
              <span class="digits whitespace-nowrap">
                {format.number(known().transactions ?? 0)}
                {' / '}
                {format.number(known().unsettled ?? 0)}
              </span>
            </LiveValue>
          )}
        </Show>
      ),
    },
    {
      id: 'mismatch',
      header: t('fleet.fact.mismatches'),
      cell: (row) => (
        <Show when={row.mismatches.length > 0} fallback={t('ui.none')}>
          <span
            class="inline-flex items-center gap-1.5 whitespace-nowrap text-warn"
            title={row.mismatches.map((one) => word('mismatch', one)).join(' ')}
          >
            <TriangleAlert class="size-4" aria-hidden="true" />
            {tn('fleet.mismatchCount', row.mismatches.length)}
          </span>
        </Show>
      ),
    },
  ]
}
