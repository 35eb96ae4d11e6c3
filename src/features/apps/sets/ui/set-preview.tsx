import { Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createQuestion } from '../../../../app/question'
import { QuestionAnswer } from '../../../../app/question-answer'
import type { Inputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Spinner } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import type { SetView } from '../schemas'
import { OutcomeCounts, TallyView } from './tally-view'

type Change = NonNullable<Inputs['appSets']['preview']['change']>

const QUIET_MS = 500

/** What the set, as it is typed, would do with the terminals that have it; beside its form. */
export function SetPreview(props: { set: SetView | undefined; change: Change | undefined }) {
  const { t, tn } = useI18n()
  const preview = createQuestion({
    wanted: () => {
      const { set, change } = props
      if (set === undefined || set.terminals === 0 || change === undefined) return undefined
      return { setId: set.id, change }
    },
    quietMs: QUIET_MS,
    ask: (input) => api.appSets.preview.query(input),
  })
  const hint = () => {
    if (props.set === undefined) return t('sets.preview.unsaved')
    if (props.set.terminals === 0) return t('sets.preview.nobody')
    return props.change === undefined ? t('sets.preview.wrong') : undefined
  }
  return (
    <Card title={t('sets.preview.title')}>
      <p class="-mt-3 mb-4 text-sm text-muted">{t('sets.preview.text')}</p>
      <div aria-live="polite" aria-busy={preview.isWaiting()}>
        <QuestionAnswer question={preview} hint={hint()} waiting={t('rules.dryRun.waiting')}>
          {(tally) => (
            <>
              <p class="mb-3 flex flex-wrap items-baseline justify-between gap-x-3">
                <span class="digits text-xl font-semibold">
                  {tn('rollouts.terminals', tally().terminals)}
                </span>
                <Show when={preview.isWaiting()}>
                  <span class="text-xs text-muted">
                    <Spinner class="mr-1.5 !size-3 align-[-1px]" />
                    {t('rules.dryRun.waiting')}
                  </span>
                </Show>
              </p>
              <OutcomeCounts tally={tally()} />
              <div class="mt-5">
                <TallyView tally={tally()} />
              </div>
            </>
          )}
        </QuestionAnswer>
      </div>
    </Card>
  )
}
