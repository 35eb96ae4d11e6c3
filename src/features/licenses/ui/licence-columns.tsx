import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { makerWords } from '../../../app/maker'
import type { I18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import type { Column } from '../../../ui/table'
import { TimeAgo } from '../../../ui/time-ago'
import { platformsIn } from '../../terminals/ui/words'
import type { LicenceView } from '../schemas'
import { licencePath, terminalPath } from './places'
import { Validity } from './validity'
import { stateKey } from './words'

export type ListedLicence = LicenceView & { terminalId: string | null }
const LINK = 'digits rounded font-medium text-accent hover:underline'

/** The columns of the list; some need another reading where licences out of use are shown. */
export function licenceColumns(i18n: I18n): Column<ListedLicence>[] {
  const { t, format } = i18n
  return [
    {
      id: 'licId',
      header: t('license.fact.licId'),
      isFixed: true,
      cell: (row) => (
        <span class="inline-flex min-w-28 flex-wrap items-center gap-2">
          <A href={licencePath(row.id)} class={`${LINK} break-all`}>
            {row.licId}
          </A>
          <Show when={row.state !== 'current'}>
            <Badge tone={row.state === 'deleted' ? 'danger' : 'neutral'}>{t(stateKey(row.state))}</Badge>
          </Show>
        </span>
      ),
    },
    {
      id: 'serial',
      header: t('license.fact.serial'),
      isFixed: true,
      cell: (row) => (
        <Show
          when={row.terminalId}
          fallback={
            <span class="digits break-all" title={t('license.list.notRegistered')}>
              {row.serial}
            </span>
          }
        >
          {(id) => (
            <A href={terminalPath(id())} class={`${LINK} break-all`}>
              {row.serial}
            </A>
          )}
        </Show>
      ),
    },
    {
      id: 'platform',
      header: t('license.fact.platform'),
      cell: (row) => <span class="whitespace-nowrap">{platformsIn(i18n).nameOf(row.platform)}</span>,
    },
    {
      id: 'product',
      header: t('license.fact.product'),
      isWide: true,
      cell: (row) => (row.product === '' ? t('ui.none') : <span title={row.product}>{row.product}</span>),
    },
    {
      id: 'validUntil',
      header: t('license.fact.validUntil'),
      sort: 'validUntil',
      cell: (row) => <Validity until={row.validUntil} isEnded={row.state !== 'current'} />,
    },
    {
      id: 'imported',
      header: t('license.fact.imported'),
      sort: 'importedAt',
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.importedAt} />
          <span class="text-xs break-words text-muted">{makerWords(row.importedBy, t)}</span>
        </span>
      ),
    },
    {
      id: 'size',
      header: t('license.fact.size'),
      align: 'end',
      cell: (row) => <span class="digits whitespace-nowrap">{format.bytes(row.sizeBytes)}</span>,
    },
    {
      id: 'fileName',
      header: t('license.fact.fileName'),
      isWide: true,
      cell: (row) => <span title={row.fileName}>{row.fileName}</span>,
    },
  ]
}
