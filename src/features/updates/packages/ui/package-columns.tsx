import { A } from '@solidjs/router'
import { makerWords } from '../../../../app/maker'
import type { I18n } from '../../../../i18n'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { platformsIn } from '../../../terminals/ui/words'
import type { PackageSummary } from '../schemas'
import { packagePath } from './places'
import { WarningMarks } from './warnings'
import { modelsWords } from './words'

const LINK = 'digits rounded font-medium break-words text-accent hover:underline'

/** The columns of the list of packages. */
export function packageColumns(i18n: I18n): Column<PackageSummary>[] {
  const { t, format } = i18n
  return [
    {
      id: 'component',
      header: t('packages.fact.component'),
      isFixed: true,
      cell: (row) => (
        <A href={packagePath(row.id)} class={LINK}>
          {row.component} <span class="sm:hidden">{row.version}</span>
        </A>
      ),
    },
    {
      id: 'version',
      header: t('packages.fact.version'),
      isFixed: true,
      cell: (row) => <span class="digits font-medium break-all">{row.version}</span>,
    },
    {
      id: 'fromVersion',
      header: t('packages.fact.fromVersion'),
      cell: (row) => (
        <span class="digits break-all text-muted">{row.fromVersion ?? t('packages.anyVersion')}</span>
      ),
    },
    {
      id: 'platform',
      header: t('packages.fact.platform'),
      cell: (row) => <span class="whitespace-nowrap">{platformsIn(i18n).nameOf(row.platform)}</span>,
    },
    {
      id: 'models',
      header: t('packages.fact.models'),
      isWide: true,
      cell: (row) => (
        <span title={row.models.join(', ')} class={row.models.length === 0 ? 'text-muted' : ''}>
          {modelsWords(row.models, i18n)}
        </span>
      ),
    },
    {
      id: 'kind',
      header: t('packages.fact.kind'),
      cell: (row) => <span class="whitespace-nowrap">{t(`packages.kind.${row.kind}`)}</span>,
    },
    {
      id: 'size',
      header: t('packages.fact.size'),
      align: 'end',
      cell: (row) => <span class="digits whitespace-nowrap">{format.bytes(row.sizeBytes)}</span>,
    },
    {
      id: 'files',
      header: t('packages.fact.files'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.fileCount)}</span>,
    },
    {
      id: 'warnings',
      header: t('packages.fact.warnings'),
      cell: (row) => <WarningMarks warnings={row.warnings} />,
    },
    {
      id: 'created',
      header: t('packages.fact.created'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.createdAt} />
          <span class="text-xs break-words text-muted">{makerWords(row.createdBy, t)}</span>
        </span>
      ),
    },
  ]
}
