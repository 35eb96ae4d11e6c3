import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { IssueCode } from './issue-code'

/** An enrolment code for one terminal. */
export function IssueCodeDialog(props: { isOpen: boolean; onClose: () => void; serial: string }) {
  const { t } = useI18n()
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      title={t('fleet.code.title', { serial: props.serial })}
      footer={
        <Button look="primary" onClick={props.onClose}>
          {t('ui.done')}
        </Button>
      }
    >
      <IssueCode serials={[props.serial]} />
    </Dialog>
  )
}
