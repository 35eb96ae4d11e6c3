import { api } from '../../../app/api'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { ComboField, type ComboOption } from '../../../ui/combo-field'
import { SelectField } from '../../../ui/field'
import type { TableState } from '../../../ui/table'
import { AUDIT_ACTIONS, AUDIT_SUBJECT_KINDS } from './names'
import { actionWords, subjectKindWords } from './words'

export type AuditFilter = 'actorId' | 'actorName' | 'action' | 'subjectKind'

const FOUND = 20

async function loadOperators(search: string): Promise<ComboOption[]> {
  const page = await api.operators.list.fetch({ limit: FOUND, ...(search === '' ? {} : { search }) })
  return page.items.map(({ id, name, username }) => ({ value: id, label: username, hint: name }))
}

/** The operator by whom the log is narrowed; the address holds the name too, for whoever opens it elsewhere. */
export function ActorFilter(props: { state: TableState<AuditFilter> }) {
  const { t } = useI18n()
  const session = useSession()
  const chosen = (): ComboOption | null => {
    const id = props.state.filter('actorId')
    return id === undefined ? null : { value: id, label: props.state.filter('actorName') ?? id }
  }
  return (
    <ComboField
      label={t('administration.audit.findActor')}
      isLabelHidden
      placeholder={t('administration.audit.findActor')}
      disabled={!session.may('operators:read')}
      value={chosen()}
      onInput={(option) => props.state.setFilters({ actorId: option?.value, actorName: option?.label })}
      load={loadOperators}
    />
  )
}

export function AuditFilters(props: { state: TableState<AuditFilter> }) {
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
        class="w-64"
      />
      <SelectField
        label={t('administration.audit.subject')}
        placeholder={t('administration.audit.anySubject')}
        value={props.state.filter('subjectKind') ?? ''}
        onInput={(kind) => props.state.setFilter('subjectKind', kind)}
        options={AUDIT_SUBJECT_KINDS.map((value) => ({ value, label: subjectKindWords(value, i18n) })).sort(
          byLabel,
        )}
        class="w-56"
      />
    </>
  )
}
