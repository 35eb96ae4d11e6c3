import type { z } from 'zod'
import type { I18n, TextKey } from '../../i18n'

/** What texts are made with; the whole of `useI18n()` fits. */
export type Words = Pick<I18n, 't' | 'tn' | 'lookup' | 'locale' | 'format'>

/** Formats of zod that have a text of their own. */
const FORMATS = new Map<string, TextKey>([
  ['email', 'ui.validation.format.email'],
  ['url', 'ui.validation.format.url'],
  ['date', 'ui.validation.format.date'],
  ['datetime', 'ui.validation.format.datetime'],
  ['uuid', 'ui.validation.format.uuid'],
  ['ipv4', 'ui.validation.format.ipv4'],
  ['ipv6', 'ui.validation.format.ipv6'],
])

/**
 * An issue of zod in the visitor's words. A message of the schema's own that is a key of the dictionaries wins, with the issue's `params`
 * put into it, or the key among these (`words`) where the message itself is for callers of the API; all others are English, so the
 * issue's code says what to tell.
 */
export function describeIssue(issue: z.core.$ZodIssue, value: unknown, words: Words): string {
  const values = issue.code === 'custom' ? issue.params : undefined
  const own = words.lookup(issue.message, values) ?? words.lookup(String(values?.words), values)
  return own ?? (isEmpty(value) ? words.t('ui.required') : byCode(issue, words))
}

function byCode(issue: z.core.$ZodIssue, words: Words): string {
  const { t } = words
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int') return t('ui.validation.notWhole')
      return issue.expected === 'number' || issue.expected === 'bigint'
        ? t('ui.validation.notNumber')
        : t('ui.validation.wrongFormat')
    case 'too_small':
      return outOfRange(issue.origin, 'small', issue.minimum, issue.inclusive !== false, words)
    case 'too_big':
      return outOfRange(issue.origin, 'big', issue.maximum, issue.inclusive !== false, words)
    case 'invalid_format':
      return t(FORMATS.get(issue.format) ?? 'ui.validation.wrongFormat')
    case 'not_multiple_of':
      return t('ui.validation.notMultiple', { divisor: Number(issue.divisor) })
    case 'invalid_value':
      return t('ui.validation.notListed')
    case 'unrecognized_keys':
      return t('ui.validation.unknownFields', { names: issue.keys.join(', ') })
    default:
      return t('ui.validation.wrongFormat')
  }
}

function outOfRange(
  origin: string,
  side: 'small' | 'big',
  limit: number | bigint,
  isInclusive: boolean,
  { t, tn, format }: Words,
): string {
  const isSmall = side === 'small'
  const count = Number(limit)
  if (origin === 'string') return tn(isSmall ? 'ui.validation.tooShort' : 'ui.validation.tooLong', count)
  if (origin === 'array' || origin === 'set' || origin === 'map')
    return tn(isSmall ? 'ui.validation.tooFew' : 'ui.validation.tooMany', count)
  if (origin === 'date')
    return t(isSmall ? 'ui.validation.tooEarly' : 'ui.validation.tooLate', { limit: format.date(count) })
  if (origin === 'file')
    return t(isSmall ? 'ui.validation.fileTooSmall' : 'ui.validation.fileTooLarge', {
      limit: format.bytes(count),
    })
  const bound = { limit: format.number(count) }
  if (isSmall) return t(isInclusive ? 'ui.validation.atLeast' : 'ui.validation.moreThan', bound)
  return t(isInclusive ? 'ui.validation.atMost' : 'ui.validation.lessThan', bound)
}

/** A box that must be ticked is empty too. */
function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  )
}
