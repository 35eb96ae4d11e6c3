import { A } from '@solidjs/router'
import { For, Match, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useInfiniteQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { DataList } from '../../../../ui/data-list'
import { Dialog } from '../../../../ui/dialog'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
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
  const i18n = useI18n()
  const { t } = i18n
  const asked = () => ({
    ...props.input,
    outcome: props.number.outcome,
    ...(props.number.reason === undefined ? {} : { reason: props.number.reason }),
  })
  const list = useInfiniteQuery(() => ({
    queryKey: [...api.updateRules.dryRunTerminals.key(), asked()],
    queryFn: ({ pageParam, signal }) =>
      api.updateRules.dryRunTerminals.fetch({ ...asked(), cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  }))
  const items = () => list.data?.pages.flatMap((page) => page.items) ?? []
  const hasPackages = () => items().some(({ packages }) => packages.length > 0)
  return (
    <Dialog
      isOpen
      size="large"
      onClose={() => props.onClose()}
      title={props.number.title}
      footer={
        list.hasNextPage && (
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {items().length === 0 ? t('rules.dryRun.lookFurther') : t('rules.dryRun.more')}
          </Button>
        )
      }
    >
      <Switch>
        <Match when={list.isError}>
          <ErrorNote {...failureOf(list.error, i18n)} onRetry={() => void list.refetch()} />
        </Match>
        <Match when={list.isPending}>
          <Skeleton lines={8} />
        </Match>
        <Match when={true}>
          <DataList
            label={props.number.title}
            none={list.hasNextPage ? t('rules.dryRun.lookedSoFar') : t('rules.dryRun.nobody')}
            head={[
              t('rules.dryRun.serial'),
              t('rules.dryRun.model'),
              t('rules.dryRun.why'),
              ...(hasPackages() ? [t('rules.dryRun.takes')] : []),
            ]}
            rows={items().map((one) => [
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
        </Match>
      </Switch>
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
