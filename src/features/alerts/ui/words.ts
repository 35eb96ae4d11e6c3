import type { I18n, PluralKey, TextKey } from '../../../i18n'
import type { Tone } from '../../../ui/badge'
import { HALT_REASONS } from '../../updates/rollouts/lists'
import { haltWords } from '../../updates/rollouts/ui/words'
import type { AlertEvent, AlertKind, AlertSeverity, AlertState } from '../lists'
import { MAIL_ERRORS } from '../mail/lists'
import type { AlertView } from '../schemas'

export const ALERTS = '/monitoring/alerts'
export const alertPath = (alertId: string) => `${ALERTS}/${alertId}`

export const SEVERITY_TONES: Record<AlertSeverity, Tone> = {
  info: 'info',
  warning: 'warn',
  critical: 'danger',
}
export const STATE_TONES: Record<AlertState, Tone> = {
  raised: 'danger',
  acknowledged: 'accent',
  cleared: 'good',
}
export const EVENT_TONES: Record<AlertEvent, 'good' | 'warn' | 'danger' | 'accent'> = {
  raised: 'danger',
  reopened: 'danger',
  grew: 'warn',
  acknowledged: 'accent',
  cleared: 'good',
}

type Words = Pick<I18n, 't' | 'tn' | 'lookup' | 'format'>

/** Jobs have names of their own; whatever else an alert is about is called as people called it. */
export function subjectWords(
  { kind, label }: AlertView['subject'],
  { lookup }: Pick<I18n, 'lookup'>,
): string {
  return kind === 'job' ? (lookup(`jobs.job.${label}.name`) ?? label) : label
}

/** What is wrong, as a sentence. Of many terminals: how many, or were at the most where it is over. */
export function alertWords(
  alert: Pick<AlertView, 'kind' | 'subject' | 'count' | 'peak'>,
  words: Words,
): string {
  const { t, tn } = words
  if (alert.subject.kind === 'terminals')
    return tn(`alerts.many.${alert.kind}` as PluralKey, alert.count === 0 ? alert.peak : alert.count)
  return t(`alerts.sentence.${alert.kind}`, { label: subjectWords(alert.subject, words) })
}

/** Why, where more is known than the sentence says; undefined where nothing is. */
export function detailWords({ detail }: Pick<AlertView, 'detail'>, i18n: Words): string | undefined {
  const { t, tn, format } = i18n
  const { reason, runs, disabledBy, expiresAt, mailError, ...values } = detail
  const code = HALT_REASONS.find((one) => one === reason)
  if (code !== undefined) return haltWords({ code, values: values as Record<string, number> }, i18n)
  if (typeof runs === 'number') return tn('alerts.detail.runs', runs)
  if (disabledBy === 'gone' || disabledBy === 'failing') return t(`alerts.detail.${disabledBy}`)
  const refusal = MAIL_ERRORS.find((one) => one === mailError)
  if (refusal !== undefined) return t(`alerts.mailError.${refusal}`)
  if (typeof expiresAt === 'string' && expiresAt !== '')
    return t('alerts.detail.expiresAt', { date: format.date(expiresAt) })
  return undefined
}

/** Where what an alert is about is looked after; undefined where it has no page, or is about many. */
export function subjectHref({ kind, subject }: Pick<AlertView, 'kind' | 'subject'>): string | undefined {
  const { id } = subject
  if (id === null) return undefined
  if (subject.kind === 'terminal')
    return kind === 'key-mismatch' || kind === 'key-failure'
      ? `/keys/loading/${id}`
      : `/monitoring/status/${id}${TAB_OF[kind] ?? ''}`
  if (subject.kind === 'rollout') return `/updates/rollouts/${id}`
  if (subject.kind === 'job') return `/administration/jobs/${id}`
  if (subject.kind === 'mail') return '/administration/alert-rules'
  return subject.kind === 'webhook' ? `/administration/webhooks/${id}` : `/administration/api-keys/${id}`
}

const TAB_OF: Partial<Record<AlertKind, string>> = {
  'licence-expiring': '?tab=licences',
  'licence-expired': '?tab=licences',
}

/** Where the alerts of a filter are to be had as a file, headed in a language. */
export function exportHref(filter: Readonly<Record<string, string | undefined>>, locale: string): string {
  const query = new URLSearchParams({ lang: locale })
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value)
  return `/api/v1/alerts/export.csv?${query}`
}

export const kindKey = (kind: AlertKind): TextKey => `alerts.kind.${kind}`
