import { A } from '@solidjs/router'
import { makerWords } from '../../../../app/maker'
import type { I18n } from '../../../../i18n'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import type { AppSummary } from '../schemas'
import { AppIcon } from './app-icon'
import { appPath } from './places'
import { WarningMarks } from './warnings'
import { labelOf } from './words'

/** The columns of the list of applications. */
export function appColumns(i18n: I18n): Column<AppSummary>[] {
  const { t, format } = i18n
  return [
    {
      id: 'label',
      header: t('applications.fact.label'),
      isFixed: true,
      cell: (row) => (
        <span class="flex items-center gap-3">
          <AppIcon url={row.iconUrl} />
          <span class="min-w-0">
            <A
              href={appPath(row.id)}
              class="block rounded font-medium break-words text-accent hover:underline"
            >
              {labelOf(row, i18n)}
            </A>
            <span class="block text-xs font-normal break-all text-muted">{row.package}</span>
          </span>
        </span>
      ),
    },
    {
      id: 'newest',
      header: t('applications.fact.newest'),
      isFixed: true,
      cell: ({ newest }) => (
        <span class="flex flex-col max-sm:items-end">
          <span class="digits font-medium break-all">{newest.versionName || t('ui.none')}</span>
          <span class="digits text-xs whitespace-nowrap text-muted">
            {t('applications.code', { code: String(newest.versionCode) })}
          </span>
        </span>
      ),
    },
    {
      id: 'versions',
      header: t('applications.fact.versions'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.versionCount)}</span>,
    },
    {
      id: 'sets',
      header: t('applications.fact.sets'),
      align: 'end',
      cell: (row) => (
        <span class={row.setCount === 0 ? 'digits text-muted' : 'digits'}>{format.number(row.setCount)}</span>
      ),
    },
    {
      id: 'size',
      header: t('applications.fact.size'),
      align: 'end',
      cell: ({ newest }) => <span class="digits whitespace-nowrap">{format.bytes(newest.sizeBytes)}</span>,
    },
    {
      id: 'warnings',
      header: t('applications.fact.warnings'),
      cell: ({ newest }) => <WarningMarks warnings={newest.warnings} />,
    },
    {
      id: 'created',
      header: t('applications.fact.uploaded'),
      cell: ({ newest }) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={newest.createdAt} />
          <span class="text-xs break-words text-muted">{makerWords(newest.createdBy, t)}</span>
        </span>
      ),
    },
  ]
}
