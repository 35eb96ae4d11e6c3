import Download from 'lucide-solid/icons/download'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { buttonClasses } from '../../../../ui/button'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { amountText, SLIP_WORDS } from '../../receipt'
import type { ArchiveView, SlipSum } from '../schemas'

/** The columns of the list of archives. Days are days in UTC, whatever zone somebody looks from. */
export function archiveColumns(): Column<ArchiveView>[] {
  const { t, format } = useI18n()
  return [
    {
      id: 'day',
      header: t('archive.day'),
      isFixed: true,
      cell: (row) => <span class="digits font-medium whitespace-nowrap">{format.day(row.day)}</span>,
    },
    { id: 'number', header: t('archive.number'), align: 'end', cell: (row) => format.number(row.number) },
    { id: 'slips', header: t('archive.slips'), align: 'end', cell: (row) => format.number(row.rows) },
    { id: 'size', header: t('archive.size'), align: 'end', cell: (row) => format.bytes(row.sizeBytes) },
    {
      id: 'totals',
      header: t('archive.totals'),
      align: 'end',
      cell: (row) => <Approved totals={row.totals} />,
    },
    { id: 'state', header: t('archive.state'), cell: (row) => <State row={row} /> },
    { id: 'written', header: t('archive.written'), cell: (row) => <TimeAgo at={row.writtenAt} /> },
    {
      id: 'download',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <Show when={row.deletedAt === null}>
          <a
            href={`/api/v1/eslips/archives/${row.number}/content`}
            rel="external"
            download=""
            aria-label={t('archive.downloadNamed', { day: format.day(row.day) })}
            class={buttonClasses('secondary', 'small')}
          >
            <Download class="size-4" aria-hidden="true" />
            {t('archive.download')}
          </a>
        </Show>
      ),
    },
  ]
}

function State(props: { row: ArchiveView }) {
  const { t } = useI18n()
  return (
    <Show when={props.row.deletedAt === null} fallback={<Badge hasDot>{t('archive.deleted')}</Badge>}>
      <Badge hasDot tone={props.row.isHeld ? 'accent' : 'good'}>
        {t(props.row.isHeld ? 'archive.held' : 'archive.kept')}
      </Badge>
    </Show>
  )
}

const MOST_SUMS = 2

/** What was approved, by currency and type, the most frequent at once; a settlement only repeats the sums of others. */
function Approved(props: { totals: readonly SlipSum[] }) {
  const { t, tn } = useI18n()
  const sums = () =>
    props.totals
      .filter((one) => one.result === 'approved' && one.type !== 'settlement')
      .sort((a, b) => b.count - a.count)
  return (
    <Show when={sums().length > 0} fallback={<span class="text-muted">{t('archive.noTotals')}</span>}>
      <Sums sums={sums().slice(0, MOST_SUMS)} />
      <Show when={sums().length > MOST_SUMS}>
        <details>
          <summary class="ml-auto w-fit rounded text-xs whitespace-nowrap text-accent hover:underline">
            {tn('archive.totalsMore', sums().length)}
          </summary>
          <Sums sums={sums().slice(MOST_SUMS)} />
        </details>
      </Show>
    </Show>
  )
}

function Sums(props: { sums: readonly SlipSum[] }) {
  const { locale, format } = useI18n()
  return (
    <ul class="digits space-y-0.5 text-right">
      <For each={props.sums}>
        {(one) => (
          <li class="whitespace-nowrap">
            <span class="text-xs text-muted">
              {`${SLIP_WORDS[locale()].type[one.type]} × ${format.number(one.count)}`}
            </span>{' '}
            {amountText(one.amount, one.currency, locale())}
          </li>
        )}
      </For>
    </ul>
  )
}
