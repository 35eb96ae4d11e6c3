import { useParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Tabs } from '../../../../ui/tabs'
import type { SlipDetails } from '../../export/schemas'
import { COPIES, type Copy } from '../../ingest/lists'
import { Marks, marksOf, ResultBadge } from './badges'
import { EmvFacts } from './emv-facts'
import { Paper } from './paper'
import { SLIPS } from './places'
import { Neighbours, SlipActions } from './slip-actions'
import { SlipFacts, SlipReferences } from './slip-facts'
import { SlipHistory } from './slip-history'
import { useSlipWords } from './words'

/** One slip: the paper, everything that is known of it, and what became of it. */
export function SlipPage() {
  const { t } = useI18n()
  const { words, amount } = useSlipWords()
  const params = useParams<{ slipId: string }>()
  const slip = useQuery(() => api.eslips.get.query({ slipId: params.slipId }))
  const [copy, setCopy] = createSignal<Copy>('merchant')
  const title = (one: SlipDetails) =>
    t('slips.page.titleOf', { type: words().type[one.type], amount: amount(one.amount, one.currency) })
  const known = () => (slip.isError ? undefined : slip.data)
  return (
    <Page
      title={slip.data === undefined ? t('slips.page.title') : title(slip.data)}
      permission="eslips:read"
      parent={{ title: t('slips.search.title'), href: SLIPS }}
      badges={
        <Show when={known()}>
          {(one) => (
            <>
              <ResultBadge result={one().result} />
              <Marks slip={one()} />
            </>
          )}
        </Show>
      }
      actions={<Show when={known()}>{(one) => <SlipActions slip={one()} copy={copy()} />}</Show>}
    >
      <Answer query={{ data: known(), error: slip.error, refetch: slip.refetch }} lines={10}>
        {(one) => (
          <div class="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
            <div class="min-w-0">
              <Tabs
                label={t('slips.page.copies')}
                value={copy()}
                onChange={(next) => setCopy(COPIES.find((known) => known === next) ?? 'merchant')}
                items={COPIES.map((value) => ({
                  value,
                  label: words().copy[value],
                  content: () => <Paper slip={one().slip} copy={value} />,
                }))}
              />
              <Neighbours slip={one()} />
            </div>
            <div class="min-w-0 space-y-5">
              <Meanings slip={one()} />
              <SlipFacts slip={one()} />
              <SlipReferences slip={one()} />
              <Show when={one().slip.emv}>{(emv) => <EmvFacts emv={emv()} />}</Show>
              <SlipHistory history={one().history} />
            </div>
          </div>
        )}
      </Answer>
    </Page>
  )
}

/** What the marks mean, in sentences. */
function Meanings(props: { slip: SlipDetails }) {
  const { t } = useI18n()
  return (
    <Show when={marksOf(props.slip).length > 0}>
      <ul class="space-y-1 rounded-xl bg-warn-soft px-4 py-3 text-sm">
        <For each={marksOf(props.slip)}>{(mark) => <li>{t(mark.text)}</li>}</For>
      </ul>
    </Show>
  )
}
