import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import type { I18n } from '../../../../i18n'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import type { AppVersionSummary } from '../schemas'
import { versionPath } from './places'
import { WarningMarks } from './warnings'
import { androidOf } from './words'

/** The columns of the versions of one application. */
export function versionColumns(i18n: I18n): Column<AppVersionSummary>[] {
  const { t, format } = i18n
  return [
    {
      id: 'version',
      header: t('applications.fact.version'),
      isFixed: true,
      cell: (row) => <VersionLink row={row} i18n={i18n} />,
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
        <Show
          when={row.abis.length > 0}
          fallback={<span class="text-muted">{t('applications.anyAbi')}</span>}
        >
          <span class="inline-flex flex-col max-sm:items-end">
            <For each={row.abis}>{(abi) => <span class="whitespace-nowrap">{abi}</span>}</For>
          </span>
        </Show>
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
          <span class="text-xs break-words text-muted">{makerWords(row.createdBy, t)}</span>
        </span>
      ),
    },
  ]
}

/** The version as people say it; below it the number by which Android tells which is newer. */
function VersionLink(props: { row: AppVersionSummary; i18n: I18n }) {
  const code = () => props.i18n.t('applications.code', { code: String(props.row.versionCode) })
  return (
    <span class="flex flex-col">
      <A
        href={versionPath(props.row)}
        class="digits rounded font-medium break-words text-accent hover:underline"
      >
        {props.row.versionName || code()}
      </A>
      <Show when={props.row.versionName}>
        <span class="digits text-xs font-normal whitespace-nowrap text-muted">{code()}</span>
      </Show>
    </span>
  )
}
