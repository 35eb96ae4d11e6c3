import { useI18n } from '../../../i18n'
import { Dialog } from '../../../ui/dialog'
import { AuditTrail } from '../../audit/ui/audit-trail'

/** What was done to a person. */
export function HistoryDialog(props: {
  subject: { kind: 'operator'; id: string; name: string }
  onClose(): void
}) {
  const { t } = useI18n()
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={t('administration.audit.historyTitle', { name: props.subject.name })}
    >
      <AuditTrail subjectKind={props.subject.kind} subjectId={props.subject.id} />
    </Dialog>
  )
}
