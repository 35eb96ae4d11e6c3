import { A } from '@solidjs/router'
import { For } from 'solid-js'
import { api } from '../../../../app/api'
import { createGrowingList, GrowingList } from '../../../../app/growing-list'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { DataList } from '../../../../ui/data-list'
import { Dialog } from '../../../../ui/dialog'
import { nameOf } from '../../packages/ui/words'
import type { Outcome, ReasonCode } from '../lists'
import type { DryRunInput } from './dry-run'
import { reasonWords, type ShownReason } from './reason-words'

const PAGE = 50

/** One number of a dry-run: what it counts. */
export interface ChosenNumber {
  outcome: Outcome
  /** The reason that weighs most; without: whatever it is. */
  reason?: ReasonCode
  title: string
}

/** The terminals behind one number, with all reasons of each. */
export function DryRunList(props: { input: DryRunInput; number: ChosenNumber; onClose(): void }) {
  const { t } = useI18n()
  const asked = () => ({
    ...props.input,
    outcome: props.number.outcome,
    ...(props.number.reason === undefined ? {} : { reason: props.number.reason }),
  })
  const list = createGrowingList(() => ({
    key: [...api.updateRules.dryRunTerminals.key(), asked()],
    limit: PAGE,
    ask: (page, signal) => api.updateRules.dryRunTerminals.fetch({ ...asked(), ...page }, signal),
  }))
  const hasPackages = () => list.items().some(({ packages }) => packages.length > 0)
  return (
    <Dialog
      isOpen
      size="large"
      onClose={() => props.onClose()}
      title={props.number.title}
      footer={
        list.paging.hasMore && (
          <Button isBusy={list.paging.isLoadingMore} onClick={list.paging.onMore}>
            {list.items().length === 0 ? t('rules.dryRun.lookFurther') : t('rules.dryRun.more')}
          </Button>
        )
      }
    >
      <GrowingList list={list} lines={8}>
        <DataList
          label={props.number.title}
          none={list.paging.hasMore ? t('rules.dryRun.lookedSoFar') : t('rules.dryRun.nobody')}
          head={[
            t('rules.dryRun.serial'),
            t('rules.dryRun.model'),
            t('rules.dryRun.why'),
            ...(hasPackages() ? [t('rules.dryRun.takes')] : []),
          ]}
          rows={list.items().map((one) => [
            <A
              href={`/monitoring/status/${one.terminalId}?tab=updates`}
              target="_blank"
              class="rounded font-medium whitespace-nowrap text-accent hover:underline"
            >
              {one.serial}
            </A>,
            one.model,
            <Reasons reasons={one.reasons} />,
            ...(hasPackages() ? [one.packages.map(nameOf).join(', ')] : []),
          ])}
        />
      </GrowingList>
    </Dialog>
  )
}

function Reasons(props: { reasons: readonly ShownReason[] }) {
  const i18n = useI18n()
  return (
    <ul class="space-y-0.5">
      <For each={props.reasons}>
        {(reason) => <li class="first-letter:uppercase">{reasonWords(reason, i18n)}</li>}
      </For>
    </ul>
  )
}
