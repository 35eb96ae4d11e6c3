import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { I18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import type { Column } from '../../../../ui/table'
import type { SlipView } from '../../search/schemas'
import { Marks, marksOf, ResultBadge } from './badges'
import { slipPath, terminalPath } from './places'
import { slipWordsIn } from './words'

export const HIDDEN_AT_FIRST = ['serial', 'mid', 'authCode', 'receiptNo', 'received']

/** Everything the list can show of a slip. */
export function slipColumns(i18n: I18n): Column<SlipView>[] {
  const { t, format } = i18n
  const { words, field, amount, card } = slipWordsIn(i18n)
  const code = (value: string | null) => <span class="digits whitespace-nowrap">{value ?? t('ui.none')}</span>
  return [
    {
      id: 'time',
      header: t('slips.search.columnTime'),
      isFixed: true,
      cell: (row) => (
        <>
          <A
            href={slipPath(row.id)}
            class="digits rounded font-medium whitespace-nowrap text-accent hover:underline"
          >
            {format.stamp(row.filedAt)}
          </A>
          <Show when={marksOf(row).length > 0}>
            <span class="mt-1 flex flex-wrap gap-1">
              <Marks slip={row} />
            </span>
          </Show>
        </>
      ),
    },
    { id: 'type', header: field('type'), cell: (row) => words().type[row.type] },
    {
      id: 'amount',
      header: field('amount'),
      align: 'end',
      cell: (row) => (
        <span
          class={classes(
            'digits font-semibold whitespace-nowrap',
            (row.result === 'declined' || row.result === 'aborted') && 'text-muted line-through',
          )}
        >
          {amount(row.amount, row.currency)}
        </span>
      ),
    },
    { id: 'result', header: field('result'), cell: (row) => <ResultBadge result={row.result} /> },
    { id: 'card', header: field('card'), cell: (row) => code(card(row) || null) },
    { id: 'tid', header: field('tid'), cell: (row) => code(row.tid) },
    {
      id: 'merchant',
      header: field('merchant'),
      isWide: true,
      cell: (row) => <span title={row.merchantName ?? ''}>{row.merchantName ?? t('ui.none')}</span>,
    },
    { id: 'rrn', header: field('rrn'), cell: (row) => code(row.rrn) },
    { id: 'authCode', header: field('authCode'), cell: (row) => code(row.authCode) },
    { id: 'receiptNo', header: field('receiptNo'), cell: (row) => code(row.receiptNo) },
    { id: 'mid', header: field('mid'), cell: (row) => code(row.mid) },
    {
      id: 'serial',
      header: field('serial'),
      cell: (row) => (
        <A href={terminalPath(row.terminalId)} class="digits rounded text-accent hover:underline">
          {row.serial ?? t('ui.none')}
        </A>
      ),
    },
    {
      id: 'received',
      header: field('receivedAt'),
      cell: (row) => <span class="digits whitespace-nowrap">{format.stamp(row.receivedAt)}</span>,
    },
  ]
}
