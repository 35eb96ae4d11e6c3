import { createSignal, createUniqueId, Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { Dialog } from '../../../../ui/dialog'
import { ErrorNote } from '../../../../ui/error-note'
import { Waiting } from '../../../../ui/waiting'
import { setsFinder } from '../../../apps/sets/ui/finders'
import { createApply } from '../choose/apply'
import { createConnectionCommands, createConnectionPreview } from './commands'
import { ConnectionReportView } from './connection-report'

/** Connects one terminal to a set: choose it, see what comes of it, done. */
export function ConnectDialog(props: { terminalId: string; serial: string; onClose(): void }) {
  const i18n = useI18n()
  const { t } = i18n
  const formId = createUniqueId()
  const commands = createConnectionCommands()
  const [set, setSet] = createSignal<ComboOption | null>(null)
  const preview = createConnectionPreview(() => {
    const setId = set()?.value
    if (setId === undefined) return undefined
    return { setId, choice: { by: 'terminals', terminalIds: [props.terminalId] } }
  })
  // What goes stands in the window itself: no second one asks.
  const apply = createApply(
    () => preview,
    (input, { fingerprint }) => commands.apply(input, fingerprint),
  )
  const isReady = () => preview.input() !== undefined && (preview.report()?.changes ?? 0) > 0
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isReady() && (await apply.run()) !== undefined) props.onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={t('connections.dialogTitle', { serial: props.serial })}
      description={t('connections.dialogText')}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{t('ui.cancel')}</Button>
          <Button look="primary" type="submit" form={formId} disabled={!isReady()} isBusy={apply.isBusy()}>
            {t('connections.do.connect')}
          </Button>
        </>
      }
    >
      <form id={formId} class="space-y-5" onSubmit={(event) => void submit(event)}>
        <ComboField
          label={t('sets.one')}
          isRequired
          load={setsFinder(i18n)}
          value={set()}
          onInput={(option) => {
            apply.forget()
            setSet(option)
          }}
        />
        <div aria-live="polite" class="space-y-4">
          <Show when={apply.isMoved()}>
            <p class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-warn">{t('profile.report.moved')}</p>
          </Show>
          <Show when={apply.error() ?? preview.error()}>
            {(error) => <ErrorNote {...failureOf(error(), i18n)} />}
          </Show>
          <Switch>
            <Match when={preview.report()}>
              {(report) => <ConnectionReportView isConnecting report={report()} />}
            </Match>
            <Match when={preview.isWaiting()}>
              <Waiting text={t('profile.report.waiting')} />
            </Match>
          </Switch>
        </div>
      </form>
    </Dialog>
  )
}
