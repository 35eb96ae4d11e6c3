import { createMemo, For, type JSX, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import type { CurrencyTotals, Sum } from './totals-data'
import { useSlipWords } from './words'

const NAMES = {
  paid: 'slips.totals.paid',
  back: 'slips.totals.back',
  net: 'slips.totals.net',
  declined: 'slips.totals.declined',
} as const
type Column = keyof typeof NAMES

/** Sums by currency: a line each, with the columns that any of them has something in; on a telephone names stand before their sums. */
export function Sums(props: { totals: readonly CurrencyTotals[] }) {
  const { t } = useI18n()
  const columns = createMemo(() => columnsOf(props.totals))
  return (
    <Show when={props.totals.length > 0}>
      <div class="lg:overflow-x-auto">
        <table class="w-full text-sm lg:w-auto" aria-label={t('slips.totals.title')}>
          <thead class="max-lg:sr-only">
            <tr class="text-xs text-muted">
              <th scope="col" class="pr-8 pb-1 text-left font-normal">
                {t('slips.totals.currency')}
              </th>
              <For each={columns()}>
                {(column) => (
                  <th scope="col" class="pb-1 pl-8 text-right font-normal whitespace-nowrap">
                    {t(NAMES[column])}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody class="divide-y divide-line">
            <For each={props.totals}>{(one) => <InCurrency totals={one} columns={columns()} />}</For>
          </tbody>
        </table>
      </div>
    </Show>
  )
}

/** What was paid stands there in any case: nothing paid says something as well. */
function columnsOf(totals: readonly CurrencyTotals[]): Column[] {
  const hasBack = totals.some(({ back }) => back.count > 0)
  const hasDeclined = totals.some(({ declined }) => declined > 0)
  return [
    'paid',
    ...(hasBack ? (['back', 'net'] as const) : []),
    ...(hasDeclined ? (['declined'] as const) : []),
  ]
}

function InCurrency(props: { totals: CurrencyTotals; columns: readonly Column[] }) {
  const { t, tn, format } = useI18n()
  const { amount } = useSlipWords()
  const money = (minor: number) => amount(minor, props.totals.currency)
  const isEmpty = (column: Column) => {
    const { paid, back, declined } = props.totals
    if (column === 'paid') return paid.count === 0
    if (column === 'back') return back.count === 0
    return column === 'declined' ? declined === 0 : paid.count + back.count === 0
  }
  const sum = ({ count, amount: minor }: Sum, sign = '') => (
    <>
      <span class="mr-2 text-xs text-muted">{tn('slips.totals.count', count)}</span>
      <span class="font-medium">{`${sign}${money(minor)}`}</span>
    </>
  )
  const cell = (column: Column): JSX.Element => {
    const { paid, back, net, declined } = props.totals
    if (column === 'paid') return sum(paid)
    if (column === 'back') return sum(back, '− ')
    if (column === 'net') return <span class="font-semibold">{money(net)}</span>
    return format.number(declined)
  }
  return (
    <tr class="max-lg:block max-lg:py-2 max-lg:first:pt-0">
      <th scope="row" class="text-left font-medium max-lg:block lg:py-1 lg:pr-8">
        {props.totals.currency}
      </th>
      <For each={props.columns}>
        {(column) => (
          <td
            class={classes(
              'digits whitespace-nowrap lg:py-1 lg:pl-8 lg:text-right',
              'max-lg:flex max-lg:items-baseline max-lg:justify-between max-lg:gap-4',
              isEmpty(column) && 'max-lg:hidden',
            )}
          >
            <span class="text-xs whitespace-normal text-muted lg:hidden">{t(NAMES[column])}</span>
            <Show when={!isEmpty(column)} fallback={<span class="text-muted">{t('ui.none')}</span>}>
              <span>{cell(column)}</span>
            </Show>
          </td>
        )}
      </For>
    </tr>
  )
}
