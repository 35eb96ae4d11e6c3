import type { I18n } from '../../../i18n'
import type { AuditEntry } from '../schemas'

type Words = Pick<I18n, 't' | 'tn' | 'lookup' | 'format'>

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/
/** Where the subjects of these kinds have a page of their own. */
const PAGES: Record<string, string> = {
  terminal: '/monitoring/status/',
  license: '/license/licences/',
  job: '/administration/jobs/',
  app: '/apps/applications/',
  app_set: '/apps/sets/',
  package: '/updates/packages/',
  rollout: '/updates/rollouts/',
  update_rule: '/updates/rules/',
  webhook: '/administration/webhooks/',
}

/** What happened, in words; a name that is not known yet shows as it is in the log. */
export function actionWords(action: string, { lookup }: Words): string {
  return lookup(`audit.action.${action}`) ?? action
}

export function subjectKindWords(kind: string, { lookup }: Words): string {
  return lookup(`audit.subject.${kind}`) ?? kind
}

export function fieldWords(field: string, { lookup }: Words): string {
  return lookup(`audit.field.${field}`) ?? field
}

/** Where a subject is shown; undefined where it has no page. */
export function subjectHref({ kind, id, label }: AuditEntry['subject']): string | undefined {
  // Key files are shown with their terminal, which their label begins with.
  const [, serial] = kind === 'key-file' ? (/^(.+) #\d+$/.exec(label) ?? []) : []
  if (serial !== undefined) return `/keys/loading?${new URLSearchParams({ q: serial })}`
  const page = PAGES[kind]
  return page === undefined ? undefined : page + id
}

/** A value of a field as a person reads it. Nothing shows as a dash. */
export function valueWords(field: string, value: unknown, words: Words): string {
  const { t, lookup, format } = words
  if (value === null || value === undefined || value === '') return t('ui.none')
  if (typeof value === 'boolean') return t(value ? 'ui.yes' : 'ui.no')
  if (typeof value === 'number') return ruleWords(field, value, words) ?? format.number(value)
  if (typeof value === 'string') {
    if (MOMENT.test(value)) return format.dateTime(value)
    if (field === 'role') return lookup(`app.role.${value}`) ?? value
    if (field === 'scopes') return lookup(permissionKey(value)) ?? value
    return lookup(`audit.value.${field}.${value}`) ?? keyWords(field, value, words) ?? value
  }
  if (Array.isArray(value))
    return value.length === 0
      ? t('ui.none')
      : value.map((one: unknown) => valueWords(field, one, words)).join(', ')
  return objectWords(value as Record<string, unknown>, words)
}

function objectWords(value: Record<string, unknown>, words: Words): string {
  if (value.kind === 'all') return words.t('audit.seesAll')
  if (value.kind === 'limited') {
    const count = (ids: unknown) => words.format.number(Array.isArray(ids) ? ids.length : 0)
    return words.t('audit.seesLimited', {
      groups: count(value.groupIds),
      merchants: count(value.merchantIds),
    })
  }
  return Object.entries(value)
    .filter(([, one]) => one !== null && one !== '')
    .map(([name, one]) => `${fieldWords(name, words)}: ${valueWords(name, one, words)}`)
    .join(', ')
}

/** What is said of key files, in the words of their own pages. */
function keyWords(field: string, value: string, { lookup }: Words): string | undefined {
  if (field === 'reason') return lookup(`keys.failure.${value}`) ?? lookup(`fleet.reason.${value}`)
  return ['state', 'alarm', 'kind'].includes(field) ? lookup(`keys.${field}.${value}`) : undefined
}

/** A rule that a key file breaks or strains, by its number; undefined of any other number. */
function ruleWords(field: string, value: number, { t, lookup }: Words): string | undefined {
  const words = field === 'rules' || field === 'warnings' ? lookup(`keys.rule.${value}`) : undefined
  return words && t('keys.ruleNumbered', { number: value, words })
}

/** The key of a permission's words: `administration.permission.terminals.read`. */
function permissionKey(permission: string): string {
  return `administration.permission.${permission.replace(':', '.')}`
}
