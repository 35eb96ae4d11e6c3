import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { I18n } from '../../../../i18n'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { platformsIn } from '../../../terminals/ui/words'
import type { KeyLoadView } from '../schemas'
import { BatchLink, KcvChips, KeyStateBadge, NeedBadges } from './badges'
import { keysPath } from './places'
import { kcvsOf, reasonWords } from './words'

/** Why the newest file failed, unless the alarm says the same. */
const failureOf = ({ state, file, alarm }: KeyLoadView) =>
  state === 'failed' && file !== null && file.reason !== alarm ? file.reason : null

/** The columns of the terminals by their keys. */
export function loadColumns(i18n: I18n): Column<KeyLoadView>[] {
  const { t, format } = i18n
  const none = () => <span class="text-muted">{t('ui.none')}</span>
  return [
    {
      id: 'serial',
      header: t('keys.fact.serial'),
      isFixed: true,
      cell: (row) => (
        <A
          href={keysPath(row.terminalId)}
          class="digits inline-block rounded font-medium break-all text-accent hover:underline sm:min-w-36"
        >
          {row.serial}
        </A>
      ),
    },
    {
      id: 'platform',
      header: t('keys.fact.platform'),
      cell: (row) => <span class="whitespace-nowrap">{platformsIn(i18n).nameOf(row.platform)}</span>,
    },
    {
      id: 'state',
      header: t('keys.fact.state'),
      isFixed: true,
      cell: (row) => (
        <span class="flex flex-col items-start gap-1 max-sm:items-end">
          <span class="flex flex-wrap items-center gap-x-2 gap-y-1 max-sm:justify-end">
            <KeyStateBadge state={row.state} />
            <Show when={row.state !== 'none' && row.stateAt}>
              {(at) => <TimeAgo at={at()} class="text-xs text-muted" />}
            </Show>
          </span>
          <NeedBadges load={row} />
          <Show when={failureOf(row)}>
            {(reason) => <span class="text-xs text-danger">{reasonWords(reason(), i18n)}</span>}
          </Show>
        </span>
      ),
    },
    {
      id: 'sequence',
      header: t('keys.fact.sequence'),
      align: 'end',
      cell: (row) => (
        <Show when={row.file} fallback={none()}>
          {(file) => <span class="digits">{format.number(file().sequence)}</span>}
        </Show>
      ),
    },
    {
      id: 'kcvs',
      header: t('keys.fact.kcvs'),
      cell: (row) => (
        <KcvChips terminalId={row.terminalId} kcvs={row.file === null ? [] : kcvsOf(row.file)} />
      ),
    },
    {
      id: 'installed',
      header: t('keys.fact.installed'),
      cell: (row) => (
        <Show when={row.installedAt} fallback={none()}>
          {(at) => (
            <span class="flex flex-col max-sm:items-end">
              <span class="digits whitespace-nowrap">{format.date(at())}</span>
              <Show when={row.installedSequence !== row.file?.sequence && row.installedSequence}>
                {(sequence) => (
                  <span class="digits text-xs text-muted">
                    {t('keys.sequenceOf', { sequence: format.number(sequence()) })}
                  </span>
                )}
              </Show>
            </span>
          )}
        </Show>
      ),
    },
    {
      id: 'batch',
      header: t('keys.fact.batch'),
      cell: (row) => <BatchLink batch={row.file?.batch ?? null} />,
    },
  ]
}
