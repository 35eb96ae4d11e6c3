import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { OpenCodes } from './open-codes'

/** The enrolment codes that can still be used. */
export function CodesDialog(props: { isOpen: boolean; onClose: () => void }) {
  const { t } = useI18n()
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      size="large"
      title={t('fleet.codes.title')}
      description={t('fleet.codes.text')}
      footer={<Button onClick={props.onClose}>{t('ui.close')}</Button>}
    >
      <OpenCodes />
    </Dialog>
  )
}
