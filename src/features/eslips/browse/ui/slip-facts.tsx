import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { CopyButton } from '../../../../ui/copy-button'
import { DataList } from '../../../../ui/data-list'
import { type Fact, Facts } from '../../../../ui/facts'
import type { SlipDetails } from '../../export/schemas'
import { schemeName, timeText, wordOf } from '../../receipt'
import { ResultBadge } from './badges'
import { slipsOfTid, terminalPath } from './places'
import { useSlipWords } from './words'

const LINK = 'digits rounded font-medium text-accent hover:underline'

/** Every field of a slip; those the terminal did not send are left out. */
export function SlipFacts(props: { slip: SlipDetails }) {
  const { t } = useI18n()
  const facts = useFacts(() => props.slip)
  return (
    <Card title={t('slips.page.facts')}>
      <Facts facts={facts()} />
    </Card>
  )
}

function useFacts(given: () => SlipDetails) {
  const { t, format, locale } = useI18n()
  const { words, field, amount } = useSlipWords()
  return (): Fact[] => {
    const view = given()
    const { slip } = view
    const money = (minor: number | undefined) =>
      minor === undefined ? undefined : amount(minor, slip.currency)
    const named = (known: Readonly<Record<string, string>>, value: string | undefined) =>
      value === undefined ? undefined : wordOf(known, value)
    const place = [slip.merchant?.name, slip.merchant?.address, slip.merchant?.city, slip.merchant?.country]
    const facts: Fact[] = [
      { name: field('type'), value: words().type[slip.type] },
      { name: field('result'), value: <ResultBadge result={slip.result} /> },
      { name: field('amount'), value: <strong>{amount(slip.amount, slip.currency)}</strong> },
      { name: field('tip'), value: money(slip.amounts?.tip) },
      { name: field('cashback'), value: money(slip.amounts?.cashback) },
      { name: field('fee'), value: money(slip.amounts?.fee) },
      { name: field('surcharge'), value: money(slip.amounts?.surcharge) },
      { name: field('originalAmount'), value: money(slip.amounts?.original) },
      { name: field('localDateTime'), value: timeText(slip.localDateTime, locale()) },
      { name: field('filedAt'), value: format.stamp(view.filedAt) },
      { name: field('receivedAt'), value: format.stamp(view.receivedAt) },
      {
        name: field('serial'),
        value: (
          <A href={terminalPath(view.terminalId)} class={LINK}>
            {view.serial ?? t('ui.none')}
          </A>
        ),
      },
      {
        name: field('tid'),
        value: view.tid === null ? undefined : <TidLink tid={view.tid} />,
      },
      { name: field('mid'), value: view.mid },
      { name: field('merchant'), value: view.merchantName },
      { name: t('slips.page.place'), value: place.filter(Boolean).join(', ') },
      { name: field('card'), value: cardOf(slip) },
      { name: field('scheme'), value: slip.scheme === undefined ? undefined : schemeName(slip.scheme) },
      { name: field('entryMode'), value: named(words().entryMode, slip.entryMode) },
      { name: field('cvm'), value: named(words().cvm, slip.cvm) },
      { name: field('signature'), value: named(words().signature, slip.signature) },
      { name: field('rrn'), value: slip.rrn },
      { name: field('stan'), value: slip.stan },
      { name: field('authCode'), value: slip.authCode },
      { name: field('responseCode'), value: slip.responseCode },
      { name: field('receiptNo'), value: slip.receiptNo },
      { name: field('batchNo'), value: slip.batchNo },
      { name: field('shiftNo'), value: slip.shiftNo },
      { name: field('orderId'), value: slip.orderId },
      { name: field('mcc'), value: slip.mcc },
      { name: t('slips.page.number'), value: format.number(view.seq) },
      { name: field('slipUid'), value: <Code text={view.slipUid} /> },
      { name: t('slips.page.digest'), value: <Code text={view.contentDigest} /> },
    ]
    return facts.filter(({ value }) => value !== undefined && value !== null && value !== '')
  }
}

function TidLink(props: { tid: string }) {
  return (
    <A href={slipsOfTid(props.tid)} class={LINK}>
      {props.tid}
    </A>
  )
}

function Code(props: { text: string }) {
  return (
    <span class="flex items-center gap-1">
      <code class="min-w-0 truncate font-mono text-xs" title={props.text}>
        {props.text}
      </code>
      <CopyButton isIcon text={props.text} />
    </span>
  )
}

/** As many digits as may be shown: six and four, the others as stars. */
function cardOf({ pan }: SlipDetails['slip']): string | undefined {
  if (pan?.first6 === undefined && pan?.last4 === undefined) return undefined
  const { first6 = '', last4 = '', length = 16 } = pan
  return first6 + '*'.repeat(Math.max(4, length - first6.length - last4.length)) + last4
}

/** What a refund takes back, and what a settlement sums up. */
export function SlipReferences(props: { slip: SlipDetails }) {
  const { t, format } = useI18n()
  const { words, field, amount } = useSlipWords()
  const original = () => props.slip.slip.original
  return (
    <>
      <Show when={original()}>
        {(known) => (
          <Card title={t('slips.page.original')}>
            <Facts
              facts={[
                { name: field('rrn'), value: known().rrn },
                { name: field('stan'), value: known().stan },
                { name: field('receiptNo'), value: known().receiptNo },
              ]}
            />
          </Card>
        )}
      </Show>
      <Show when={props.slip.slip.totals}>
        {(totals) => (
          <Card title={t('slips.page.totals')}>
            <DataList
              label={t('slips.page.totals')}
              none={t('slips.totals.none')}
              head={[field('type'), t('slips.page.count'), field('amount')]}
              rows={totals().map((one) => [
                words().type[one.type],
                format.number(one.count),
                amount(one.amount, one.currency),
              ])}
            />
          </Card>
        )}
      </Show>
    </>
  )
}
