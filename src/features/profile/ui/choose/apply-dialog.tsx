import { createUniqueId, type JSX, Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Dialog } from '../../../../ui/dialog'
import { ErrorNote } from '../../../../ui/error-note'
import { Waiting } from '../../../../ui/waiting'
import type { Apply } from './apply'
import type { Preview } from './preview'

/** Changes one terminal: choose what, see what comes of it, done. */
export function ApplyDialog<Input, Report extends { changes: number }>(props: {
  title: string
  description: string
  /** Words of the button that does it. */
  action: string
  preview: Preview<Input, Report>
  apply: Apply<Report>
  fields: JSX.Element
  children(report: () => Report): JSX.Element
  onClose(): void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const formId = createUniqueId()
  const isReady = () => props.preview.input() !== undefined && (props.preview.report()?.changes ?? 0) > 0
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isReady() && (await props.apply.run()) !== undefined) props.onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={props.title}
      description={props.description}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{t('ui.cancel')}</Button>
          <Button
            look="primary"
            type="submit"
            form={formId}
            disabled={!isReady()}
            isBusy={props.apply.isBusy()}
          >
            {props.action}
          </Button>
        </>
      }
    >
      <form id={formId} class="space-y-5" onSubmit={(event) => void submit(event)}>
        {props.fields}
        <div aria-live="polite" class="space-y-4">
          <Show when={props.apply.isMoved()}>
            <p class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-warn">{t('profile.report.moved')}</p>
          </Show>
          <Show when={props.apply.error() ?? props.preview.error()}>
            {(error) => <ErrorNote {...failureOf(error(), i18n)} />}
          </Show>
          <Switch>
            <Match when={props.preview.report()}>{(report) => props.children(report as () => Report)}</Match>
            <Match when={props.preview.isWaiting()}>
              <Waiting text={t('profile.report.waiting')} />
            </Match>
          </Switch>
        </div>
      </form>
    </Dialog>
  )
}
