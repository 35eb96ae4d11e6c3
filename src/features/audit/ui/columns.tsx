import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import type { Column } from '../../../ui/table'
import type { AuditEntry } from '../schemas'
import { AuditActor } from './audit-actor'
import { AuditChanges } from './audit-changes'
import { actionWords, subjectHref, subjectKindWords } from './words'

export function auditColumns(): Column<AuditEntry>[] {
  const i18n = useI18n()
  const { t, format } = i18n
  return [
    {
      id: 'action',
      header: t('administration.audit.action'),
      isFixed: true,
      cell: (row) => <span class="font-medium">{actionWords(row.action, i18n)}</span>,
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
    { id: 'actor', header: t('administration.audit.actor'), cell: (row) => <AuditActor actor={row.actor} /> },
    { id: 'subject', header: t('administration.audit.subject'), cell: (row) => <Subject row={row} /> },
    {
      id: 'changes',
      header: t('administration.audit.changes'),
      cell: (row) => (
        <div class="sm:max-w-md">
          <AuditChanges changes={row.changes} />
        </div>
      ),
    },
    {
      id: 'request',
      header: t('administration.audit.request'),
      isWide: true,
      cell: (row) => <span class="digits text-xs text-muted">{row.requestId}</span>,
    },
  ]
}

function Subject(props: { row: AuditEntry }) {
  const i18n = useI18n()
  return (
    <div class="min-w-0 max-w-60">
      <p class="text-xs text-muted">{subjectKindWords(props.row.subject.kind, i18n)}</p>
      <Show
        when={subjectHref(props.row.subject)}
        fallback={<p class="digits break-words">{props.row.subject.label}</p>}
      >
        {(href) => (
          <A href={href()} class="digits rounded break-words text-accent hover:underline">
            {props.row.subject.label}
          </A>
        )}
      </Show>
    </div>
  )
}
