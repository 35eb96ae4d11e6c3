import CircleCheck from 'lucide-solid/icons/circle-check'
import { type JSX, Show } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { QuestionAnswer } from '../../../../app/question-answer'
import { useI18n } from '../../../../i18n'
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
  const hint = () => {
    const { preview } = props
    const isAsked = preview.error() !== null || preview.report() !== undefined || preview.isWaiting()
    return isAsked ? undefined : props.hint
  }
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
        <QuestionAnswer question={props.preview} hint={hint()} waiting={t('profile.report.waiting')}>
          {(report) => props.children(report as () => Report)}
        </QuestionAnswer>
      </div>
    </Card>
  )
}
