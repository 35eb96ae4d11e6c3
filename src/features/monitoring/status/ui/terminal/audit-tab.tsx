import { useI18n } from '../../../../../i18n'
import { Card } from '../../../../../ui/card'
import { AuditTrail } from '../../../../audit/ui/audit-trail'
import type { TerminalTabProps } from './tab-props'

/** Who did what to a terminal, newest first. */
export function AuditTab(props: TerminalTabProps) {
  const { t } = useI18n()
  return (
    <Card title={t('fleet.tab.audit')} class="max-w-4xl">
      <AuditTrail subjectKind="terminal" subjectId={props.registered.id} />
    </Card>
  )
}
