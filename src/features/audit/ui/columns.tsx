import { Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import type { Column } from '../../../ui/table'
import type { AuditEntry } from '../schemas'
import { AuditChanges } from './audit-changes'
import { AuditSentence } from './audit-sentence'

export function auditColumns(): Column<AuditEntry>[] {
  const { t, format } = useI18n()
  return [
    {
      id: 'entry',
      header: t('administration.audit.entry'),
      isFixed: true,
      cell: (row) => (
        <div class="space-y-0.5 sm:max-w-md sm:min-w-64">
          <AuditSentence entry={row} />
          <Show when={row.address}>
            {(address) => (
              <p class="digits pl-6 text-xs font-normal text-muted">
                {t('audit.fromAddress', { address: address() })}
              </p>
            )}
          </Show>
        </div>
      ),
    },
    {
      id: 'at',
      header: t('administration.audit.at'),
      isFixed: true,
      cell: (row) => (
        <time datetime={row.at} class="digits whitespace-nowrap">
          {format.dateTime(row.at)}
        </time>
      ),
    },
    {
      id: 'changes',
      header: t('administration.audit.changes'),
      isBlock: true,
      cell: (row) => (
        <div class="sm:max-w-lg sm:min-w-72">
          <AuditChanges changes={row.changes} />
        </div>
      ),
    },
    {
      id: 'seq',
      header: t('administration.audit.number'),
      align: 'end',
      cell: (row) => <span class="digits text-muted">{format.number(row.seq)}</span>,
    },
    {
      id: 'request',
      header: t('administration.audit.request'),
      isWide: true,
      cell: (row) => <span class="digits text-xs text-muted">{row.requestId}</span>,
    },
  ]
}
