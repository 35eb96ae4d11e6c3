import type { Language } from '../../../core/languages'
import { maskText } from '../../../core/pan-guard'
import type { alerts } from '../tables'
import { oneLine } from './one-line'
import { MAIL_WORDS } from './words'

/** Of an alert, what a mail says. */
export type MailedAlert = Pick<
  typeof alerts.$inferSelect,
  | 'id'
  | 'kind'
  | 'severity'
  | 'state'
  | 'subjectKind'
  | 'label'
  | 'count'
  | 'peak'
  | 'raisedAt'
  | 'clearedAt'
  | 'acknowledgedBy'
>

/** Alerts that one mail names; the others are counted. */
export const MOST_NAMED = 50
/** English without a region would be American. */
const REGIONS: Record<Language, string> = { en: 'en-GB', ru: 'ru-RU' }
const SEVEREST = ['critical', 'warning', 'info']

/**
 * One mail about alerts: those that are open, the most severe first, then those that have cleared. Plain text, in lines of which
 * each begins with what we say, whatever things are called.
 * @param publicUrl where people reach the server
 */
export function composeMail(
  all: readonly MailedAlert[],
  { language, publicUrl }: { language: Language; publicUrl: string },
): { subject: string; text: string } {
  const words = MAIL_WORDS[language]
  const of = counter(language)
  const opened = all
    .filter(({ state }) => state !== 'cleared')
    .sort((one, other) => SEVEREST.indexOf(one.severity) - SEVEREST.indexOf(other.severity))
  const cleared = all.filter(({ state }) => state === 'cleared')
  const title = (alert: MailedAlert) => `${words.kind[alert.kind]}: ${subjectOf(alert, language)}`
  const [first] = all
  const subject =
    all.length === 1 && first !== undefined
      ? [first.state === 'cleared' ? words.clearedHead : words.severity[first.severity], title(first)]
      : [
          ...(opened.length === 0 ? [] : [of(words.opened, opened.length)]),
          ...(cleared.length === 0 ? [] : [of(words.cleared, cleared.length)]),
        ]
  const entry = (alert: MailedAlert) =>
    [
      `[${words.severity[alert.severity]}] ${title(alert)}`,
      `  ${whenOf(alert, language)}`,
      ...(alert.state === 'acknowledged'
        ? [`  ${words.lookedAfterBy} ${safe(alert.acknowledgedBy ?? '')}`]
        : []),
      `  ${addressOf(publicUrl, alert.id)}`,
    ].join('\n')
  const part = (head: string, list: readonly MailedAlert[]) =>
    list.length === 0
      ? []
      : [
          `${head}:`,
          ...list.slice(0, MOST_NAMED).map(entry),
          ...(list.length > MOST_NAMED ? [of(words.more, list.length - MOST_NAMED)] : []),
        ]
  return {
    subject: `psManager: ${subject.join(all.length === 1 ? ' · ' : ', ')}`,
    text: [
      ...part(words.openedHead, opened),
      ...part(words.clearedHead, cleared),
      `${words.all} ${addressOf(publicUrl)}`,
      `-- \n${words.why}`,
      '',
    ].join('\n\n'),
  }
}

function subjectOf({ subjectKind, label, count, peak }: MailedAlert, language: Language): string {
  if (subjectKind === 'terminals')
    return counter(language)(MAIL_WORDS[language].terminals, count === 0 ? peak : count)
  // Serial numbers may look like card numbers and are none; what people call things may be one.
  return subjectKind === 'terminal' ? oneLine(label) : safe(label)
}

const safe = (text: string): string => oneLine(maskText(text).text)

/** In UTC, for nobody knows where a mail is read. */
function whenOf({ raisedAt, clearedAt }: MailedAlert, language: Language): string {
  const moment = new Intl.DateTimeFormat(REGIONS[language], {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  const from = moment.format(raisedAt)
  return clearedAt === null
    ? `${MAIL_WORDS[language].since} ${from} UTC`
    : `${from} – ${moment.format(clearedAt)} UTC`
}

/** Of one alert, or of all. */
function addressOf(publicUrl: string, alertId?: string): string {
  const page = `${publicUrl.replace(/\/+$/, '')}/monitoring/alerts`
  return alertId === undefined ? page : `${page}/${alertId}`
}

function counter(language: Language) {
  const plurals = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(REGIONS[language])
  return (forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }, count: number) =>
    (forms[plurals.select(count)] ?? forms.other).replace('{{ count }}', numbers.format(count))
}
