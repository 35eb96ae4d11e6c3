import { createSignal, Show } from 'solid-js'
import { QuestionAnswer } from '../../../../app/question-answer'
import { useI18n } from '../../../../i18n'
import { Spinner } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
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
  const isToldElsewhere = () => refusalOf(props.dryRun.error()).code === 'rule_steps_impossible'
  return (
    <Card title={t('rules.dryRun.title')}>
      <p class="-mt-3 mb-4 text-sm text-muted">{t('rules.dryRun.text')}</p>
      <AudienceFields audience={props.audience} />
      <div class="mt-5" aria-live="polite" aria-busy={props.dryRun.isWaiting()}>
        <QuestionAnswer
          question={props.dryRun}
          hint={hint()}
          waiting={t('rules.dryRun.waiting')}
          mayRetry={!isToldElsewhere()}
        >
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
        </QuestionAnswer>
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
