import { makerWords } from '../../../app/maker'
import type { I18n } from '../../../i18n'
import type { AuditEntry } from '../schemas'
import { limitsChangeWords, limitsWords } from './limits-words'

export type Words = Pick<I18n, 't' | 'tn' | 'lookup' | 'format'>

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/
type Subject = AuditEntry['subject']
/** Where a list is narrowed to what a person calls it. */
const inList = (path: string) => (label: string) => `${path}?${new URLSearchParams({ search: label })}`
/** Where the subjects of these kinds are shown: on a page of their own, in a list, or among all of their kind. */
const PAGES: Record<string, (subject: Subject) => string> = {
  alert: ({ id }) => `/monitoring/alerts/${id}`,
  terminal: ({ id }) => `/monitoring/status/${id}`,
  license: ({ id }) => `/license/licences/${id}`,
  job: ({ id }) => `/administration/jobs/${id}`,
  app: ({ id }) => `/apps/applications/${id}`,
  app_set: ({ id }) => `/apps/sets/${id}`,
  package: ({ id }) => `/updates/packages/${id}`,
  rollout: ({ id }) => `/updates/rollouts/${id}`,
  update_rule: ({ id }) => `/updates/rules/${id}`,
  webhook: ({ id }) => `/administration/webhooks/${id}`,
  operator: ({ label }) => inList('/administration/operators')(label),
  group: ({ label }) => inList('/administration/groups')(label),
  merchant: ({ label }) => inList('/administration/merchants')(label),
  alert_rule: () => '/administration/alert-rules',
  alert_recipient: () => '/administration/alert-rules',
  api_key: ({ id }) => `/administration/api-keys/${id}`,
  app_protection: () => '/apps/protected',
  ecr_log: ({ id }) => `/monitoring/ecr-logs/${id}`,
  eslip: ({ id }) => `/eslip/search/${id}`,
  eslip_archive: () => '/eslip/archive',
  eslip_hold: () => '/eslip/archive',
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

/** Where a subject is shown; undefined where it has no page, and where it is no more. */
export function subjectHref({ action, subject }: Pick<AuditEntry, 'action' | 'subject'>): string | undefined {
  const { kind, id, label } = subject
  if (id === '' || /\.(deleted|removed)$/.test(action)) return undefined
  // Key files are shown with their terminal, which their label begins with.
  const [, serial] = kind === 'key-file' ? (/^(.+) #\d+$/.exec(label) ?? []) : []
  if (serial !== undefined) return `/keys/loading?${new URLSearchParams({ q: serial })}`
  return PAGES[kind]?.(subject)
}

/** Whoever did it, as a person reads it: `API key Billing`, `Terminal 1234`. Of people only the name. */
export function actorWords({ kind, name }: AuditEntry['actor'], { t, lookup }: Words): string {
  if (kind !== 'job') return lookup(`audit.who.${kind}`, { name }) ?? name
  const job = lookup(`jobs.job.${name}.name`)
  if (job !== undefined) return t('audit.who.job', { name: job })
  const made = makerWords(name, t)
  return made === name ? t('audit.who.server') : made
}

/** What a subject is called; what has a name in the log only, such as a job, by its words. */
function subjectWords({ kind, label }: Subject, { lookup }: Words): string {
  if (kind === 'job') return lookup(`jobs.job.${label}.name`) ?? label
  if (kind === 'alert' || kind === 'alert_rule') return lookup(`alerts.kind.${label}`) ?? label
  if (kind === 'action') return lookup(`fleet.actionKind.${label}`) ?? label
  return label
}

export interface SentencePart {
  is: 'text' | 'who' | 'what'
  text: string
}

/** Stand for the two in a sentence until it is taken apart: no words have these. */
const WHO = '\uE000'
const WHAT = '\uE001'

/** What an entry says, in parts, so that a page can show who did it and with what in its own way. */
export function sentenceOf(entry: AuditEntry, words: Words): SentencePart[] {
  const numbers = Object.entries(entry.changes).flatMap(([field, { after }]) =>
    typeof after === 'number' ? [[field, words.format.number(after)] as const] : [],
  )
  const sentence =
    refusalSentence(entry, words) ??
    words.lookup(`audit.sentence.${entry.action}`, {
      ...Object.fromEntries(numbers),
      who: WHO,
      what: WHAT,
    }) ??
    `${WHO}: ${actionWords(entry.action, words)}, ${WHAT}`
  const parts = sentence.split(/([\uE000\uE001])/).flatMap((text): SentencePart[] => {
    if (text === WHO) return [{ is: 'who', text: actorWords(entry.actor, words) }]
    if (text === WHAT) return [{ is: 'what', text: subjectWords(entry.subject, words) }]
    return text === '' ? [] : [{ is: 'text', text }]
  })
  const more = limitsChangeWords(entry.changes.visibility, words)
  return more === undefined ? parts : [...parts, { is: 'text', text: ` — ${more}` }]
}

/** Why somebody was refused, and what it was about, where the log knows. */
function refusalSentence({ action, subject, changes }: AuditEntry, words: Words): string | undefined {
  if (action !== 'access.refused') return undefined
  const { t } = words
  const [code, permission] = [changes.code?.after, changes.permission?.after]
  const reason =
    typeof permission === 'string'
      ? t('audit.refused.right', { right: permissionWords(permission, words) })
      : typeof code === 'string' && code.endsWith('_not_found')
        ? t('audit.refused.notThere')
        : typeof code === 'string' && codeWords(code, words)
  const about =
    subject.kind === 'call'
      ? ''
      : t('audit.refused.about', { kind: subjectKindWords(subject.kind, words), what: WHAT })
  return `${t('audit.sentence.access.refused', { who: WHO })}${reason ? t('audit.refused.reason', { reason }) : ''}${about}`
}

/** `a or b` as the words of both. */
function permissionWords(permission: string, { lookup }: Words): string {
  return permission
    .split(' or ')
    .map((one) => lookup(permissionKey(one)) ?? one)
    .join(' / ')
}

/** What a refusal's code means; undefined where its words need what the log does not have. */
function codeWords(code: string, { lookup }: Words): string | undefined {
  const said = lookup(`errors.${code}`)
  return said?.includes('{{') ? undefined : said?.replace(/\.$/, '')
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
    if (field === 'scopes' || field === 'permission') return permissionWords(value, words)
    if (field === 'code') return lookup(`audit.value.code.${value}`) ?? codeWords(value, words) ?? value
    const known = lookup(`audit.value.${field}.${value}`) ?? keyWords(field, value, words)
    return known ?? pageWords(field, value, words) ?? value
  }
  if (Array.isArray(value))
    return value.length === 0
      ? t('ui.none')
      : value.map((one: unknown) => valueWords(field, one, words)).join(', ')
  return objectWords(value as Record<string, unknown>, words)
}

function objectWords(value: Record<string, unknown>, words: Words): string {
  const limits = limitsWords(value, words)
  if (limits !== undefined) return limits
  const { name, times } = value
  if (typeof name === 'string' && typeof times === 'number')
    return words.t('audit.counted', { name, times: words.format.number(times) })
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

/** In the words of the pages that have such a field. */
function pageWords(field: string, value: string, { lookup }: Words): string | undefined {
  if (field === 'state') return lookup(`rollouts.state.${value}`)
  if (field === 'error') return lookup(`webhooks.error.${value}`)
  if (field === 'eventTypes') return lookup(`webhooks.event.${value.replace('.', '_')}`)
  return field === 'chosenBy' ? lookup(`profile.assign.by.${value}`) : undefined
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
