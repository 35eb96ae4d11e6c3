import { Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { LiveValue } from '../../../../ui/live-value'
import { Skeleton } from '../../../../ui/skeleton'
import type { Outcome } from '../../../updates/rules/lists'
import type { AppsTally, SetView } from '../../sets/schemas'
import { OutcomeCounts, TallyView } from '../../sets/ui/tally-view'

/** How far the terminals of a set are, and what is left to do on them. */
export function ProgressCard(props: {
  set: SetView
  tally: AppsTally | undefined
  error: unknown
  onRetry(): void
  onChoose(outcome: Outcome): void
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  const done = () => props.tally?.outcomes.find(({ outcome }) => outcome === 'done')?.terminals ?? 0
  return (
    <Card title={t('sets.progress.title')} class="lg:sticky lg:top-4">
      <Switch fallback={<Skeleton lines={5} />}>
        <Match when={props.tally === undefined && props.error}>
          {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={props.onRetry} />}
        </Match>
        <Match when={props.tally?.terminals === 0}>
          <p class="text-sm text-pretty text-muted">{t('sets.progress.nobody')}</p>
        </Match>
        <Match when={props.tally}>
          {(tally) => (
            <>
              <p class="digits mb-3 text-xl font-semibold">
                <LiveValue value={done()}>
                  {t('sets.progress.done', {
                    done: format.number(done()),
                    all: format.number(tally().terminals),
                  })}
                </LiveValue>
              </p>
              <OutcomeCounts tally={tally()} isNow onChoose={props.onChoose} />
              <Show when={done() < tally().terminals}>
                <div class="mt-5">
                  <TallyView tally={tally()} />
                </div>
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </Card>
  )
}
