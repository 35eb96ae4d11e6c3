import { A } from '@solidjs/router'
import Download from 'lucide-solid/icons/download'
import type { I18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import type { AppVersionSummary } from '../schemas'
import { apkPath, versionPath } from './places'
import { WarningMarks } from './warnings'
import { abisWords, androidOf, versionWords } from './words'

/** The columns of the versions of one application. */
export function versionColumns(i18n: I18n): Column<AppVersionSummary>[] {
  const { t, format } = i18n
  return [
    {
      id: 'version',
      header: t('applications.fact.version'),
      isFixed: true,
      cell: (row) => (
        <A href={versionPath(row)} class="digits rounded font-medium break-all text-accent hover:underline">
          {versionWords(row, i18n)}
        </A>
      ),
    },
    {
      id: 'minSdk',
      header: t('applications.fact.minSdk'),
      cell: (row) => <span class="whitespace-nowrap">{androidOf(row.minSdk)}</span>,
    },
    {
      id: 'abis',
      header: t('applications.fact.abis'),
      cell: (row) => (
        <span class={row.abis.length === 0 ? 'text-muted' : ''}>{abisWords(row.abis, i18n)}</span>
      ),
    },
    {
      id: 'size',
      header: t('applications.fact.size'),
      align: 'end',
      cell: (row) => <span class="digits whitespace-nowrap">{format.bytes(row.sizeBytes)}</span>,
    },
    {
      id: 'warnings',
      header: t('applications.fact.warnings'),
      cell: (row) => <WarningMarks warnings={row.warnings} />,
    },
    {
      id: 'created',
      header: t('applications.fact.uploaded'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.createdAt} />
          <span class="text-xs break-words text-muted">{row.createdBy}</span>
        </span>
      ),
    },
    {
      id: 'download',
      header: t('applications.fact.apk'),
      cell: (row) => <ApkLink row={row} i18n={i18n} />,
    },
  ]
}

function ApkLink(props: { row: AppVersionSummary; i18n: I18n }) {
  return (
    <ButtonLink
      isDownload
      size="small"
      href={apkPath(props.row.id)}
      icon={<Download class="size-4" aria-hidden="true" />}
    >
      <span aria-hidden="true">{props.i18n.t('applications.page.download')}</span>
      <span class="sr-only">
        {props.i18n.t('applications.page.downloadOf', { version: versionWords(props.row, props.i18n) })}
      </span>
    </ButtonLink>
  )
}
