import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { makerWords } from '../../../app/maker'
import type { I18n } from '../../../i18n'
import type { Column } from '../../../ui/table'
import { TimeAgo } from '../../../ui/time-ago'
import type { AlertView } from '../schemas'
import { AlertStateBadge, SeverityBadge } from './badges'
import { alertPath, alertWords, detailWords } from './words'

/** The columns of the list of alerts. */
export function alertColumns(i18n: I18n): Column<AlertView>[] {
  const { t, tn, format } = i18n
  return [
    {
      id: 'what',
      header: t('alerts.what'),
      isFixed: true,
      cell: (row) => (
        <div class="min-w-0 sm:max-w-xl">
          <A
            href={alertPath(row.id)}
            class="rounded font-medium break-words text-accent [overflow-wrap:anywhere] hover:underline"
          >
            {alertWords(row, i18n)}
          </A>
          <Show when={detailWords(row, i18n)}>
            {(detail) => <p class="mt-0.5 text-xs font-normal break-words text-muted">{detail()}</p>}
          </Show>
          <Show when={row.subject.kind === 'terminals' && row.peak > row.count && row.count > 0}>
            <p class="digits mt-0.5 text-xs font-normal text-muted">
              {t('alerts.peak', { count: format.number(row.peak) })}
            </p>
          </Show>
        </div>
      ),
    },
    {
      id: 'severity',
      header: t('alerts.severity.label'),
      isFixed: true,
      cell: (row) => <SeverityBadge severity={row.severity} />,
    },
    {
      id: 'state',
      header: t('alerts.state.label'),
      isFixed: true,
      cell: (row) => <AlertStateBadge state={row.state} />,
    },
    {
      id: 'since',
      header: t('alerts.since'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.raisedAt} />
          <Show when={row.times > 1}>
            <span class="digits text-xs text-muted">{tn('alerts.timesValue', row.times)}</span>
          </Show>
        </span>
      ),
    },
    {
      id: 'acknowledged',
      header: t('alerts.acknowledgedBy'),
      cell: (row) => (
        <Show when={row.acknowledgedBy} fallback={<span class="text-muted">{t('ui.none')}</span>}>
          {(name) => (
            <div class="max-w-64 min-w-0">
              <p class="break-words">{makerWords(name(), t)}</p>
              <Show when={row.note}>
                {(note) => <p class="mt-0.5 text-xs break-words text-muted">{note()}</p>}
              </Show>
            </div>
          )}
        </Show>
      ),
    },
    {
      id: 'cleared',
      header: t('alerts.clearedAt'),
      cell: (row) => <TimeAgo at={row.clearedAt} />,
    },
  ]
}
