import { api } from '../../../app/api'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { ComboField, type ComboOption } from '../../../ui/combo-field'
import { DateTimeField, SelectField } from '../../../ui/field'
import { momentTyped } from '../../../ui/moment-typed'
import { SearchField } from '../../../ui/search-field'
import type { TableState } from '../../../ui/table'
import type { AuditFilter } from '../schemas'
import { AUDIT_ACTIONS, AUDIT_SUBJECT_KINDS } from './names'
import { actionWords, subjectKindWords } from './words'

export const AUDIT_FILTERS = [
  'actorId',
  'action',
  'subjectKind',
  'subject',
  'requestId',
  'from',
  'to',
] as const
export type AuditFilterName = (typeof AUDIT_FILTERS)[number] | 'actorName'

/** What the address chooses, as the server takes it. */
export function filterOf({ filter }: Pick<TableState<AuditFilterName>, 'filter'>): AuditFilter {
  return {
    actorId: filter('actorId'),
    action: filter('action'),
    subjectKind: filter('subjectKind'),
    subject: filter('subject'),
    requestId: filter('requestId'),
    from: momentTyped(filter('from')),
    to: momentTyped(filter('to')),
  }
}

/** Where the entries of a filter are to be had as a file. */
export function exportHref(filter: AuditFilter, format: 'csv' | 'jsonl', locale: string): string {
  const query = new URLSearchParams({ lang: locale })
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value)
  return `/api/v1/audit/export.${format}?${query}`
}

const FOUND = 20

/** The person or program by whom the log is narrowed; the address holds the name too, for whoever opens it elsewhere. */
export function ActorFilter(props: { state: TableState<AuditFilterName> }) {
  const { t } = useI18n()
  const session = useSession()
  const load = async (search: string): Promise<ComboOption[]> => {
    const asked = { limit: FOUND, ...(search === '' ? {} : { search }) }
    const [operators, apiKeys] = await Promise.all([
      session.may('operators:read') ? api.operators.list.fetch(asked) : { items: [] },
      session.may('api-keys:read') ? api.apiKeys.list.fetch(asked) : { items: [] },
    ])
    return [
      ...operators.items.map(({ id, name, username }) => ({ value: id, label: username, hint: name })),
      ...apiKeys.items.map(({ id, name }) => ({ value: id, label: name, hint: t('audit.actor.integrator') })),
    ]
  }
  const chosen = (): ComboOption | null => {
    const id = props.state.filter('actorId')
    return id === undefined ? null : { value: id, label: props.state.filter('actorName') ?? id }
  }
  return (
    <ComboField
      label={t('administration.audit.findActor')}
      isLabelHidden
      placeholder={t('administration.audit.findActor')}
      disabled={!session.may('operators:read') && !session.may('api-keys:read')}
      value={chosen()}
      onInput={(option) => props.state.setFilters({ actorId: option?.value, actorName: option?.label })}
      load={load}
    />
  )
}

/** Side by side on one line where there is room. The two moments stay together, and show as a whole with AM and PM as well. */
const NARROW = 'min-w-44 flex-1 max-sm:min-w-full'
const MOMENTS = 'flex min-w-111 max-w-lg flex-2 gap-3 max-sm:max-w-none max-sm:min-w-full max-sm:flex-wrap'
const MOMENT = 'min-w-54 flex-1 max-sm:min-w-full'

export function AuditFilters(props: { state: TableState<AuditFilterName> }) {
  const i18n = useI18n()
  const { t } = i18n
  const byLabel = (one: { label: string }, other: { label: string }) =>
    one.label.localeCompare(other.label, i18n.locale())
  return (
    <>
      <SelectField
        label={t('administration.audit.action')}
        placeholder={t('administration.audit.anyAction')}
        value={props.state.filter('action') ?? ''}
        onInput={(action) => props.state.setFilter('action', action)}
        options={AUDIT_ACTIONS.map((value) => ({ value, label: actionWords(value, i18n) })).sort(byLabel)}
        class={NARROW}
      />
      <SelectField
        label={t('administration.audit.subject')}
        placeholder={t('administration.audit.anySubject')}
        value={props.state.filter('subjectKind') ?? ''}
        onInput={(kind) => props.state.setFilter('subjectKind', kind)}
        options={AUDIT_SUBJECT_KINDS.map((value) => ({ value, label: subjectKindWords(value, i18n) })).sort(
          byLabel,
        )}
        class={NARROW}
      />
      <SearchField
        class={NARROW}
        label={t('administration.audit.findSubject')}
        value={props.state.filter('subject') ?? ''}
        onSearch={(text) => props.state.setFilter('subject', text)}
      />
      <SearchField
        class={NARROW}
        label={t('administration.audit.findRequest')}
        value={props.state.filter('requestId') ?? ''}
        onSearch={(text) => props.state.setFilter('requestId', text)}
      />
      <div class={MOMENTS}>
        <DateTimeField
          class={MOMENT}
          label={t('administration.audit.since')}
          value={props.state.filter('from') ?? ''}
          onInput={(value) => props.state.setFilter('from', value)}
        />
        <DateTimeField
          class={MOMENT}
          label={t('administration.audit.until')}
          value={props.state.filter('to') ?? ''}
          onInput={(value) => props.state.setFilter('to', value)}
        />
      </div>
    </>
  )
}
