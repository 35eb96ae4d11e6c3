import { createSignal } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { setsFinder } from '../../../apps/sets/ui/finders'
import { createApply } from '../choose/apply'
import { ApplyDialog } from '../choose/apply-dialog'
import { createConnectionCommands, createConnectionPreview } from './commands'
import { ConnectionReportView } from './connection-report'

/** Connects one terminal to a set: choose it, see what comes of it, done. */
export function ConnectDialog(props: { terminalId: string; serial: string; onClose(): void }) {
  const i18n = useI18n()
  const { t } = i18n
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
  return (
    <ApplyDialog
      title={t('connections.dialogTitle', { serial: props.serial })}
      description={t('connections.dialogText')}
      action={t('connections.do.connect')}
      preview={preview}
      apply={apply}
      onClose={() => props.onClose()}
      fields={
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
      }
    >
      {(report) => <ConnectionReportView isConnecting report={report()} />}
    </ApplyDialog>
  )
}
