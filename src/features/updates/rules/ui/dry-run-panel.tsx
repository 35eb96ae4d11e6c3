import { createSignal, Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Spinner } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { refusalOf } from '../../../../ui/form/refusal'
import { TimeAgo } from '../../../../ui/time-ago'
import { type Audience, AudienceFields } from './audience'
import type { DryRun } from './dry-run'
import { type ChosenNumber, DryRunList } from './dry-run-list'
import { DryRunNumbers } from './dry-run-numbers'

/** What a rule would do, beside its form: a picture, numbers, and behind each number its terminals. */
export function DryRunPanel(props: {
  dryRun: DryRun
  audience: Audience
  /** Why nothing is asked, where the rule is not fit for it. */
  reason: string
  canAsk: boolean
}) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const [chosen, setChosen] = createSignal<ChosenNumber>()
  const nobody = () =>
    props.audience.kind() === 'assigned' ? t('rules.dryRun.nobodyAssigned') : t('rules.dryRun.nobody')
  const hint = () => {
    if (!props.canAsk) return props.reason
    return props.audience.terminals() === undefined ? t('rules.dryRun.chooseGroup') : undefined
  }
  /** Its own step says it already. */
  const isToldElsewhere = (error: unknown) => refusalOf(error).code === 'rule_steps_impossible'
  return (
    <Card title={t('rules.dryRun.title')}>
      <p class="-mt-3 mb-4 text-sm text-muted">{t('rules.dryRun.text')}</p>
      <AudienceFields audience={props.audience} />
      <div class="mt-5" aria-live="polite" aria-busy={props.dryRun.isWaiting()}>
        <Switch
          fallback={
            <p class="text-sm text-muted">
              <Spinner class="mr-2 align-[-2px]" />
              {t('rules.dryRun.waiting')}
            </p>
          }
        >
          <Match when={hint()}>
            {(text) => (
              <p class="rounded-lg border border-dashed border-edge px-4 py-5 text-center text-sm text-pretty text-muted">
                {text()}
              </p>
            )}
          </Match>
          <Match when={props.dryRun.error()}>
            {(error) => (
              <ErrorNote
                {...failureOf(error(), i18n)}
                onRetry={isToldElsewhere(error()) ? undefined : props.dryRun.refetch}
              />
            )}
          </Match>
          <Match when={props.dryRun.report()}>
            {(report) => (
              <div>
                <p class="flex flex-wrap items-baseline justify-between gap-x-3">
                  <span class="digits text-xl font-semibold">
                    {tn('rules.dryRun.terminals', report().terminals)}
                  </span>
                  <span class="text-xs text-muted">
                    <Show
                      when={props.dryRun.isWaiting()}
                      fallback={
                        <>
                          {t('rules.dryRun.judged')} <TimeAgo at={report().at} />
                        </>
                      }
                    >
                      <Spinner class="mr-1.5 !size-3 align-[-1px]" />
                      {t('rules.dryRun.waiting')}
                    </Show>
                  </span>
                </p>
                <Show
                  when={report().terminals > 0}
                  fallback={<p class="mt-2 text-sm text-muted">{nobody()}</p>}
                >
                  <DryRunNumbers report={report()} onChoose={setChosen} />
                </Show>
                <Show when={!report().isWhole}>
                  <p class="mt-3 text-sm text-muted">
                    {t('rules.dryRun.notWhole', { count: i18n.format.number(report().terminals) })}
                  </p>
                </Show>
              </div>
            )}
          </Match>
        </Switch>
      </div>
      <Show when={props.dryRun.input() !== undefined && chosen()} keyed>
        {(number) => (
          <DryRunList
            input={props.dryRun.input() ?? { terminals: { filter: {} } }}
            number={number}
            onClose={() => setChosen(undefined)}
          />
        )}
      </Show>
    </Card>
  )
}
