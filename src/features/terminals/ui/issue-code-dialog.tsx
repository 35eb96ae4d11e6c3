import { createSignal } from 'solid-js'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { IssueCode } from './issue-code'

/** An enrolment code for one terminal. */
export function IssueCodeDialog(props: { isOpen: boolean; onClose: () => void; serial: string }) {
  const { t } = useI18n()
  const [isIssued, setIssued] = createSignal(false)
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      title={t('fleet.code.title', { serial: props.serial })}
      footer={
        <Button look={isIssued() ? 'primary' : 'secondary'} onClick={props.onClose}>
          {t(isIssued() ? 'ui.done' : 'ui.cancel')}
        </Button>
      }
    >
      <IssueCode serials={[props.serial]} onIssued={() => setIssued(true)} />
    </Dialog>
  )
}
