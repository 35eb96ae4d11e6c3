import CircleCheck from 'lucide-solid/icons/circle-check'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { For, Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { CopyButton } from '../../../../ui/copy-button'
import { ErrorNote } from '../../../../ui/error-note'
import { ProgressBar } from '../../../../ui/progress-bar'
import type { VerifyState } from './verify'

/** What the verification of the chain has found, or how far it is. */
export function VerificationCard(props: { state: VerifyState; onStop(): void; onAgain(): void }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const words = () =>
    t('archive.verify.running', {
      checked: format.number(props.state.checked),
      total: format.number(props.state.head?.number ?? 0),
      size: format.bytes(props.state.sizeBytes),
    })
  return (
    <Card
      class="mb-6"
      title={t('archive.verify.title')}
      actions={
        <Show when={props.state.isRunning}>
          <Button size="small" onClick={() => props.onStop()}>
            {t('archive.verify.stop')}
          </Button>
        </Show>
      }
    >
      <div aria-live="polite" class="space-y-3 text-sm">
        <Switch
          fallback={
            <Good
              text={tn('archive.verify.good', props.state.checked, {
                size: format.bytes(props.state.sizeBytes),
              })}
            />
          }
        >
          <Match when={props.state.error}>
            {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => props.onAgain()} />}
          </Match>
          <Match when={props.state.isRunning}>
            <p class="digits">{words()}</p>
            <ProgressBar
              label={t('archive.verify.title')}
              value={props.state.checked / Math.max(1, props.state.head?.number ?? 1)}
              words={words()}
            />
          </Match>
          <Match when={props.state.problems.length > 0}>
            <p class="flex items-center gap-2 font-medium text-danger">
              <TriangleAlert class="size-5 shrink-0" aria-hidden="true" />
              {tn('archive.verify.bad', props.state.problems.length, {
                checked: format.number(props.state.checked),
              })}
            </p>
          </Match>
          <Match when={props.state.isStopped}>
            <p>{t('archive.verify.stopped', { checked: format.number(props.state.checked) })}</p>
          </Match>
          <Match when={props.state.head === null}>
            <p>{t('archive.verify.none')}</p>
          </Match>
        </Switch>
        <Problems problems={props.state.problems} />
        <Show when={!props.state.isRunning && props.state.head}>
          {(head) => (
            <div class="border-t border-line pt-3">
              <p class="text-muted">{t('archive.verify.head', { number: format.number(head().number) })}</p>
              <p class="mt-1 flex items-center gap-2">
                <code class="text-xs break-all">{head().hash}</code>
                <CopyButton text={head().hash} />
              </p>
            </div>
          )}
        </Show>
      </div>
    </Card>
  )
}

function Good(props: { text: string }) {
  return (
    <p class="flex items-center gap-2 font-medium text-good">
      <CircleCheck class="size-5 shrink-0" aria-hidden="true" />
      {props.text}
    </p>
  )
}

function Problems(props: { problems: VerifyState['problems'] }) {
  const { t, lookup, format } = useI18n()
  return (
    <Show when={props.problems.length > 0}>
      <ul class="max-h-80 space-y-1 overflow-y-auto">
        <For each={props.problems}>
          {(one) => (
            <li>
              <span class="digits font-medium">
                {t('archive.verify.where', { number: format.number(one.number), day: format.day(one.day) })}
              </span>{' '}
              {lookup(`archive.verify.problem.${one.problem}`)}
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
