import Download from 'lucide-solid/icons/download'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import { Show } from 'solid-js'
import type { I18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button, buttonClasses } from '../../../../ui/button'
import type { Column } from '../../../../ui/table'
import type { KeyBatchView } from '../schemas'
import { BatchLink } from './badges'
import { BatchBar } from './batch-bar'
import { reportHref } from './places'
import { unaccountedOf } from './words'

/** The columns of the list of batches. */
export function batchColumns(
  i18n: I18n,
  options: { mayApprove: boolean; onApprove(batch: KeyBatchView): void },
): Column<KeyBatchView>[] {
  const { t, format } = i18n
  return [
    {
      id: 'batch',
      header: t('keys.fact.batch'),
      isFixed: true,
      cell: (row) => (
        <span class="font-medium">
          <BatchLink batch={row.batch} />
        </span>
      ),
    },
    {
      id: 'period',
      header: t('keys.batches.period'),
      cell: (row) => (
        <span class="digits whitespace-nowrap" title={format.dateTime(row.firstAt)}>
          {format.date(row.firstAt) === format.date(row.lastAt)
            ? format.date(row.lastAt)
            : `${format.date(row.firstAt)} – ${format.date(row.lastAt)}`}
        </span>
      ),
    },
    {
      id: 'deposited',
      header: t('keys.batches.files'),
      align: 'end',
      isFixed: true,
      cell: (row) => <span class="digits font-semibold">{format.number(row.deposited)}</span>,
    },
    {
      id: 'where',
      header: t('keys.batches.where'),
      isFixed: true,
      cell: (row) => <BatchBar batch={row} />,
    },
    {
      id: 'unaccounted',
      header: t('keys.batches.unaccounted'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <Badge tone={unaccountedOf(row) === 0 ? 'good' : 'danger'}>
          <span class="digits">{format.number(unaccountedOf(row))}</span>
        </Badge>
      ),
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <span class="inline-flex flex-wrap justify-end gap-2">
          <Show when={options.mayApprove && row.unapproved > 0}>
            <Button
              size="small"
              aria-label={t('keys.batches.approveOf', { batch: row.batch })}
              icon={<ShieldCheck class="size-4" aria-hidden="true" />}
              onClick={() => options.onApprove(row)}
            >
              {t('keys.act.approve.label')}
            </Button>
          </Show>
          <a
            href={reportHref(row.batch, i18n.locale())}
            rel="external"
            download=""
            aria-label={t('keys.batches.csvOf', { batch: row.batch })}
            class={buttonClasses('quiet', 'small')}
          >
            <Download class="size-4" aria-hidden="true" />
            {t('keys.batches.csv')}
          </a>
        </span>
      ),
    },
  ]
}
