import { useQuery } from '@tanstack/solid-query'
import { createSignal, For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { EmptyState } from '../../../../ui/empty-state'
import { ErrorNote } from '../../../../ui/error-note'
import { LiveValue } from '../../../../ui/live-value'
import { Skeleton } from '../../../../ui/skeleton'
import { TimeAgo } from '../../../../ui/time-ago'
import { OUTCOME_TONES } from '../../rules/ui/outcomes'
import { reasonWords } from '../../rules/ui/reason-words'
import type { Explanation } from '../schemas'

const REFRESH_MS = 15_000

/** Why one terminal gets an update, or does not: every rule of its platform, those that concern it first. */
export function TerminalUpdates(props: { registered: { id: string } }) {
  const i18n = useI18n()
  const { t } = i18n
  const [showsAll, setShowsAll] = createSignal(false)
  const explained = useQuery(() => ({
    ...api.updates.explain.query({ terminalId: props.registered.id }),
    refetchInterval: REFRESH_MS,
  }))
  const concerned = () => explained.data?.rules.filter((one) => one.isAssigned) ?? []
  const others = () => explained.data?.rules.filter((one) => !one.isAssigned) ?? []
  const shown = () => [...concerned(), ...(showsAll() ? others() : [])]
  return (
    <Show
      when={explained.data}
      fallback={
        <Show when={explained.error} fallback={<Skeleton lines={6} class="max-w-3xl" />}>
          {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void explained.refetch()} />}
        </Show>
      }
    >
      {(known) => (
        <div class="max-w-4xl space-y-4">
          <p class="text-sm text-muted">
            {t('updates.explain.text')} <TimeAgo at={known().at} />
          </p>
          <Show when={concerned().length === 0}>
            <EmptyState title={t('updates.explain.none')} text={t('updates.explain.noneText')} />
          </Show>
          <For each={shown()}>{(rule) => <RuleCard rule={rule} />}</For>
          <Show when={!showsAll() && others().length > 0}>
            <Button look="quiet" onClick={() => setShowsAll(true)}>
              {i18n.tn('updates.explain.others', others().length)}
            </Button>
          </Show>
          <Show when={!known().isWhole}>
            <p class="text-sm text-muted">{t('updates.explain.notWhole')}</p>
          </Show>
        </div>
      )}
    </Show>
  )
}

function RuleCard(props: { rule: Explanation['rules'][number] }) {
  const i18n = useI18n()
  const { t, lookup, format } = i18n
  return (
    <Card>
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 class="font-semibold">{props.rule.name}</h3>
        <LiveValue value={props.rule.outcome}>
          <Badge tone={OUTCOME_TONES[props.rule.outcome]} hasDot>
            {lookup(`updates.outcome.${props.rule.outcome}`)}
          </Badge>
        </LiveValue>
      </div>
      <ul class="mt-2 space-y-1">
        <For each={props.rule.reasons}>{(reason) => <li>{reasonWords(reason, i18n)}</li>}</For>
      </ul>
      <Show when={props.rule.packages.length > 0}>
        <p class="mt-2 text-sm text-muted">
          {t('updates.explain.packages')}{' '}
          {props.rule.packages.map((one) => `${one.component} ${one.version}`).join(', ')}
        </p>
      </Show>
      <Show when={props.rule.recheckAt}>
        {(at) => (
          <p class="mt-1 text-sm text-muted">{t('updates.explain.recheck', { at: format.stamp(at()) })}</p>
        )}
      </Show>
    </Card>
  )
}
