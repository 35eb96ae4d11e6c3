import { A } from '@solidjs/router'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { Show } from 'solid-js'
import type { I18n } from '../../../../i18n'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import type { EcrLogView } from '../schemas'
import { logPath } from './places'

/** Everything the list shows of a log. */
export function ecrLogColumns(i18n: I18n): Column<EcrLogView>[] {
  const { t, format } = i18n
  return [
    {
      id: 'name',
      header: t('ecrLogs.column.name'),
      isFixed: true,
      cell: (row) => (
        <span class="inline-flex max-w-80 flex-wrap items-baseline gap-x-2">
          <A href={logPath(row.id)} class="rounded font-medium break-all text-accent hover:underline">
            {row.name}
          </A>
          <Show when={row.version > 1}>
            <span class="text-xs whitespace-nowrap text-muted">
              {t('ecrLogs.version', { number: format.number(row.version) })}
            </span>
          </Show>
        </span>
      ),
    },
    {
      id: 'terminal',
      header: t('ecrLogs.column.terminal'),
      isFixed: true,
      cell: (row) => (
        <A
          href={`/monitoring/status/${row.terminalId}`}
          class="digits rounded whitespace-nowrap text-accent hover:underline"
        >
          {row.serial}
        </A>
      ),
    },
    {
      id: 'tid',
      header: t('ecrLogs.column.tid'),
      cell: (row) => <span class="digits">{row.tids.join(', ') || t('ui.none')}</span>,
    },
    { id: 'period', header: t('ecrLogs.column.period'), cell: (row) => periodOf(row, i18n) },
    {
      id: 'size',
      header: t('ecrLogs.column.size'),
      align: 'end',
      cell: (row) => <span class="digits whitespace-nowrap">{format.bytes(row.sizeBytes)}</span>,
    },
    {
      id: 'cards',
      header: t('ecrLogs.column.cards'),
      cell: (row) => (
        <Show when={row.cardNumbers > 0} fallback={t('ui.none')}>
          <span class="inline-flex items-center gap-1.5 whitespace-nowrap text-danger">
            <TriangleAlert class="size-4" aria-hidden="true" />
            {format.number(row.cardNumbers)}
          </span>
        </Show>
      ),
    },
    {
      id: 'received',
      header: t('ecrLogs.column.received'),
      cell: (row) => <TimeAgo at={row.receivedAt} />,
    },
  ]
}

/** As the terminal says it, else by the first and the last time in the log, which are by its clock. */
export function periodOf(log: EcrLogView, { t, format }: I18n): string {
  if (log.from !== null && log.to !== null)
    return t('ecrLogs.period', { from: format.dateTime(log.from), to: format.dateTime(log.to) })
  if (log.firstTime === null || log.lastTime === null) return t('ui.none')
  return t('ecrLogs.period', { from: format.dateTime(log.firstTime), to: format.dateTime(log.lastTime) })
}
