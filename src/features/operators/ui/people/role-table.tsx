import { useI18n } from '../../../../i18n'
import { ScrollArea } from '../../../../ui/scroll-area'
import { PermissionTable } from '../roles/permission-table'

/** The table of permissions, with the chosen role brought out. */
export function RoleTable(props: { role: string }) {
  const { t } = useI18n()
  return (
    <details class="rounded-lg border border-line">
      <summary class="px-3.5 py-2.5 text-sm font-medium">{t('administration.role.table')}</summary>
      <ScrollArea label={t('administration.role.table')} class="border-t border-line">
        <PermissionTable role={props.role} />
      </ScrollArea>
    </details>
  )
}
