import { For, Show } from 'solid-js'
import { type I18n, useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { FILLS, SegmentBar } from '../../../../ui/segment-bar'
import type { DryRunReport } from '../schemas'
import type { ChosenNumber } from './dry-run-list'
import { OUTCOME_TONES } from './outcomes'
import { valueWords } from './reason-words'

type Counted = DryRunReport['outcomes'][number]
type CountedReason = Counted['reasons'][number]

const NUMBER =
  'digits -mx-1.5 min-h-7 rounded px-1.5 font-semibold text-accent hover:underline pointer-coarse:min-h-11'

/** The counts of a dry-run as a bar, and below it each as a number that opens its terminals. */
export function DryRunNumbers(props: { report: DryRunReport; onChoose(number: ChosenNumber): void }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const words = (outcome: Counted['outcome']) => t(`updates.outcome.${outcome}`)
  const summary = () =>
    props.report.outcomes
      .map(({ outcome, count }) =>
        t('rules.dryRun.groups', { what: words(outcome), count: format.number(count) }),
      )
      .join(', ')
  return (
    <>
      <SegmentBar
        class="mt-3 h-3"
        label={`${t('rules.dryRun.bar')}: ${summary()}`}
        segments={props.report.outcomes.map(({ outcome, count }) => ({
          tone: OUTCOME_TONES[outcome],
          count,
        }))}
      />
      <ul class="mt-4 space-y-3 text-sm">
        <For each={props.report.outcomes}>
          {(counted) => (
            <li>
              <div class="flex items-center justify-between gap-3">
                <span class="flex min-w-0 items-center gap-2 font-medium">
                  <span
                    aria-hidden="true"
                    class={classes('size-2.5 shrink-0 rounded-full', FILLS[OUTCOME_TONES[counted.outcome]])}
                  />
                  {words(counted.outcome)}
                </span>
                <NumberButton
                  what={words(counted.outcome)}
                  count={counted.count}
                  onClick={() => props.onChoose({ outcome: counted.outcome, title: words(counted.outcome) })}
                />
              </div>
              <Show when={saysMore(counted)}>
                <ul class="mt-1 space-y-1 border-l border-line pl-4 ml-1.25">
                  <For each={counted.reasons}>
                    {(reason) => (
                      <li>
                        <div class="flex items-center justify-between gap-3">
                          <span class="min-w-0 text-muted">{t(`rules.why.${reason.code}`)}</span>
                          <NumberButton
                            what={t(`rules.why.${reason.code}`)}
                            count={reason.count}
                            onClick={() =>
                              props.onChoose({
                                outcome: counted.outcome,
                                reason: reason.code,
                                title: `${words(counted.outcome)}: ${t(`rules.why.${reason.code}`)}`,
                              })
                            }
                          />
                        </div>
                        <Show when={groupWords(reason, i18n)}>
                          {(text) => <p class="digits text-xs break-words text-muted">{text()}</p>}
                        </Show>
                      </li>
                    )}
                  </For>
                </ul>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </>
  )
}

function NumberButton(props: { what: string; count: number; onClick(): void }) {
  const { t, format } = useI18n()
  const count = () => format.number(props.count)
  return (
    <button
      type="button"
      class={NUMBER}
      aria-label={t('rules.dryRun.show', { what: props.what, count: count() })}
      onClick={() => props.onClick()}
    >
      {count()}
    </button>
  )
}

const SELF_EVIDENT: readonly string[] = ['done', 'offered']

/** One reason of what needs none is not worth a line. */
const saysMore = ({ outcome, reasons }: Counted) => reasons.length > 1 || !SELF_EVIDENT.includes(outcome)

const SHOWN_GROUPS = 4

/** The most frequent kinds of one reason, such as "A920: 12, A930: 5". */
function groupWords({ code, groups }: CountedReason, i18n: I18n): string | undefined {
  const named = groups.filter(({ values }) => Object.values(values).some((value) => value !== ''))
  if (named.length === 0) return undefined
  const { t, format } = i18n
  const shown = named.slice(0, SHOWN_GROUPS).map(({ values, count }) => {
    const words = Object.entries(values).map(([name, value]) => valueWords(code, name, value, i18n))
    const what = code === 'no_space' ? t('rules.dryRun.needs', { size: words.join(' ') }) : words.join(' ')
    return t('rules.dryRun.groups', { what, count: format.number(count) })
  })
  const more = named.length - shown.length
  return [...shown, ...(more > 0 ? [t('rules.list.more', { count: more })] : [])].join(', ')
}
