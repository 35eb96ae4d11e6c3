import CircleCheck from 'lucide-solid/icons/circle-check'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { CopyButton } from '../../../ui/copy-button'
import { ErrorNote } from '../../../ui/error-note'
import { ProgressBar } from '../../../ui/progress-bar'
import type { VerifyState } from './verify'

/** What the verification of the chain has found, or how far it is. */
export function VerificationCard(props: { state: VerifyState; onStop(): void; onAgain(): void }) {
  const i18n = useI18n()
  const { t, tn, format, lookup } = i18n
  const checked = () => props.state.part?.checkedInAll ?? 0
  const total = () => props.state.part?.head.count ?? 0
  const words = () =>
    t('administration.audit.verify.running', {
      checked: format.number(checked()),
      total: format.number(total()),
    })
  const headText = () => {
    const head = props.state.part?.head
    return head === undefined || head.count === 0 ? undefined : `${head.seq}:${head.hash}`
  }
  return (
    <Card
      class="mb-6"
      title={t('administration.audit.verify.title')}
      actions={
        <Show when={props.state.isRunning}>
          <Button size="small" onClick={() => props.onStop()}>
            {t('administration.audit.verify.stop')}
          </Button>
        </Show>
      }
    >
      <div aria-live="polite" class="space-y-3 text-sm">
        <Switch
          fallback={
            <p class="flex items-center gap-2 font-medium text-good">
              <CircleCheck class="size-5 shrink-0" aria-hidden="true" />
              {tn('administration.audit.verify.good', checked())}
            </p>
          }
        >
          <Match when={props.state.error}>
            {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => props.onAgain()} />}
          </Match>
          <Match when={props.state.part?.problem}>
            {(found) => (
              <>
                <p class="flex items-center gap-2 font-medium text-danger">
                  <TriangleAlert class="size-5 shrink-0" aria-hidden="true" />
                  {t('administration.audit.verify.bad', { seq: format.number(found().seq) })}
                </p>
                <p>{lookup(`administration.audit.verify.problem.${found().problem}`)}</p>
                <p class="text-muted">
                  {t('administration.audit.verify.after', { seq: format.number(found().after) })}
                </p>
              </>
            )}
          </Match>
          <Match when={props.state.isRunning}>
            <p class="digits">{words()}</p>
            <ProgressBar
              label={t('administration.audit.verify.title')}
              value={checked() / Math.max(1, total())}
              words={words()}
            />
          </Match>
          <Match when={props.state.isStopped}>
            <p>{t('administration.audit.verify.stopped', { checked: format.number(checked()) })}</p>
          </Match>
        </Switch>
        <Show when={!props.state.isRunning && headText()}>
          {(head) => (
            <div class="border-t border-line pt-3">
              <p class="text-muted">{t('administration.audit.verify.head')}</p>
              <p class="mt-1 flex items-center gap-2">
                <code class="text-xs break-all">{head()}</code>
                <CopyButton text={head()} />
              </p>
            </div>
          )}
        </Show>
      </div>
    </Card>
  )
}
