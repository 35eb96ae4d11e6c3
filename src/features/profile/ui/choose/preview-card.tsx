import CircleCheck from 'lucide-solid/icons/circle-check'
import { type JSX, Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Spinner } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import type { Apply } from './apply'
import type { Preview } from './preview'

/** What would change, beside a choice of terminals, and what came of it once it was done. */
export function PreviewCard<Input, Report>(props: {
  preview: Preview<Input, Report>
  apply: Pick<Apply<Report>, 'isMoved' | 'error'>
  /** What is missing before anything can be asked. */
  hint: string
  /** Whether something was done, and what. */
  isDone: boolean
  done: JSX.Element
  children(report: () => Report): JSX.Element
}) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <Card title={t('profile.report.title')} class="lg:sticky lg:top-5">
      <div aria-live="polite" aria-busy={props.preview.isWaiting()} class="space-y-4">
        <Show when={props.isDone}>
          <div class="flex gap-3 rounded-lg bg-good-soft px-3.5 py-2.5 text-sm">
            <CircleCheck class="mt-0.5 size-4.5 shrink-0 text-good" aria-hidden="true" />
            <p class="min-w-0">{props.done}</p>
          </div>
        </Show>
        <Show when={props.apply.isMoved()}>
          <p role="status" class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-warn">
            {t('profile.report.moved')}
          </p>
        </Show>
        <Show when={props.apply.error()}>{(error) => <ErrorNote {...failureOf(error(), i18n)} />}</Show>
        <Switch
          fallback={
            <p class="rounded-lg border border-dashed border-edge px-4 py-5 text-center text-sm text-pretty text-muted">
              {props.hint}
            </p>
          }
        >
          <Match when={props.preview.error()}>
            {(error) => (
              <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void props.preview.refetch()} />
            )}
          </Match>
          <Match when={props.preview.report()}>{(report) => props.children(report as () => Report)}</Match>
          <Match when={props.preview.isWaiting()}>
            <p class="text-sm text-muted">
              <Spinner class="mr-2 align-[-2px]" />
              {t('profile.report.waiting')}
            </p>
          </Match>
        </Switch>
      </div>
    </Card>
  )
}
